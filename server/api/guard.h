// The door of the API: route, who asks, CSRF, membership, role, body; then the handler. In this order, for
// every request.
#pragma once

#include "api/call.h"
#include "http/http.h"

// The http_handler of the server; `context` is a struct api. Answers API paths and /openapi.json itself and
// hands everything else to the embedded web application.
void guard_handle(void *context, const struct http_request *request, struct http_response *response);

// The http_quick_handler of the server: embedded files, which need no worker, and logins for which there is
// none (503 "busy").
bool guard_quick(void *context, const struct http_request *request, struct http_response *response);

// The http_body_planner of the server: what a route takes, known before a byte of the body is read.
struct http_body_plan guard_body_plan(void *context, enum http_method method, struct str path);

// The http_body_gate of the server: whether who sends the request may ask for its route at all.
int guard_body_gate(void *context, const struct http_request *request);
