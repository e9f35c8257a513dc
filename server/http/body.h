// The body of a request on its way in: into memory, or in pieces to a file. body_store runs on a writer, the
// others on the event thread of the connection.
#pragma once

#include "http/exchange.h"

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>

// The head is complete and says that there is a body: asks for its plan. 413 when it is too large by its own
// word, 503 when no file can be had for it.
struct http_fault body_begin(struct exchange *exchange);

// Takes what has arrived and sets *size to what it leaves: more than nothing only when the connection has
// been suspended until a writer has stored what came before. What is wrong is answered at once.
enum MHD_Result body_take(struct exchange *exchange, const char *bytes, size_t *size);

// Has a writer store the rest and hand the request on to a worker. The connection has been suspended.
void body_finish(struct exchange *exchange);

// Has a writer remove the file and give the exchange back. False: that is left to the caller.
bool body_discard(struct exchange *exchange);

// Writes what has come together to the file (workers_run).
void body_store(void *context, size_t worker, void *job);
