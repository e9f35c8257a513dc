// Tokens of programs in the state database. Every function runs inside the caller's transaction. Hashes are
// the 32 bytes of SHA-256.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "db/db.h"
#include "store/role.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct api_token {
    struct str id;
    struct str user_id;
    struct str workspace_id; // "": all of the user's
    enum role role;          // at most
    struct str name;
    int64_t created_at_us;
    int64_t expires_at_us;
    int64_t last_used_at_us;  // to the minute; 0: never
    struct str allowed_cidrs; // it may be used from there, separated by commas; "": from everywhere
    struct str user_email;    // not for api_token_store_insert
};

// A token as it is when somebody comes with it.
struct api_token_found {
    struct api_token token;
    struct str secret_hash;
    int64_t revoked_at_us; // 0: not revoked
    bool is_user_active;
    bool is_operator;
    bool must_change_password;
    bool has_totp;
};

struct api_token_list {
    struct api_token *items;
    size_t count;
};

enum status api_token_store_insert(struct db_tx *tx, const struct api_token *token, struct str secret_hash,
                                   struct error *error);

// Also one that was revoked or has expired. STATUS_NOT_FOUND.
enum status api_token_store_find(struct db_tx *tx, struct str id, struct arena *arena,
                                 struct api_token_found *out_found, struct error *error);

// Those that are not revoked, newest first; of all users when `user_id` is "".
enum status api_token_store_list(struct db_tx *tx, struct str user_id, size_t limit, struct arena *arena,
                                 struct api_token_list *out_list, struct error *error);

enum status api_token_store_count(struct db_tx *tx, struct str user_id, int64_t *out_count,
                                  struct error *error);

// Neither revoked nor expired, and its user is not disabled.
enum status api_token_store_is_alive(struct db_tx *tx, struct str id, int64_t now_us, bool *out_is_alive,
                                     struct error *error);

// Unless it was noted at or after `not_since_us` already.
enum status api_token_store_use(struct db_tx *tx, struct str id, int64_t now_us, int64_t not_since_us,
                                struct error *error);

// STATUS_NOT_FOUND when it is revoked already.
enum status api_token_store_revoke(struct db_tx *tx, struct str id, int64_t now_us, struct error *error);

// Those of the user that are bound to the workspace.
enum status api_token_store_revoke_of_member(struct db_tx *tx, struct str workspace_id, struct str user_id,
                                             int64_t now_us, struct error *error);

// Rows of the user's tokens that were revoked before `before_us`.
enum status api_token_store_forget(struct db_tx *tx, struct str user_id, int64_t before_us,
                                   struct error *error);
