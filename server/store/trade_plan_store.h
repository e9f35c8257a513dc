// Trade plans in the state database: a plan with its legs, and what became of it. Every function runs inside
// the caller's transaction.
#pragma once

#include "base/arena.h"
#include "base/decimal.h"
#include "base/error.h"
#include "base/str.h"
#include "db/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum trade_type { TRADE_SINGLE, TRADE_PAIR, TRADE_BASKET };
enum trade_plan_status { PLAN_PLANNED, PLAN_OPEN, PLAN_CLOSED, PLAN_CANCELLED };
enum trade_plan_reason { CLOSE_MANUAL, CLOSE_STOP, CLOSE_TARGET, CLOSE_INVALIDATION, CLOSE_RESET };
enum trade_plan_action {
    PLAN_DID_CREATE,
    PLAN_DID_EDIT,
    PLAN_DID_OPEN,
    PLAN_DID_CLOSE,
    PLAN_DID_CANCEL,
    PLAN_DID_INVALIDATE,
};
enum leg_side { LEG_LONG, LEG_SHORT };

// Their names, as they are stored and answered; NULL at the end.
extern const char *const trade_type_names[];
extern const char *const trade_plan_status_names[];
extern const char *const trade_plan_reason_names[];
extern const char *const trade_plan_action_names[];
extern const char *const leg_side_names[];

// From quantity_open on: what its fills come to.
struct trade_plan_leg {
    struct str id; // "1", "2", … in the order that they were given
    struct str symbol;
    enum leg_side side;
    struct decimal planned_quantity;
    struct decimal planned_entry_price;
    struct decimal stop_price;   // 0: none
    struct decimal target_price; // 0: none
    struct decimal quantity_open;
    struct decimal quantity_closed;
    struct decimal entry_notional; // of its fills that opened
    struct decimal exit_notional;  // of those that closed
    struct decimal fees;           // of all
};

// Texts that are not there have ptr NULL, times that have not come are 0.
struct trade_plan {
    struct str workspace_id;
    struct str id;
    struct str account_id;
    enum trade_type type;
    struct str strategy_tag;
    struct str thesis;
    struct str invalidation;
    struct str invalidation_rule;   // JSON (app/trade_plan_rule.h)
    struct decimal max_risk_amount; // 0: none
    bool auto_close;
    struct str notes;
    struct str tags_json; // array of distinct strings
    enum trade_plan_status status;
    enum trade_plan_reason close_reason; // of a closed one
    int64_t version;                     // from 1, one more with each change
    int64_t watched_from_us;
    struct str created_by;
    int64_t created_at_us;
    int64_t updated_at_us;
    int64_t opened_at_us;
    int64_t closed_at_us;
    int64_t cancelled_at_us;
    int64_t invalidated_at_us;
    struct trade_plan_leg *legs;
    size_t leg_count;
};

struct trade_plan_list {
    struct trade_plan *items;
    size_t count;
};

struct trade_plan_place {
    struct str workspace_id;
    struct str plan_id;
};

// All there are, whatever became of them.
enum status trade_plan_store_count(struct db_tx *tx, struct str workspace_id, int64_t *out_count,
                                   struct error *error);

// A new one, planned and at version 1, with its legs.
enum status trade_plan_store_insert(struct db_tx *tx, const struct trade_plan *plan, struct error *error);

// STATUS_NOT_FOUND; STATUS_INTERNAL "ledger_damaged".
enum status trade_plan_store_get(struct db_tx *tx, struct trade_plan_place place, struct arena *arena,
                                 struct trade_plan *out_plan, struct error *error);

// Which plans: filters that are "" let all through.
struct trade_plan_filter {
    struct str workspace_id;
    struct str status;
    struct str account_id;
    struct str tag;      // one of its tags, or its strategy_tag
    struct str tag_json; // the same as it stands in a JSON array; "" with `tag`
    struct str symbol;   // of one of its legs
    struct str created_by;
    struct str like;   // of its texts and symbols: a pattern of LIKE with \ as escape, lower case
    int64_t before_us; // created_at and id of the one last seen; INT64_MAX and "" for the newest
    struct str before_id;
    size_t limit;
};

// Newest first, each with its legs, in one query.
enum status trade_plan_store_list(struct db_tx *tx, const struct trade_plan_filter *filter,
                                  struct arena *arena, struct trade_plan_list *out_list, struct error *error);

// Everything of the plan itself that may change, its version one more in the database and in `plan`, if it is
// still at plan->version and in the state `from`. STATUS_STALE when it is not: nothing was changed.
enum status trade_plan_store_save(struct db_tx *tx, struct trade_plan *plan, enum trade_plan_status from,
                                  struct error *error);

// Stop, target and what its fills come to, of one leg.
enum status trade_plan_store_save_leg(struct db_tx *tx, const struct trade_plan *plan,
                                      const struct trade_plan_leg *leg, struct error *error);

// All legs of a planned plan, instead of those that it had.
enum status trade_plan_store_replace_legs(struct db_tx *tx, const struct trade_plan *plan,
                                          struct error *error);

// How a version came about.
struct trade_plan_change {
    int64_t version;
    enum trade_plan_action action;
    struct str actor_id;
    int64_t created_at_us;
    struct str request_id;
    struct str detail_json; // an object: what was changed
};

struct trade_plan_change_list {
    struct trade_plan_change *items;
    size_t count;
};

enum status trade_plan_store_append_change(struct db_tx *tx, struct trade_plan_place place,
                                           const struct trade_plan_change *change, struct error *error);

// Changes below version `before`, newest first.
struct trade_plan_change_page {
    int64_t before; // INT64_MAX for the newest
    size_t limit;
};
enum status trade_plan_store_list_changes(struct db_tx *tx, struct trade_plan_place place,
                                          struct trade_plan_change_page page, struct arena *arena,
                                          struct trade_plan_change_list *out_list, struct error *error);
