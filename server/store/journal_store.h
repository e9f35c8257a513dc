// The journal of paper accounts in the state database: entries that are added and never changed. Every
// function runs inside the caller's transaction.
#pragma once

#include "base/arena.h"
#include "base/decimal.h"
#include "base/error.h"
#include "base/str.h"
#include "db/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum journal_kind { JOURNAL_DEPOSIT, JOURNAL_WITHDRAWAL, JOURNAL_RESET, JOURNAL_FILL };
enum fill_action { FILL_OPEN, FILL_CLOSE };
enum fill_side { FILL_BUY, FILL_SELL };
// Where the price came from that a fill was made at: the request, a live price, the newest stored candle, a
// plan's stop or target, an order's limit.
enum mark_source { MARK_REQUEST, MARK_LIVE, MARK_CANDLE, MARK_STOP, MARK_TARGET, MARK_ORDER };

// Their names, as they are stored and answered; NULL at the end.
extern const char *const journal_kind_names[];
extern const char *const fill_action_names[];
extern const char *const fill_side_names[];
extern const char *const mark_source_names[];

// Texts that are not there have ptr NULL. What belongs to fills is zero in other entries.
struct journal_entry {
    struct str workspace_id;
    struct str account_id;
    int64_t number; // from 1, without gaps
    struct str id;
    enum journal_kind kind;
    int64_t created_at_us;
    struct str actor_id;
    struct str request_id;
    struct str idempotency_key;
    struct str note;
    struct str plan_id; // of a fill: of a plan with its leg, or of an order, or of neither (a reset's)
    struct str leg_id;
    struct str order_id;
    enum fill_action action;
    struct str symbol;
    enum fill_side side;
    struct decimal quantity;
    struct decimal price;
    struct decimal notional; // quantity × price, rounded to 18 digits
    struct decimal fee;
    struct decimal fee_bps;
    struct decimal slippage_bps;
    struct decimal mark_price;
    enum mark_source mark_source;
    int64_t mark_time_us;
    struct decimal cash; // what the entry changes the cash by
    struct decimal cash_after;
    struct decimal position_after; // of the symbol
    struct decimal cost_after;     // money bound in it
};

struct journal_list {
    struct journal_entry *items;
    size_t count;
};

// Entries below `before`, newest first; filters that are "" or NULL let all through.
struct journal_filter {
    struct str workspace_id;
    struct str account_id;
    int64_t before; // INT64_MAX for the newest
    const char *kind;
    struct str symbol;
    struct str plan_id;
    size_t limit;
};

enum status journal_store_append(struct db_tx *tx, const struct journal_entry *entry, struct error *error);

// STATUS_INTERNAL "ledger_damaged" for a row whose decimals cannot be read.
enum status journal_store_list(struct db_tx *tx, const struct journal_filter *filter, struct arena *arena,
                               struct journal_list *out_list, struct error *error);

// Fills of a plan above the number `after`, oldest first; at most `limit`.
struct journal_of_plan {
    struct str workspace_id;
    struct str plan_id;
    int64_t after;
    size_t limit;
};
enum status journal_store_list_of_plan(struct db_tx *tx, const struct journal_of_plan *of,
                                       struct arena *arena, struct journal_list *out_list,
                                       struct error *error);

// What an account was after an entry.
struct journal_trace {
    int64_t created_at_us;
    struct decimal cash;
    struct str symbol; // of a fill; "" of other entries. Borrowed until the visitor returns
    struct decimal quantity;
    struct decimal mark_price;
    int64_t mark_time_us;
};

// Answers STATUS_OK to go on; any other status ends the walk and is handed on.
struct journal_visitor {
    enum status (*visit)(void *context, const struct journal_trace *trace, struct error *error);
    void *context;
};

// Entries before a time, oldest first, however many.
struct journal_past {
    struct str workspace_id;
    struct str account_id;
    int64_t before_us;
};
enum status journal_store_trace(struct db_tx *tx, const struct journal_past *past,
                                const struct journal_visitor *visitor, struct error *error);

// Symbols that an account has traded, in no order.
struct journal_symbols {
    struct str *items;
    size_t count;
};

// STATUS_TOO_LARGE beyond LIMIT_POSITIONS.
enum status journal_store_symbols(struct db_tx *tx, struct str workspace_id, struct str account_id,
                                  struct arena *arena, struct journal_symbols *out_symbols,
                                  struct error *error);

// What an entry changed.
struct journal_step {
    int64_t number;
    int64_t created_at_us;
    bool is_fill;
    struct str symbol;       // of a fill; "" of other entries. Borrowed until the visitor returns
    struct decimal quantity; // of a fill, below zero for a sale
    struct decimal cash;
    struct decimal cash_after;
};

// As journal_visitor; *out_has_enough ends the walk.
struct journal_step_visitor {
    enum status (*visit)(void *context, const struct journal_step *step, bool *out_has_enough,
                         struct error *error);
    void *context;
};

// Newest first, in pages, until the visitor has enough. Inside one transaction.
enum status journal_store_step_back(struct db_tx *tx, struct str workspace_id, struct str account_id,
                                    const struct journal_step_visitor *visitor, struct error *error);
