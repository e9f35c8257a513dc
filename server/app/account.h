// Accounts, for whoever runs the server: who there is, and who may sign in.
#pragma once

#include "app/app.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/account_store.h"

#include <stdbool.h>

enum status account_list(const struct app *app, struct account_page page, struct arena *arena,
                         struct account_list *out_list, struct error *error);

// STATUS_NOT_FOUND.
enum status account_get(const struct app *app, struct str id, struct arena *arena,
                        struct account *out_account, struct error *error);

struct account_change {
    bool is_active;
    bool is_operator;
};

// A disabled user's sessions and tokens end. STATUS_CONFLICT "last_owner" when a workspace would be left
// without an owner who can act, "last_operator" when the server would. `account` is as it was read
// (STATUS_STALE), and then as it is.
enum status account_change(const struct app *app, const struct actor *actor,
                           const struct account_change *change, struct account *account, struct error *error);

// All sessions of a user end.
enum status account_end_sessions(const struct app *app, const struct actor *actor, struct str id,
                                 struct error *error);

struct account_new {
    struct str email;
    struct str display_name; // ptr NULL: what stands before the @
    struct str password;
    bool is_operator;
};

// STATUS_INVALID with members; STATUS_CONFLICT "email_taken".
enum status account_add(const struct app *app, const struct actor *actor, const struct account_new *account,
                        struct arena *arena, struct str *out_id, struct error *error);

// By e-mail. Sessions of the user end. STATUS_NOT_FOUND, STATUS_INVALID.
enum status account_set_password(const struct app *app, const struct actor *actor, struct str email,
                                 struct str password, struct error *error);

// By e-mail. STATUS_NOT_FOUND.
enum status account_find(const struct app *app, struct str email, struct arena *arena,
                         struct account *out_account, struct error *error);
