// A series of candles as columns. Times are open times in epoch seconds, strictly increasing.
#pragma once

#include <stddef.h>
#include <stdint.h>

// Borrowed columns of `count` values each; whoever made them keeps them alive.
struct candles {
    size_t count;
    const int64_t *time;
    const double *open;
    const double *high;
    const double *low;
    const double *close;
    const double *volume;
};

// Index of the first candle that opens at or after `time` (epoch seconds); count when there is none.
size_t candles_lower_bound(const struct candles *candles, int64_t time);

// The candles [from, to) as a view of the same columns; from <= to <= count.
struct candles candles_slice(const struct candles *candles, size_t from, size_t to);
