// Accounts as whoever runs the server sees them. Every function runs inside the caller's transaction.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "db/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct account {
    struct str id;
    struct str email;
    struct str display_name;
    bool is_active;
    bool is_operator;
    bool has_password;
    int64_t created_at_us;
    int64_t seen_at_us; // in the sessions that are left; 0: none
    int64_t version;
};

struct account_list {
    struct account *items;
    size_t count;
};

struct account_page {
    int64_t after_created_at_us; // 0 and "" for the first page
    struct str after_id;
    struct str search; // part of the e-mail or the name, in lower case, with \ before % _ and itself; "": all
    size_t limit;
};

enum status account_store_list(struct db_tx *tx, struct account_page page, struct arena *arena,
                               struct account_list *out_list, struct error *error);

// STATUS_NOT_FOUND.
enum status account_store_get(struct db_tx *tx, struct str id, struct arena *arena,
                              struct account *out_account, struct error *error);

// is_active and is_operator.
enum status account_store_put(struct db_tx *tx, const struct account *account, struct error *error);

// Who may act as one; nobody else changes them until the transaction ends.
enum status account_store_count_operators(struct db_tx *tx, int64_t *out_count, struct error *error);
enum status account_store_set_name(struct db_tx *tx, struct str id, struct str name, struct error *error);

struct preferences {
    struct str data; // JSON
    int64_t version; // 0: none yet
};

enum { PREFERENCES_ANY = -1 }; // version

enum status preferences_store_get(struct db_tx *tx, struct str user_id, struct arena *arena,
                                  struct preferences *out_preferences, struct error *error);

// In the place of that version, or where it is PREFERENCES_ANY of whichever there is. STATUS_STALE when it is
// another by now.
enum status preferences_store_put(struct db_tx *tx, struct str user_id, const struct preferences *preferences,
                                  int64_t now_us, struct error *error);
