// Users in the state database. Every function runs inside the caller's transaction.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "db/db.h"

#include <stdbool.h>
#include <stdint.h>

struct user {
    struct str id;
    struct str email;     // as it was typed
    struct str email_key; // as it is compared: lower case; not filled by user_store_get
    struct str display_name;
    struct str status; // "active" | "disabled"
    bool is_operator;
    struct str active_workspace_id; // "" when none was chosen
    struct str created_by;          // who made the account; ptr NULL: its user. Not filled by user_store_get
};

enum status user_store_insert_if_absent(struct db_tx *tx, const struct user *user, int64_t now_us,
                                        struct error *error);

// STATUS_CONFLICT when the e-mail has an account.
enum status user_store_insert(struct db_tx *tx, const struct user *user, int64_t now_us, struct error *error);

// Texts are copied into the arena. STATUS_NOT_FOUND.
enum status user_store_get(struct db_tx *tx, struct str id, struct arena *arena, struct user *out_user,
                           struct error *error);

// Keeps others from disabling the user until the transaction ends, and waits for whoever is about to.
enum status user_store_hold(struct db_tx *tx, struct str id, bool *out_is_active, struct error *error);

// Accounts that the user made for others.
enum status user_store_count_made_by(struct db_tx *tx, struct str id, int64_t *out_count,
                                     struct error *error);

enum status user_store_set_active_workspace(struct db_tx *tx, struct str user_id, struct str workspace_id,
                                            struct error *error);
