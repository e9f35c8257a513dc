// What paper accounts hold, in the state database: rows that repeat the sum of the fills of a symbol. Every
// function runs inside the caller's transaction.
#pragma once

#include "base/arena.h"
#include "base/decimal.h"
#include "base/error.h"
#include "base/str.h"
#include "db/db.h"

#include <stddef.h>
#include <stdint.h>

struct position {
    struct decimal quantity; // below zero: short
    struct decimal cost;     // money bound in it; below zero where quantity is
};

struct position_row {
    struct str symbol;
    struct position position;
    int64_t updated_at_us;
};

struct position_list {
    struct position_row *items;
    size_t count;
};

// Whose.
struct position_owner {
    struct str workspace_id;
    struct str account_id;
};

// Nothing where the account never held the symbol. STATUS_INTERNAL "ledger_damaged".
enum status position_store_get(struct db_tx *tx, struct position_owner owner, struct str symbol,
                               struct position *out_position, struct error *error);

enum status position_store_put(struct db_tx *tx, struct position_owner owner, const struct position_row *row,
                               struct error *error);

// Those that are not flat, by symbol; STATUS_TOO_LARGE beyond LIMIT_POSITIONS.
enum status position_store_list(struct db_tx *tx, struct position_owner owner, struct arena *arena,
                                struct position_list *out_list, struct error *error);

// How much of a symbol an open plan has open: below zero for a short leg.
struct position_share {
    struct str symbol;
    struct str plan_id;
    struct decimal quantity;
};

struct position_share_list {
    struct position_share *items;
    size_t count;
};

// By symbol and plan.
enum status position_store_list_shares(struct db_tx *tx, struct position_owner owner, struct arena *arena,
                                       struct position_share_list *out_list, struct error *error);

// How many symbols the account holds, or its open plans have open legs of, but for one ("": all).
enum status position_store_count_symbols(struct db_tx *tx, struct position_owner owner, struct str but,
                                         int64_t *out_count, struct error *error);

// How many open legs its open plans have.
enum status position_store_count_legs(struct db_tx *tx, struct position_owner owner, int64_t *out_count,
                                      struct error *error);
