// What can be said about a curve, such as equity, beside another, such as a benchmark: its steps, its
// drawdowns and the lower tail of its steps, in one pass over memory. The order of all sums is fixed
// (vector.h).
#pragma once

#include "engine/drawdown.h"
#include "engine/order.h"
#include "engine/step_sums.h"

#include <stddef.h>

struct curve_figures {
    double first, last; // values
    struct curve_steps steps;
    struct curve_drawdowns drawdowns;
    struct lower_tail tail; // of the steps; NaN when there is none
};

// Both curves have `count` >= 1 values, no NaN, the first one above 0. `scratch` has room for `count` values.
struct curve_figures curve_measure(const double *curve, const double *other, size_t count,
                                   double tail_fraction, double *scratch);
