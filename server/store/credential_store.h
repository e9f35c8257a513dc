// Password hashes in the state database. Every function runs inside the caller's transaction.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "db/db.h"

#include <stdbool.h>
#include <stdint.h>

struct credential {
    struct str user_id;
    struct str email;
    bool is_user_active;
    struct str hash;       // "" where the user has no password
    bool must_change;      // somebody else gave it
    int64_t expires_at_us; // 0: never
};

enum status credential_store_put(struct db_tx *tx, const struct credential *credential, int64_t now_us,
                                 struct error *error);
enum status credential_store_rehash(struct db_tx *tx, const struct credential *credential,
                                    struct str new_hash, struct error *error);

// STATUS_NOT_FOUND when there is no such user. `email_key` is in lower case.
enum status credential_store_get(struct db_tx *tx, struct str user_id, struct arena *arena,
                                 struct credential *out_credential, struct error *error);
enum status credential_store_find(struct db_tx *tx, struct str email_key, struct arena *arena,
                                  struct credential *out_credential, struct error *error);

// Whether anybody has a password.
enum status credential_store_exists(struct db_tx *tx, bool *out_exists, struct error *error);
