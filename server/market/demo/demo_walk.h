// The way of one asset's price, a quarter of an hour at a time, and the candles that it leaves.
#pragma once

#include "base/error.h"
#include "market/demo/demo_asset.h"
#include "market/ingest/row_list.h"

#include <stddef.h>
#include <stdint.h>

enum { DEMO_QUARTERS = 4, DEMO_HOURS_A_DAY = 24 };

// What moves every asset: one return for each hour from DEMO_FIRST_DAY on, and its hourly deviation.
struct demo_hour {
    double move;
    double deviation;
};

struct demo_climate {
    struct demo_hour *hours; // heap
    size_t hour_count;
};

// Bull markets, bear markets and quiet ones until the day `end_day` (days since the epoch, exclusive).
enum status demo_climate_make(int64_t end_day, struct demo_climate *out_climate, struct error *error);
void demo_climate_done(struct demo_climate *climate);

// Candles of one asset in dollars. 1h and 15m only from their first days on; where they are kept they add up
// to the days exactly. Days since the epoch.
struct demo_plan {
    const struct demo_asset *asset;
    int64_t first_hourly_day;
    int64_t first_quarterly_day; // beyond the end: none
};

struct demo_candles {
    struct row_list days, hours, quarters;
};

enum status demo_walk(const struct demo_climate *climate, const struct demo_plan *plan,
                      struct demo_candles *candles, struct error *error);
void demo_candles_done(struct demo_candles *candles);

// The base asset priced in the quote asset, day by day: by the rule that ratios of two series are made by.
enum status demo_pair_days(const struct row_list *base, const struct row_list *quote, struct row_list *pair,
                           struct error *error);
