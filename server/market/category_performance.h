// How a category and its members did over the last days.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "market/category_set.h"
#include "market/market.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum category_period { PERIOD_1D, PERIOD_7D, PERIOD_30D, PERIOD_90D, PERIOD_YTD, PERIOD_COUNT };

extern const char *const category_period_names[PERIOD_COUNT + 1]; // "1d" …, then NULL

enum { CATEGORY_AVERAGE_BARS = 50 }; // of the average that members are above or below

// Changes are of closes: 0.05 for a rise of 5 %, from the last close at or before so many days earlier, for
// PERIOD_YTD the last close of the years before that of the newest candle (UTC); NaN where none is, and where
// the candles between break (category_index.h).
struct member_performance {
    struct str symbol;
    int64_t time;                // of its last daily candle, 0 when it has none
    double last_close;           // NaN when it has none
    double turnover;             // volume times close of that candle, in the quote asset
    double change[PERIOD_COUNT]; // all NaN when its last candle is not of the category's last bar
    double distance;     // last close / SMA(CATEGORY_AVERAGE_BARS) - 1; NaN with fewer bars, and as above
    double weight;       // in the last bar of the index: 1 / members, 0 when it is none of them
    double contribution; // to the index's change in that bar: weight * change of the close
};

struct category_performance {
    int64_t time;                // of the last bar of the index, 0 when no member has candles
    double change[PERIOD_COUNT]; // of the index
    double breadth; // share of the members with a distance whose distance is above 0; NaN without any
    struct member_performance *members; // of what is stored, in the order of symbols
    size_t member_count;
    uint64_t data_version; // the oldest of what this was made of
};

// Over daily candles of the members that are priced in `quote`. Texts and rows live in the arena. No members
// are no error. Errors of market_series.
enum status category_performance_find(struct market_view view, const struct category *category,
                                      struct str quote, struct arena *arena,
                                      struct category_performance *out_performance, struct error *error);

// Members that have a change over the period, the best first (equal ones by symbol), and the middle of their
// changes.
struct category_spread {
    const struct member_performance **ranked;
    size_t count;
    double median; // NaN without any
};

enum status category_spread_find(const struct category_performance *performance, enum category_period period,
                                 struct arena *arena, struct category_spread *out_spread,
                                 struct error *error);
