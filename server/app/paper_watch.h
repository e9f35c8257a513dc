// What happens to paper money by itself when candles arrive: orders that rest are filled, plans with stops,
// targets or an invalidation are closed. Each at most once, however many processes look at the same time:
// what is done is done in a transaction that finds the order resting, or the plan at the version that was
// looked at.
#pragma once

#include "app/app.h"
#include "app/mark.h"
#include "base/error.h"
#include "base/str.h"
#include "store/paper_order_store.h"
#include "store/trade_plan_store.h"

#include <stdbool.h>
#include <stdint.h>

// From when on candles of a symbol count for what begins now: the end of its newest stored candle of any
// interval, or now where that is earlier (candles may be stored before they have ended). Candles that open
// earlier are of what was known. `knows_now`: it begins at a price of this very moment, and not at the close
// of that candle; then the candle that follows it and holds the moment does not count either, for nobody
// knows which of its prices came after.
int64_t paper_watch_from(const struct app *app, struct str symbol, bool knows_now, int64_t now_us);

// The same for a plan that is opened at these marks, or changed (NULL: that knows the moment): the latest of
// those of its legs, and of its rule's series.
int64_t paper_watch_plan_from(const struct app *app, const struct trade_plan *plan,
                              const struct mark_list *marks, int64_t now_us);

// Has a job look at what waits, unless one is about to. Nothing where nothing waits.
enum status paper_watch_request(const struct app *app, int64_t now_us, struct error *error);

// Fills the order if a candle crossed its limit, or rejects it where its account cannot carry the fill.
enum status paper_watch_order(const struct app *app, const struct paper_order *order, int64_t now_us,
                              struct error *error);

// Closes the plan at the first stop or target that a candle reached, or the first close that broke its rule;
// of a plan that is not closed by itself only notes that.
enum status paper_watch_plan(const struct app *app, struct trade_plan_place place, int64_t now_us,
                             struct error *error);
