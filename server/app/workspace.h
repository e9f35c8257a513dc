// The rules of workspaces: who may have how many, what a name is, which one cannot go.
#pragma once

#include "app/app.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/workspace_store.h"

#include <stddef.h>
#include <stdint.h>

// What a user gives when creating or changing one; ptr NULL leaves it as it is (when changing) or to its
// default.
struct workspace_input {
    struct str name;
    struct str default_quote_asset;
};

// STATUS_INVALID with members "/name", "/default_quote_asset"; STATUS_CONFLICT "too_many_workspaces";
// STATUS_FORBIDDEN for a token that may not be an owner, or not of more than one.
enum status workspace_create(const struct app *app, struct actor actor, struct workspace_input input,
                             struct arena *arena, struct workspace *out_workspace, struct error *error);

// STATUS_NOT_FOUND for whoever is no member, as if it did not exist.
enum status workspace_get(const struct app *app, struct str id, struct str user_id, struct arena *arena,
                          struct workspace *out_workspace, struct error *error);

// As the actor sees them.
enum status workspace_list(const struct app *app, const struct actor *actor, struct workspace_page page,
                           struct arena *arena, struct workspace_list *out_list, struct error *error);

// `workspace` is the one that was read and that the caller's If-Match named; STATUS_STALE when it has changed
// since. On success it holds the new state.
enum status workspace_update(const struct app *app, struct workspace_input input, int64_t now_us,
                             struct workspace *workspace, struct error *error);

// STATUS_CONFLICT "default_workspace" for the local workspace; STATUS_STALE as above.
enum status workspace_delete(const struct app *app, const struct workspace *workspace, int64_t now_us,
                             struct error *error);
