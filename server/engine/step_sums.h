// Sums of powers of the steps of a curve, beside the steps of another, in a fixed order (vector.h). Parts of
// a curve may be summed each on its own and joined.
#pragma once

#include "engine/vector.h"

#include <stddef.h>

// Steps that are all the same differ by their roundings, about 1e-16: what deviates less than this does not
// vary.
#define LEAST_DEVIATION 1e-12

// Simple returns, value / value before - 1, or 0 where the value before is not above 0. Sums are over all
// steps x of the curve and y of the other, with dx = x - mean and dy = y - other_mean. Deviations are taken
// from a pivot close to the mean, and moved to the mean at the end: a small spread around a large step is
// right.
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

// Sums of powers of steps less a pivot each, a lane for each remainder of the step's index modulo eight: four
// of them, which fit the registers of AVX2.
struct lane_sums {
    quad x;
    quad xx;
    quad xxx;
    quad xxxx;
    quad y;
    quad yy;
    quad xy;
    quad downside;
};

// Of steps that are a curve's and the other's alike, in four lanes. Zero to begin with.
struct power_sums {
    quad x;
    quad xx;
    quad xxx;
    quad xxxx;
    quad downside;
};

// Adds those of four steps that the mask has.
INLINED void power_sums_add(const quad *steps, const quad_mask *mask, double pivot, struct power_sums *sums)
{
    const quad x = QUAD_WHERE(*mask, *steps - pivot);
    const quad loss = QUAD_WHERE(*mask & (*steps < 0), *steps);
    const quad square = x * x;
    sums->x += x;
    sums->xx += square;
    sums->xxx += square * x;
    sums->xxxx += square * square;
    sums->downside += loss * loss;
}

// Apart from the pivots zero to begin with.
struct step_sums {
    double pivot;
    double other_pivot;
    struct lane_sums left; // lanes 0 to 3
    struct lane_sums right;
};

// The step that leads from the first value to the last when repeated `count` times; 0 where nothing is left.
double step_steady(double first, double last, size_t count);

// `count` steps of a curve of one more value.
void steps_of(const double *curve, size_t count, double *out_steps);

// The steps that lead from before[i] to after[i], beside those of the other.
struct step_pairs {
    const double *before;
    const double *after;
    const double *others; // steps
};

// Adds `count` of them, and writes the curve's own.
void step_sums_add(struct step_sums *sums, const struct step_pairs *pairs, size_t count, double *out_steps);

// Of the `count` >= 0 steps added.
struct curve_steps step_sums_finish(const struct step_sums *sums, size_t count);

// Of the steps of both; either may have none. Moments are put together by the formulas of P. Pébay, Sandia
// report SAND2008-6212, which subtract nothing that is large.
struct curve_steps curve_steps_join(const struct curve_steps *a, const struct curve_steps *b);
