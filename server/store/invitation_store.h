// Invitations in the state database. Every function runs inside the caller's transaction.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "db/db.h"
#include "store/role.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct invitation {
    struct str id;
    struct str workspace_id;
    struct str workspace_name;
    struct str email; // as it was typed
    struct str email_key;
    enum role role;
    struct str created_by;
    struct str created_by_name;
    int64_t created_at_us;
    int64_t expires_at_us;
    int64_t sent_at_us; // 0: not by mail
};

struct invitation_list {
    struct invitation *items;
    size_t count;
};

struct invitation_page {
    int64_t before_created_at_us; // INT64_MAX and "" for the first page
    struct str before_id;
    size_t limit;
};

enum status invitation_store_insert(struct db_tx *tx, const struct invitation *invitation,
                                    struct str token_hash, struct error *error);
enum status invitation_store_revoke_same(struct db_tx *tx, const struct invitation *invitation,
                                         int64_t now_us, struct error *error);

// Those that nobody has accepted or revoked, newest first.
// Those that wait and have not expired.
enum status invitation_store_count(struct db_tx *tx, struct str workspace_id, int64_t now_us,
                                   int64_t *out_count, struct error *error);

enum status invitation_store_list(struct db_tx *tx, struct str workspace_id, struct invitation_page page,
                                  struct arena *arena, struct invitation_list *out_list, struct error *error);

// Likewise. STATUS_NOT_FOUND.
enum status invitation_store_get(struct db_tx *tx, struct str workspace_id, struct str id,
                                 struct arena *arena, struct invitation *out_invitation, struct error *error);

// What is said of every link that does not hold, whatever is wrong with it: STATUS_NOT_FOUND.
enum status invitation_store_not_found(struct error *error);

// By its token, if it can be accepted now. STATUS_NOT_FOUND.
enum status invitation_store_find(struct db_tx *tx, struct str token_hash, int64_t now_us,
                                  struct arena *arena, struct invitation *out_invitation,
                                  struct error *error);

// Of several at the same moment one does it; the others get STATUS_NOT_FOUND.
enum status invitation_store_accept(struct db_tx *tx, struct str id, struct str user_id, int64_t now_us,
                                    struct error *error);
enum status invitation_store_revoke(struct db_tx *tx, struct str workspace_id, struct str id, int64_t now_us,
                                    struct error *error);
enum status invitation_store_renew(struct db_tx *tx, const struct invitation *invitation,
                                   struct str token_hash, struct error *error);
enum status invitation_store_set_sent(struct db_tx *tx, struct str id, int64_t now_us, struct error *error);

// Removes those that were accepted, revoked or expired before, at most `limit`, and tells how many.
enum status invitation_store_forget(struct db_tx *tx, int64_t before_us, int64_t limit, int64_t *out_count,
                                    struct error *error);
