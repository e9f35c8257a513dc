// The candle intervals of Binance, their lengths and the grid their bars open on (UTC).
#pragma once

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum interval {
    INTERVAL_1S,
    INTERVAL_1M,
    INTERVAL_3M,
    INTERVAL_5M,
    INTERVAL_15M,
    INTERVAL_30M,
    INTERVAL_1H,
    INTERVAL_2H,
    INTERVAL_4H,
    INTERVAL_6H,
    INTERVAL_8H,
    INTERVAL_12H,
    INTERVAL_1D,
    INTERVAL_3D,
    INTERVAL_1W,
    INTERVAL_1MO,
    INTERVAL_COUNT,
};

// "1h"; "1mo" for a month ("1M" is read too: Binance's own spelling).
const char *interval_name(enum interval interval);
bool interval_parse(struct str text, enum interval *out_interval);

// Length in seconds; 0 for the month, whose length varies.
int64_t interval_seconds(enum interval interval);

// Periods in a 365-day year (12 for the month): P of the metrics.
double interval_periods_per_year(enum interval interval);

// Open time of the bar that contains `time_s`, and of the bar after the one that opens at `open_s`.
// Weeks open on Monday, 3-day bars on the grid of the epoch, months on the first.
int64_t interval_floor(enum interval interval, int64_t time_s);
int64_t interval_next(enum interval interval, int64_t open_s);

// Bars from the one that opens at `from_s` to the one that opens at `to_s`, which is not counted; 0 where
// that is not behind it.
int64_t interval_bars(enum interval interval, int64_t from_s, int64_t to_s);

// Whether bars of `fine` fill bars of `coarse` exactly (1h fills 4h, 1d fills 1w and 1mo; 1w fills no 1mo).
bool interval_divides(enum interval fine, enum interval coarse);
