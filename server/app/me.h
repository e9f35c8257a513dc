// Who asks, and the view of themselves that they get.
#pragma once

#include "app/app.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/account_store.h"
#include "store/user_store.h"
#include "store/workspace_store.h"

struct me {
    struct user user;
    struct str active_workspace_id;
    struct workspace_list workspaces; // all that the actor sees, oldest first
};

// What the user is told of themselves. The active workspace is the one chosen last while the user may see it,
// otherwise the local one, otherwise the oldest. Texts live in the arena.
enum status me_load(const struct app *app, const struct actor *actor, struct arena *arena, struct me *out_me,
                    struct error *error);

// Remembers the choice. STATUS_NOT_FOUND when the user is no member of that workspace.
enum status me_choose_workspace(const struct app *app, struct str user_id, struct str workspace_id,
                                struct arena *arena, struct error *error);

// STATUS_INVALID "/display_name".
enum status me_set_name(const struct app *app, const struct actor *actor, struct str name,
                        struct error *error);

// What the user keeps for themselves: a JSON object, "{}" at first.
enum status me_preferences(const struct app *app, struct str user_id, struct arena *arena,
                           struct preferences *out_preferences, struct error *error);

// In the place of the version that they name, or of PREFERENCES_ANY. STATUS_STALE.
enum status me_set_preferences(const struct app *app, const struct actor *actor,
                               const struct preferences *preferences, struct error *error);
