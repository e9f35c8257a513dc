// A site that takes uploads into a folder of its own, for the tests of how they arrive and how they end. One
// at a time: set up before, and torn down after, each test.
#pragma once

#include "client.h"
#include "folder.h"
#include "site.h"

extern struct site upload_site;
extern char upload_folder[512];

// "/upload" answers "BYTES CRC32" of the file, or "none" without one; ?keep=1 keeps the file, ?rename=1
// renames it. `options` as for site_start; one event thread.
void upload_site_start(struct http_server_options options);

// Nothing may be left in the folder, and no event thread may have worked in it.
void upload_site_stop(void);

// The head of an upload of `len` bytes; `query` is "" or begins with "?".
void upload_begin(struct client *client, const char *query, size_t len);

// Bytes `from` to `from + len` of a fixed endless sequence; returns their CRC-32, continued from `crc`.
unsigned long upload_send(struct client *client, size_t from, size_t len, unsigned long crc);

void upload_assert_stored(struct client *client, size_t len, unsigned long crc);
void upload_assert_refused(struct client *client, int status);

// A whole upload and its answer.
void upload_all(struct client *client, const char *query, size_t len);
