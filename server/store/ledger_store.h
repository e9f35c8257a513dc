// The whole of the paper ledger as it stands, row by row, for whoever checks it. Nothing is believed: a
// decimal that cannot be read is told with its text. Every function runs inside the caller's transaction;
// rows are read in pages, texts are borrowed until the visitor returns.
#pragma once

#include "base/arena.h"
#include "base/decimal.h"
#include "base/error.h"
#include "base/str.h"
#include "db/db.h"
#include "store/journal_store.h"
#include "store/paper_account_store.h"
#include "store/position_store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The first column of a row that holds no decimal, or no word, as it is stored.
struct ledger_damage {
    const char *column; // NULL: all can be read
    struct str text;
};

struct ledger_account {
    struct paper_account account; // without its settings
    struct ledger_damage damage;
};

struct ledger_account_list {
    struct ledger_account *items; // in the arena
    size_t count;
};

struct ledger_entry {
    struct journal_entry entry; // without who and why
    bool has_fill;              // what belongs to fills is there
    struct ledger_damage damage;
};

struct ledger_position {
    struct position_row row;
    struct ledger_damage damage;
};

// A leg of a plan with what its columns say of its fills.
struct ledger_leg {
    struct str plan_id, id, status; // status of the plan
    struct str symbol;
    bool is_short;
    struct decimal quantity_open, quantity_closed, entry_notional, exit_notional, fees;
    struct decimal planned_quantity;
    int64_t planned_at_us; // when the plan was made
    struct ledger_damage damage;
};

struct ledger_order {
    struct str id, status, symbol, side;
    struct decimal quantity;
    int64_t fill_number; // 0: none
    struct ledger_damage damage;
};

// What belongs to nothing: a table, and whose account there is not.
struct ledger_stray {
    const char *table;
    struct str workspace_id, account_id;
};

// A plan whose history does not come to its version and status.
struct ledger_odd_plan {
    struct str workspace_id, account_id, id, status;
    int64_t version;
    int64_t changes;     // that there are
    int64_t last_change; // version of the last of them; 0: there is none
};

struct ledger_odd_plan_list {
    struct ledger_odd_plan *items; // in the arena
    size_t count;
};

struct ledger_stray_list {
    struct ledger_stray *items;
    size_t count;
};

// Each answers STATUS_OK to go on; any other status ends the walk and is handed on.
struct ledger_visitor {
    void *context;
    enum status (*entry)(void *context, const struct ledger_entry *entry, struct error *error);
    enum status (*position)(void *context, const struct ledger_position *position, struct error *error);
    enum status (*leg)(void *context, const struct ledger_leg *leg, struct error *error);
    enum status (*order)(void *context, const struct ledger_order *order, struct error *error);
};

// A page of the accounts of all workspaces, by workspace and id, behind the one named ("" and "": the first).
enum status ledger_store_list_accounts(struct db_tx *tx, struct position_owner after, size_t limit,
                                       struct arena *arena, struct ledger_account_list *out_list,
                                       struct error *error);

// Of one account, each in the order of its key.
enum status ledger_store_walk_entries(struct db_tx *tx, struct position_owner owner,
                                      const struct ledger_visitor *visitor, struct error *error);
enum status ledger_store_walk_positions(struct db_tx *tx, struct position_owner owner,
                                        const struct ledger_visitor *visitor, struct error *error);
enum status ledger_store_walk_legs(struct db_tx *tx, struct position_owner owner,
                                   const struct ledger_visitor *visitor, struct error *error);
enum status ledger_store_walk_orders(struct db_tx *tx, struct position_owner owner,
                                     const struct ledger_visitor *visitor, struct error *error);

// Of all accounts, and of those that there are not.
enum status ledger_store_count_entries(struct db_tx *tx, int64_t *out_count, struct error *error);

// At most `limit`, by workspace and id.
enum status ledger_store_list_odd_plans(struct db_tx *tx, size_t limit, struct arena *arena,
                                        struct ledger_odd_plan_list *out_list, struct error *error);

// Positions, plans, orders, first accounts and owners ("members"), at most `limit`; entries apart, which
// takes a look at each.
enum status ledger_store_list_stray_entries(struct db_tx *tx, size_t limit, struct arena *arena,
                                            struct ledger_stray_list *out_list, struct error *error);
enum status ledger_store_list_strays(struct db_tx *tx, size_t limit, struct arena *arena,
                                     struct ledger_stray_list *out_list, struct error *error);
