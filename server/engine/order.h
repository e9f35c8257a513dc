// Order statistics of a column.
#pragma once

#include <stddef.h>

// The lower tail of a sample at a fraction q of its order statistics.
struct lower_tail {
    double quantile; // linear between the order statistics around q·(count - 1) (Hyndman and Fan type 7)
    double mean;     // of the floor(q·(count - 1)) + 1 smallest values
};

// 0 <= fraction <= 1; count >= 1; no NaN. `scratch` has room for `count` values. The order of the sum depends
// on the values alone.
struct lower_tail order_lower_tail(const double *values, size_t count, double fraction, double *scratch);
