// Authenticators and recovery codes in the state database. Every function runs inside the caller's
// transaction. Hashes are the 32 bytes of SHA-256.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "db/db.h"

#include <stdbool.h>
#include <stdint.h>

struct authenticator {
    struct str secret;
    int64_t confirmed_at_us; // 0: not yet; it counts for nothing until then
    int64_t last_step;       // the newest that was used
    int64_t recovery_codes;  // that are left
};

// STATUS_CONFLICT "totp_enabled" when there is one that is confirmed.
enum status authenticator_store_put(struct db_tx *tx, struct str user_id, struct str secret, int64_t now_us,
                                    struct error *error);

// *out_exists false: none.
enum status authenticator_store_get(struct db_tx *tx, struct str user_id, struct arena *arena,
                                    bool *out_exists, struct authenticator *out_authenticator,
                                    struct error *error);

// *out_done false when another request was faster.
enum status authenticator_store_confirm(struct db_tx *tx, struct str user_id, int64_t step, int64_t now_us,
                                        bool *out_done, struct error *error);

// *out_done false when that step, or a later one, was used.
enum status authenticator_store_use(struct db_tx *tx, struct str user_id, int64_t step, bool *out_done,
                                    struct error *error);

// The user's authenticator and all recovery codes.
enum status authenticator_store_delete(struct db_tx *tx, struct str user_id, struct error *error);

enum status authenticator_store_add_recovery_code(struct db_tx *tx, struct str user_id, struct str hash,
                                                  struct error *error);

// *out_done false when there is no such code, or it was used.
enum status authenticator_store_use_recovery_code(struct db_tx *tx, struct str user_id, struct str hash,
                                                  int64_t now_us, bool *out_done, struct error *error);
