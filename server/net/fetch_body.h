// Where the body of an answer goes: memory, or a file that is continued where it was cut off.
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FETCH_TAG_MAX = 256 };

struct fetch_body {
    char path[PATH_MAX]; // "": memory
    struct buf memory;
    int fd;        // -1: not open
    int64_t bytes; // that are there
    int64_t max_bytes;
    bool has_tag_file;       // without it only this process continues
    char tag[FETCH_TAG_MAX]; // strong ETag of what is there; "": it cannot be continued
};

// STATUS_INVALID: the path is too long. Finds what is left of an earlier attempt.
enum status fetch_body_open(struct fetch_body *body, struct str path, size_t max_bytes, struct error *error);

// Empties it: the next bytes are the first ones. `tag` is what the server calls the whole, or "".
enum status fetch_body_restart(struct fetch_body *body, struct str tag, struct error *error);

// STATUS_TOO_LARGE; STATUS_STORAGE_FULL, STATUS_FORBIDDEN or STATUS_INTERNAL for files.
enum status fetch_body_write(struct fetch_body *body, const char *bytes, size_t len, struct error *error);

// STATUS_TOO_LARGE, with the limit in its sentence.
enum status fetch_body_too_large(const struct fetch_body *body, struct error *error);

// Closes the file. One that is whole needs its tag no longer.
void fetch_body_close(struct fetch_body *body, bool is_whole);

// Removes file and tag, whether they are there or not.
void fetch_body_remove(const char *path);
