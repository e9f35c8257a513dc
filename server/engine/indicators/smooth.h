// y(t) = rest · y(t-1) + x(t), which exponential averages are made of, four bars at a time: the terms of four
// bars are put together by doubling (P. M. Kogge, H. S. Stone, A parallel algorithm for the efficient
// solution of a general class of recurrence equations, 1973), so that a bar waits for the one four bars
// before it, not for its neighbour. The order is fixed; a value depends on nothing behind it. Internal to the
// indicators.
#pragma once

#include "engine/vector.h"

#include <math.h>
#include <stdbool.h>

struct smoothing {
    double rest;
    double square, fourth; // rest², rest⁴
    quad powers;           // rest, rest², rest³, rest⁴
    quad before;           // y(t-1), in each lane
};

INLINED void smoothing_begin(double rest, double before, struct smoothing *out)
{
    const double square = rest * rest;
    out->rest = rest;
    out->square = square;
    out->fourth = square * square;
    out->powers = (quad){rest, square, square * rest, square * square};
    out->before = (quad){0} + before;
}

// The next four of x, and their y.
INLINED void smoothing_advance(struct smoothing *smoothing, const quad *x, quad *out)
{
    const quad none = {0};
    const quad pairs = *x + smoothing->rest * __builtin_shufflevector(none, *x, 0, 4, 5, 6);
    const quad fours = pairs + smoothing->square * __builtin_shufflevector(none, pairs, 0, 1, 4, 5);
    *out = fours + smoothing->powers * smoothing->before;
    smoothing->before =
        __builtin_shufflevector(fours, fours, 3, 3, 3, 3) + smoothing->fourth * smoothing->before;
}

// Whether an x so far was no number: all y from there on are none.
INLINED bool smoothing_is_lost(const struct smoothing *smoothing)
{
    return isnan(smoothing->before[0]);
}
