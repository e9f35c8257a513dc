// A client that sends bytes as they are and reads answers one after another; every wait has a deadline.
#pragma once

#include "base/buf.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum { CLIENT_PATIENCE_MS = 20000 }; // for what must come; only a broken server makes a test wait this long

struct client {
    int fd;
    struct buf in;    // received
    size_t read_from; // start of what has not been looked at
};

// The parts of one answer, in the client's buffer until the next call.
struct reply {
    int status;
    struct str head; // status line and fields
    struct str body;
};

struct client client_connect(uint16_t port);
bool client_can_connect(uint16_t port);

// Whether who connects is answered, if only with a refusal of what it says, and not hung up on.
bool client_is_let_in(uint16_t port);

// False when nobody listens; the client is to be closed all the same.
bool client_try_connect(struct client *client, uint16_t port);
void client_close(struct client *client);

// All of it, whatever the server makes of it: a connection the server has closed ends the sending silently.
void client_send(struct client *client, struct str bytes);
void client_send_c(struct client *client, const char *text);

// The next answer, its body delimited by Content-Length, or by nothing where there is none (`has_no_body`:
// HEAD, 204, 304). Interim answers (100) are answers too. Fails the test when none comes.
struct reply client_read(struct client *client, bool has_no_body);

// The bytes of the next chunk of a body that goes on, in the client's buffer until the next call; "" for the
// last. Its head has been read with client_read and `has_no_body`.
struct str client_read_chunk(struct client *client);

// One request and its answer.
struct reply client_ask(struct client *client, const char *request);

// "" when the field is absent.
struct str reply_field(const struct reply *reply, struct str name);

// Reads until the server closes; everything that came before is left in client->in. False when it stays open
// for CLIENT_PATIENCE_MS.
bool client_wait_closed(struct client *client);

// Whether bytes or the end come within `timeout_ms`.
bool client_hears_something(struct client *client, int timeout_ms);
