// Errors as application/problem+json (RFC 9457): the only place that knows which status is which HTTP status.
#pragma once

#include "app/workspace.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "http/http.h"

// Turns a failure into the response. What was written to the response before is dropped. Failures that are
// the server's own are logged with their message and answered with a general sentence.
void problem_respond(const struct http_request *request, struct http_response *response,
                     const struct error *error);

// The HTTP status that a failure of that kind is answered with.
int problem_status(enum status status);

// 401: with how one signs in here, so that a page can show it.
void problem_respond_unauthenticated(const struct http_request *request, struct http_response *response,
                                     const struct error *error, struct str auth_mode);

// As above with the role that would have been enough (403).
void problem_respond_forbidden(const struct http_request *request, struct http_response *response,
                               enum role required);

// 405 with the Allow header; `allowed` as in route_find.
void problem_respond_method(const struct http_request *request, struct http_response *response,
                            unsigned allowed);

// 412 with the object as it is now, so that a client can show both.
void problem_respond_stale(const struct http_request *request, struct http_response *response,
                           const struct error *error, struct str current_json);

// For faults that the wire finds before a route is known (struct http_server_options.problem).
void problem_write_early(void *context, int http_status, struct str request_id, struct str detail,
                         struct buf *out_body);

// "GET, HEAD, OPTIONS" of the bits of route_find, in the arena.
struct str problem_allow_header(unsigned allowed, struct arena *arena);
