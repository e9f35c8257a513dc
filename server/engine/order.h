// Order statistics of a column of which only the lower end is looked at.
#pragma once

#include <stddef.h>

enum {
    ORDER_SAMPLE = 1024,
    ORDER_SAMPLE_FROM = 8192, // values from which a bound of the tail is worth the sample
};

// The values around a fraction q of a column in order.
struct lower_tail {
    double quantile; // linear between the order statistics around q·(count - 1) (Hyndman and Fan type 7)
    double mean;     // of the floor(q·(count - 1)) + 1 smallest values
};

// Index, among `count` values in order, of the value at or below fraction q: floor(q·(count - 1)). count
// >= 1.
size_t order_rank(size_t count, double fraction);

// A value that most likely has more than `rank` of `count` values at or below it and not many more, judged by
// ORDER_SAMPLE values taken evenly from the column. Reorders the sample.
double order_bound(double *sample, size_t count, size_t rank);

// Copies the values that are at most `bound`, in their order; answers how many. `out` has room for all.
size_t order_gather(const double *values, size_t count, double bound, double *out);

// The tail of a column of `count` values out of its `taken` smallest, which must be more than its rank and
// the one behind it (or all). 0 <= fraction <= 1; no NaN. Reorders `smallest`; the mean depends on the values
// alone, whatever their order, where all of them are within ±2.
struct lower_tail order_lower_tail(double *smallest, size_t taken, size_t count, double fraction);
