// One request on its way through a handler: who asks, what was matched, where the answer goes.
#pragma once

#include "app/app.h"
#include "app/feed.h"
#include "app/session.h"
#include "app/workspace.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "http/http.h"
#include "json/json.h"

#include <stdbool.h>
#include <stdint.h>

// How the server is reached.
struct access_settings {
    bool is_https;              // users come by https, to us or to the proxy in front
    struct str public_origin;   // "https://lab.example.org"; "": whatever the Host header says
    struct str trusted_proxies; // addresses, separated by commas
    struct str cors_origins;    // of other sites, separated by commas
    bool is_market_public;
    bool is_strict; // programs name themselves
    bool only_operators_create;
};

// What all requests share. Built once at start.
struct api {
    const struct app *app;
    struct feed *feed;
    struct access_settings access;
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
    struct actor actor;                  // who asks, when, from where
    struct str user_id;                  // of the actor; "" for anonymous callers of open routes
    struct session session;              // of whoever came with a cookie; of others what it says of the user
    bool has_session;
    struct str token_id; // of the API token that came instead; "" for none
    bool is_by_token;    // came with an API token instead; the actor says what it is bound to
    struct secret token; // that the browser gets for its session
    bool has_token;
    struct str workspace_id;       // of workspace routes: membership is proven
    enum role role;                // in that workspace
    const struct json_value *body; // an object on routes that take a body, NULL on others and for YAML
    bool quotes_decimals;          // ?decimals=string
    struct error *error;
};

// Decodes, calls app/, encodes. A status other than OK becomes a problem; the response so far is dropped
// then.
typedef enum status api_handler(struct api_call *call);
