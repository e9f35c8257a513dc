// THE table of the contract: every path, the least role that may use it, the parameters it knows, its
// handler. docs/api/openapi.yaml describes the same routes; a test holds the two together.
#pragma once

#include "api/call.h"
#include "base/str.h"
#include "http/http.h"

#include <stdbool.h>
#include <stddef.h>

enum least_role {
    LEAST_ANYONE,
    LEAST_USER,
    LEAST_OPERATOR, // of the server
    LEAST_VIEWER,   // of the workspace, from here on
    LEAST_TRADER,
    LEAST_EDITOR,
    LEAST_OWNER,
};

struct route {
    enum http_method method; // GET answers HEAD too
    const char *path; // template: "/api/v1/workspaces/{workspace_id}"; {workspace_id} comes first where it is
    enum least_role least_role;
    const char
        *makes; // a POST that makes one object, with the path where GET has it: it takes an Idempotency-Key
    bool makes_secret : 1;   // a POST whose answer shows a secret once: it takes a key, and is not answered
                             // again
    bool is_legacy : 1;      // a workspace route without workspace in its path: the local workspace is meant
    bool is_of_deleted : 1;  // the workspace is one that was deleted, and the caller its owner
    bool is_market : 1;      // open to everybody where PUBLIC_MARKET_DATA says so
    bool takes_body : 1;     // a JSON object
    bool may_lack_body : 1;  // or none at all: call->body is NULL then
    bool is_move : 1;        // what `makes` names was there before: it is answered with 200 and no Location
    bool takes_yaml : 1;     // or a document in YAML instead; both up to LIMIT_CATEGORY_BODY_BYTES
    bool takes_file : 1;     // any bytes, up to LIMIT_IMPORT_FILE_BYTES, on disk
    bool needs_proof : 1;    // the password was given within the last quarter of an hour (app/session.h)
    bool refuses_tokens : 1; // what only people in a session may do: API tokens get 403
    bool is_of_setup : 1;    // open to those who have yet to choose a password or set up an authenticator
    bool is_trading : 1;     // refused where TRADING_MODE=readonly
    bool needs_key : 1;      // refused without an Idempotency-Key
    bool is_stream : 1;      // an answer that goes on; opened by the application's own pages only
    const char *query;       // names of the query parameters it knows, separated by blanks; NULL: none
    api_handler *handler;
};

size_t route_count(void);
const struct route *route_at(size_t index);
const char *least_role_name(enum least_role role); // "-", "user", "viewer" …

// The route of a method and path, its parameters in out_params[ROUTE_PARAMS_MAX]. NULL when there is none;
// then *out_allowed tells the methods that the path has, as bits 1 << enum http_method (0: no such path).
const struct route *route_find(enum http_method method, struct str path, struct str *out_params,
                               unsigned *out_allowed);

// Whether a role of a workspace route covers `{workspace_id}` or the local workspace.
bool route_is_of_workspace(const struct route *route);

// The id of the object that a workspace route is about: the path parameter behind the workspace.
struct str route_object_id(const struct api_call *call);

// Ends the process's start when an entry has no handler, a wrong template, a role that does not fit its path,
// or lets tokens do what is for operators.
enum status routes_check(struct error *error);
