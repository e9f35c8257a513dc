// Stretches of a curve below its highest value so far, found in one pass over its values in any number of
// pieces. The order of all sums is fixed (vector.h).
#pragma once

#include "engine/vector.h"

#include <stddef.h>

// All depths are fractions <= 0: value / highest - 1.
struct curve_drawdowns {
    double deepest;      // 0 when there is no stretch
    size_t longest_bars; // bars of the longest stretch
    size_t stretch_count;
    double depth_sum;  // of the deepest point of each stretch
    double square_sum; // of the depth at every bar
};

// A stretch below the peak, as far as it was seen.
struct stretch {
    double peak;   // the highest value so far
    size_t length; // 0: none
    double lowest;
    quad left, right; // sums of squares of depths, in eight lanes
};

// What a curve begins with. It is above 0.
struct stretch stretch_begin(double value);

// The values that follow.
void stretch_add(struct stretch *stretch, const double *values, size_t count,
                 struct curve_drawdowns *drawdowns);

// One value `count` times.
void stretch_hold(struct stretch *stretch, double value, size_t count, struct curve_drawdowns *drawdowns);

// `count` values that are all below the peak: the lowest of them, and the squares of their depths in four
// sums.
void stretch_extend(struct stretch *stretch, size_t count, double lowest, const quad *squares);

// The curve has ended.
void stretch_end(struct stretch *stretch, struct curve_drawdowns *drawdowns);
