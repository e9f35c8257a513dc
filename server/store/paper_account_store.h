// Accounts of paper money in the state database. Every function runs inside the caller's transaction.
#pragma once

#include "base/arena.h"
#include "base/decimal.h"
#include "base/error.h"
#include "base/str.h"
#include "db/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// An account without its positions. deposits, realized_pnl and fees_paid count since the last reset.
struct paper_account {
    struct str workspace_id;
    struct str id;
    struct str name;
    struct str currency;
    struct decimal starting_balance;
    struct decimal fee_bps;      // of fills that are given none
    struct decimal slippage_bps; // likewise
    struct decimal max_leverage;
    struct decimal cash;
    struct decimal deposits; // put in, less what was taken out
    struct decimal realized_pnl;
    struct decimal fees_paid;
    int64_t last_number;  // of its journal; 0: nothing is in it
    int64_t reset_number; // the entry of the last reset; 0: there was none
    int64_t version;
    struct str created_by;
    int64_t created_at_us;
    int64_t updated_at_us; // entries and changes come later than it
    int64_t open_plans;    // plans that are open; 0 where the row was locked
};

struct paper_account_list {
    struct paper_account *items;
    size_t count;
};

// A page of the list: up to `limit` accounts behind the one named; zero and "" for the first page.
struct paper_account_page {
    int64_t after_created_at_us;
    struct str after_id;
    size_t limit;
};

// A new one, which holds its starting balance: the first entry of its journal (none for a balance of zero) is
// the caller's to append. *out_is_new false: the workspace has an account of that id, which stays as it is.
enum status paper_account_store_insert_if_absent(struct db_tx *tx, const struct paper_account *account,
                                                 bool *out_is_new, struct error *error);

// STATUS_NOT_FOUND "unknown_account"; STATUS_INTERNAL "ledger_damaged".
enum status paper_account_store_get(struct db_tx *tx, struct str workspace_id, struct str id,
                                    struct arena *arena, struct paper_account *out_account,
                                    struct error *error);

// As it is now; nobody else changes it, or what belongs to it, until the transaction ends.
enum status paper_account_store_lock(struct db_tx *tx, struct str workspace_id, struct str id,
                                     struct arena *arena, struct paper_account *out_account,
                                     struct error *error);

// Oldest first.
enum status paper_account_store_list(struct db_tx *tx, struct str workspace_id,
                                     struct paper_account_page page, struct arena *arena,
                                     struct paper_account_list *out_list, struct error *error);

enum status paper_account_store_count(struct db_tx *tx, struct str workspace_id, int64_t *out_count,
                                      struct error *error);

// Everything of it that may change, once at the end of a move; `account` was read at its version, which rises
// by one in the database and in `account`. STATUS_STALE when it is another by now.
enum status paper_account_store_save(struct db_tx *tx, struct paper_account *account, struct error *error);
