// What can be said about a curve, such as equity, beside another, such as a benchmark: its steps, its
// drawdowns and the lower tail of its steps, in one pass over memory. The order of all sums is fixed
// (vector.h).
#pragma once

#include "engine/order.h"

#include <stddef.h>

// Simple returns, value / value before - 1, or 0 where the value before is not above 0. Sums are over all
// steps x of the curve and y of the other, with dx = x - mean and dy = y - other_mean. Deviations are taken
// from the steady growth between the ends, which is close to the mean, and moved to the mean at the end: a
// small spread around a large step is right.
struct curve_steps {
    size_t count;
    double mean;   // NaN when there is no step
    double second; // dx²
    double third;
    double fourth;
    double downside; // min(x, 0)²
    double other_mean;
    double other_second; // dy²
    double shared;       // dx·dy
};

// Stretches below the highest value so far. All depths are fractions <= 0: value / highest - 1.
struct curve_drawdowns {
    double deepest;      // 0 when there is no stretch
    size_t longest_bars; // bars of the longest stretch
    size_t stretch_count;
    double depth_sum;  // of the deepest point of each stretch
    double square_sum; // of the depth at every bar
};

struct curve_figures {
    struct curve_steps steps;
    struct curve_drawdowns drawdowns;
    struct lower_tail tail; // of the steps; NaN when there is none
};

// Both curves have `count` >= 1 values, no NaN, the first one above 0. `scratch` has room for `count` values.
struct curve_figures curve_measure(const double *curve, const double *other, size_t count,
                                   double tail_fraction, double *scratch);
