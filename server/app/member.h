// Who belongs to a workspace, and as what.
//
// A workspace always has an owner who can act: the last one cannot be removed, demoted, disabled, or leave,
// by any way and in any race, because whoever changes members holds the workspace's row. Whoever is no member
// is told that there is no such workspace, before anything here runs (api/guard.c). What the actor may do is
// read again under that hold: whoever was demoted a moment ago gets STATUS_FORBIDDEN with the role.
#pragma once

#include "app/app.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/member_store.h"

#include <stdbool.h>
#include <stdint.h>

#define MEMBER_PASSWORD_US                                                                                   \
    ((int64_t)7 * 24 * 3600 * 1000000) // how long a password that an owner gave is good

// As the guide's POST …/members gives it.
struct member_input {
    struct str email;
    struct str display_name; // ptr NULL: what stands before the @
    struct str password;     // ptr NULL: none
    enum role role;
};

struct member_added {
    struct member member;
    bool is_new_member;
    bool is_new_user;
    bool is_password_ignored; // the account exists: its owner's password and name stay
};

// In the actor's workspace: adds somebody, or changes the role of a member. A new e-mail with a password
// becomes an account whose password must be changed within seven days; an account that exists is never
// touched. STATUS_NOT_FOUND "no_such_user" for a new e-mail without a password: invite it instead.
// STATUS_INVALID with members; STATUS_CONFLICT "last_owner".
enum status member_add(const struct app *app, const struct actor *actor, const struct member_input *input,
                       struct arena *arena, struct member_added *out_added, struct error *error);

// Inside a transaction: membership of an account, no lower than what it has. For invitations.
enum status member_join(struct db_tx *tx, struct str workspace_id, struct str user_id, enum role role,
                        int64_t now_us, struct error *error);

enum status member_list(const struct app *app, struct str workspace_id, struct member_page page,
                        struct arena *arena, struct member_list *out_list, struct error *error);
enum status member_get(const struct app *app, struct str workspace_id, struct str user_id,
                       struct arena *arena, struct member *out_member, struct error *error);

// `member` is as it was read; STATUS_STALE when it has changed since. On success it holds the new state.
enum status member_set_role(const struct app *app, const struct actor *actor, enum role role,
                            struct member *member, struct error *error);

// Of somebody else, or of oneself.
enum status member_remove(const struct app *app, const struct actor *actor, struct str user_id,
                          struct error *error);

// `user_id`, who must be a member, becomes owner and the actor editor, at once.
enum status member_transfer(const struct app *app, const struct actor *actor, struct str user_id,
                            struct arena *arena, struct member *out_owner, struct error *error);

// Whether an active owner is left in each workspace of the user when the user is gone. STATUS_CONFLICT
// "last_owner". Inside the caller's transaction, which holds those workspaces afterwards.
enum status member_check_replaceable(struct db_tx *tx, struct str user_id, struct arena *arena,
                                     struct error *error);
