// What waits for candles, whichever workspace's, in the state database. Every function runs inside the
// caller's transaction.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "db/db.h"
#include "store/trade_plan_store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Whether anything waits.
enum status paper_watch_store_any(struct db_tx *tx, bool *out_is_any, struct error *error);

struct paper_watch_place_list {
    struct trade_plan_place *items;
    size_t count;
};

// Up to `limit` open plans that are closed or invalidated by themselves, behind `after` ("" and "": from the
// first).
enum status paper_watch_store_list_plans(struct db_tx *tx, struct trade_plan_place after, size_t limit,
                                         struct arena *arena, struct paper_watch_place_list *out_list,
                                         struct error *error);

// Candles that open before then are done with. Nothing where the plan is of another version by now.
enum status paper_watch_store_plan_on(struct db_tx *tx, const struct trade_plan *plan, int64_t from_us,
                                      struct error *error);

// Deletes the jobs of the watch that have ended.
enum status paper_watch_store_forget_jobs(struct db_tx *tx, struct error *error);
