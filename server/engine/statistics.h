// Statistics of curves, for the metrics. The order of all sums is fixed (vector.h). Curves must hold no NaN.
#pragma once

#include <stddef.h>

// Figures of the steps of a curve x beside those of another, y: simple returns, value / value before - 1, or
// 0 where the value before is not above 0. Sums are over all steps, with dx = x - mean and dy = y -
// other_mean.
struct returns {
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

// `value_count` values make value_count - 1 returns, which are also written to out_steps (those of `curve`).
// value_count >= 1; the first value of each curve is above 0.
// One pass: deviations are taken from the steady growth between the ends, which is close to the mean, and
// moved to the mean at the end; so a small spread around a large step is right.
struct returns statistics_returns(const double *curve, const double *other, size_t value_count,
                                  double *out_steps);

// Stretches below the running maximum. All depths are fractions <= 0: value / maximum - 1.
struct drawdowns {
    double deepest;      // 0 when there is no stretch
    size_t longest_bars; // bars of the longest stretch
    size_t stretch_count;
    double depth_sum;  // of the deepest point of each stretch
    double square_sum; // of the depth at every bar
};

// values[0] > 0.
struct drawdowns statistics_drawdowns(const double *values, size_t count);

// base^exponent for base > 0, by IEEE arithmetic alone: the C library's pow may differ in the last bit
// between processors. Relative error below 1e-13 for results from 1e-100 to 1e100; infinity on overflow.
double statistics_power(double base, double exponent);
