// The rules of workspaces: who may have how many, what a name is, which one cannot go.
#pragma once

#include "app/app.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/workspace_store.h"

#define WORKSPACE_KEPT_US ((int64_t)30 * 24 * 3600 * 1000000) // after it was deleted

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
enum status workspace_create(const struct app *app, const struct actor *actor, struct workspace_input input,
                             struct arena *arena, struct workspace *out_workspace, struct error *error);

// STATUS_NOT_FOUND for whoever is no member, as if it did not exist.
enum status workspace_get(const struct app *app, struct str id, struct str user_id, struct arena *arena,
                          struct workspace *out_workspace, struct error *error);

// Inside the caller's transaction: holds the actor's workspace, so that nobody else changes its members until
// the end, and reads again what the actor is there. The guard has read it outside: somebody may have changed
// it since. STATUS_FORBIDDEN with the role when it is too low now; STATUS_NOT_FOUND when the actor is no
// member any more or the workspace was deleted.
enum status workspace_hold(struct db_tx *tx, const struct actor *actor, enum role least, struct error *error);

// Of a user's workspaces those that the actor sees, with the role that the actor has there.
void workspace_list_narrow(struct workspace_list *list, const struct actor *actor);

// As the actor sees them.
enum status workspace_list(const struct app *app, const struct actor *actor, struct workspace_page page,
                           struct arena *arena, struct workspace_list *out_list, struct error *error);

// `workspace` is the actor's, as it was read and as the caller's If-Match named it; STATUS_STALE when it has
// changed since; as workspace_hold for owners. On success it holds the new state.
enum status workspace_update(const struct app *app, const struct actor *actor, struct workspace_input input,
                             struct workspace *workspace, struct error *error);

// Can be taken back for thirty days. STATUS_CONFLICT "default_workspace" for the local workspace;
// STATUS_STALE as above.
enum status workspace_delete(const struct app *app, const struct actor *actor,
                             const struct workspace *workspace, struct error *error);

// Deleted ones that can be had back, for their owners. updated_at_us is when they were deleted.
// STATUS_NOT_FOUND.
enum status workspace_get_deleted(const struct app *app, struct str id, const struct actor *actor,
                                  struct arena *arena, struct workspace *out_workspace, struct error *error);
enum status workspace_list_deleted(const struct app *app, const struct actor *actor, struct arena *arena,
                                   struct workspace_list *out_list, struct error *error);

// STATUS_NOT_FOUND; STATUS_CONFLICT "too_many_workspaces".
enum status workspace_restore(const struct app *app, const struct actor *actor, struct str id,
                              struct arena *arena, struct workspace *out_workspace, struct error *error);
