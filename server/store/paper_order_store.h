// Orders of paper money in the state database. Every function runs inside the caller's transaction.
#pragma once

#include "base/arena.h"
#include "base/decimal.h"
#include "base/error.h"
#include "base/str.h"
#include "db/db.h"
#include "store/journal_store.h"

#include <stddef.h>
#include <stdint.h>

enum paper_order_type { PAPER_ORDER_MARKET, PAPER_ORDER_LIMIT };
enum paper_order_force { PAPER_ORDER_GTC, PAPER_ORDER_IOC };
enum paper_order_status {
    PAPER_ORDER_ACCEPTED,
    PAPER_ORDER_FILLED,
    PAPER_ORDER_CANCELLED,
    PAPER_ORDER_REJECTED
};

// Their names, as they are stored and answered; NULL at the end.
extern const char *const paper_order_type_names[];
extern const char *const paper_order_force_names[];
extern const char *const paper_order_status_names[];

// Texts that are not there have ptr NULL.
struct paper_order {
    struct str workspace_id;
    struct str id;
    struct str account_id;
    struct str symbol;
    enum fill_side side;
    enum paper_order_type type;
    enum paper_order_force force;
    enum paper_order_status status;
    struct decimal quantity;
    struct decimal limit_price; // 0 of a market order
    struct str note;
    struct str reject_reason;
    int64_t fill_number;     // of the entry of the journal; 0: none
    int64_t watched_from_us; // candles that open from then on fill it
    int64_t version;
    struct str created_by;
    int64_t created_at_us;
    int64_t updated_at_us;
    struct str fill_id; // of the entry, and what follows of it
    struct decimal fill_price;
    struct decimal fill_fee;
    int64_t filled_at_us;
};

struct paper_order_list {
    struct paper_order *items;
    size_t count;
};

// A new one, accepted, of version 1.
enum status paper_order_store_insert(struct db_tx *tx, const struct paper_order *order, struct error *error);

// STATUS_NOT_FOUND; STATUS_INTERNAL "ledger_damaged".
enum status paper_order_store_get(struct db_tx *tx, struct str workspace_id, struct str id,
                                  struct arena *arena, struct paper_order *out_order, struct error *error);

// Texts are "" for any.
struct paper_order_filter {
    struct str workspace_id;
    struct str account_id;
    struct str status;
    struct str symbol;
    int64_t before_us; // creation and id of the last one seen; INT64_MAX and "" for the first page
    struct str before_id;
    size_t limit;
};

// Newest first.
enum status paper_order_store_list(struct db_tx *tx, const struct paper_order_filter *filter,
                                   struct arena *arena, struct paper_order_list *out_list,
                                   struct error *error);

// A page of all orders that rest, whichever workspace's: behind the one of that workspace and id ("" and ""
// for the first page).
struct paper_order_page {
    struct str after_workspace_id;
    struct str after_id;
    size_t limit;
};
enum status paper_order_store_list_resting(struct db_tx *tx, const struct paper_order_page *page,
                                           struct arena *arena, struct paper_order_list *out_list,
                                           struct error *error);

enum status paper_order_store_count_resting(struct db_tx *tx, struct str workspace_id, struct str account_id,
                                            int64_t *out_count, struct error *error);

struct paper_order_move {
    enum paper_order_status to;
    struct str reject_reason; // ptr NULL: none
    int64_t fill_number;      // 0: none
    int64_t now_us;
};

// From resting to its end; `order` was read at its version, and is as moved afterwards. STATUS_STALE when it
// rests no more, or is of another version.
enum status paper_order_store_move(struct db_tx *tx, struct paper_order *order,
                                   const struct paper_order_move *move, struct error *error);

// Candles that open before then are done with. Nothing where the order rests no more.
enum status paper_order_store_watch_on(struct db_tx *tx, const struct paper_order *order, int64_t from_us,
                                       struct error *error);
