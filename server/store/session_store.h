// Signed-in sessions in the state database. Every function runs inside the caller's transaction. Hashes are
// the 32 bytes of SHA-256.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "db/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct session {
    struct str id;
    struct str user_id;
    struct str token_hash;
    int64_t rotated_at_us;
    bool is_confirmed; // the newest token was used
    int64_t created_at_us;
    int64_t seen_at_us;
    int64_t idle_us; // unused for so long it ends
    int64_t expires_at_us;
    int64_t proved_at_us; // the password was last given
    struct str method;    // "password" | "oidc"
    struct str address;
    struct str user_agent;

    // of its user; not in lists
    bool is_user_active;
    bool is_operator;
    bool must_change_password;
    bool has_totp;
};

struct session_list {
    struct session *items;
    size_t count;
};

enum status session_store_insert(struct db_tx *tx, const struct session *session, struct error *error);

// STATUS_NOT_FOUND.
enum status session_store_find(struct db_tx *tx, struct str token_hash, struct arena *arena,
                               struct session *out_session, struct error *error);

// A new token in place of session->token_hash; false when another request was faster. Of one that is not
// confirmed the token before stays the one before.
enum status session_store_rotate(struct db_tx *tx, const struct session *session, struct str new_hash,
                                 int64_t now_us, bool *out_done, struct error *error);

// Whether there is one of that id, of a user who is not disabled. Not being used does not end it here: a
// stream is no use of one.
enum status session_store_is_alive(struct db_tx *tx, struct str id, int64_t now_us, bool *out_is_alive,
                                   struct error *error);

enum status session_store_see(struct db_tx *tx, struct str id, int64_t now_us, struct error *error);

// The password was given: a new token, and no other is good any more.
enum status session_store_replace(struct db_tx *tx, struct str id, struct str new_hash, int64_t now_us,
                                  struct error *error);

// Those that have not ended, newest first; as many as a user may have.
enum status session_store_list(struct db_tx *tx, struct str user_id, int64_t now_us, struct arena *arena,
                               struct session_list *out_list, struct error *error);

// STATUS_NOT_FOUND, also for another user's.
enum status session_store_delete(struct db_tx *tx, struct str id, struct str user_id, struct error *error);
enum status session_store_delete_token(struct db_tx *tx, struct str token_hash, struct error *error);
enum status session_store_delete_others(struct db_tx *tx, struct str user_id, struct str kept_id,
                                        struct error *error);
enum status session_store_delete_oldest(struct db_tx *tx, struct str user_id, size_t kept,
                                        struct error *error);
// Removes what has ended by then, at most `limit`, and tells how many.
enum status session_store_forget(struct db_tx *tx, int64_t now_us, int64_t limit, int64_t *out_count,
                                 struct error *error);
