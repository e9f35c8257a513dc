// The files in the binary (static_assets.h) over HTTP: the web application and the API description.
#pragma once

#include "http/http.h"

#include <stdbool.h>

// Answers a GET or HEAD for an embedded file, for "/" and for the application's own addresses ("/w/…/chart":
// a last segment without a dot, outside /api), which all get index.html; the application reads the address
// itself. The form is brotli, gzip or plain, as the client accepts. Files with a hash in their name may be
// kept for ever, the others are asked for again by their ETag. Without an embedded application "/" says so.
// False when none of this applies; the response is untouched then. Never blocks: fit for http_quick_handler.
bool http_static_respond(const struct http_request *request, struct http_response *response);
