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
    double floor;  // values below it are below the peak, those from it on are the peak but for roundings
    double scale;  // 1 / peak, which saves a division a bar
    size_t length; // 0: none
    double lowest;
    quad left, right; // sums of squares of all depths so far, in eight lanes
};

// What a curve begins with. It is above 0.
struct stretch stretch_begin(double value);

// The values that follow, times `units`.
void stretch_add(struct stretch *stretch, const double *values, double units, size_t count,
                 struct curve_drawdowns *drawdowns);

// The curve has ended.
void stretch_end(struct stretch *stretch, struct curve_drawdowns *drawdowns);

#define STRETCH_ROUNDING 1e-15 // by which a depth may be off that was taken with the reciprocal of the peak

#define PEAK_ROUNDING 1e-14 // by which equity is off that was put together from cash and units

// A value at the peak or above it, with nothing below it yet.
INLINED void stretch_rise(struct stretch *stretch, double value)
{
    stretch->peak = value > stretch->peak ? value : stretch->peak;
    stretch->lowest = stretch->peak;
    stretch->floor = stretch->peak * (1 - PEAK_ROUNDING);
    stretch->scale = 1 / stretch->peak;
    stretch->length = 0;
}

// The stretch below the peak, if there is one, has ended.
INLINED void stretch_finish(struct stretch *stretch, struct curve_drawdowns *drawdowns)
{
    if (stretch->length == 0) return;
    const double depth = stretch->lowest * stretch->scale - 1;
    if (depth < drawdowns->deepest + STRETCH_ROUNDING) {
        const double exact = stretch->lowest / stretch->peak - 1;
        drawdowns->deepest = exact < drawdowns->deepest ? exact : drawdowns->deepest;
    }
    drawdowns->longest_bars =
        stretch->length > drawdowns->longest_bars ? stretch->length : drawdowns->longest_bars;
    drawdowns->stretch_count++;
    drawdowns->depth_sum += depth;
}

// One value `count` times.
INLINED void stretch_hold(struct stretch *stretch, double value, size_t count,
                          struct curve_drawdowns *drawdowns)
{
    if (count == 0) return;
    if (value >= stretch->floor) {
        stretch_finish(stretch, drawdowns);
        stretch_rise(stretch, value);
        return;
    }
    const double depth = value * stretch->scale - 1;
    stretch->lowest = value < stretch->lowest ? value : stretch->lowest;
    stretch->left[0] += (double)count * (depth * depth);
    stretch->length += count;
}

// `count` values that are all below the peak: the lowest of them, and the squares of their depths in four
// sums.
INLINED void stretch_extend(struct stretch *stretch, size_t count, double lowest, const quad *squares)
{
    stretch->lowest = lowest < stretch->lowest ? lowest : stretch->lowest;
    stretch->left += *squares;
    stretch->length += count;
}
