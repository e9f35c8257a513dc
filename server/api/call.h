// One request on its way through a handler: who asks, what was matched, where the answer goes.
#pragma once

#include "app/app.h"
#include "app/feed.h"
#include "app/workspace.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "http/http.h"
#include "json/json.h"

#include <stdint.h>

// What all requests share. Built once at start.
struct api {
    const struct app *app;
    struct feed *feed;
    struct str version; // of the program
    uint64_t boot_id;   // random for each process: part of ETags over market data
};

enum { ROUTE_PARAMS_MAX = 3 };

struct route;

struct api_call {
    const struct api *api;
    const struct route *route;
    const struct http_request *request;
    struct http_response *response;
    struct arena *arena;
    struct str params[ROUTE_PARAMS_MAX]; // path parameters in the order of the template
    struct str user_id;                  // "" for anonymous callers of open routes
    struct str workspace_id;             // of workspace routes: membership is proven
    enum role role;                      // in that workspace
    const struct json_value *body;       // an object on routes that take a body, NULL on others and for YAML
    struct error *error;
};

// Decodes, calls app/, encodes. A status other than OK becomes a problem; the response so far is dropped
// then.
typedef enum status api_handler(struct api_call *call);
