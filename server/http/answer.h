// From a handler's response to bytes: validators, compression, the headers every answer carries.
#pragma once

#include "http/encoding.h"
#include "http/exchange.h"

#include <stdbool.h>

// Makes exchange->answer of exchange->response: 304 where If-None-Match holds, gzip where it pays (`gzip` may
// be NULL: none), 500 when the body outgrew LIMIT_RESPONSE_BYTES or a header cannot be sent. The response's
// stream becomes exchange->stream, or hears that it is over. False when memory is short.
bool answer_build(struct exchange *exchange, struct gzip *gzip);

// Replaces what is in exchange->response by a problem body.
void answer_set_problem(struct exchange *exchange, struct http_fault fault);

// Writes a whole problem answer with "Connection: close" to the socket itself, as far as it takes it without
// blocking. Only while no other byte of an answer is on its way.
void answer_write_raw(const struct http_server *server, int fd, struct str request_id,
                      struct http_fault fault);
