// Statistics of columns, for the metrics. Deviations are taken from the mean (two passes), so that they are
// right for columns far from zero; the order of all sums is fixed (vector.h). Columns must hold no NaN.
#pragma once

#include <stddef.h>

// out[i] = values[i + 1] / values[i] - 1 for count - 1 values, 0 where values[i] <= 0; answers their mean,
// NaN when there is none. count >= 1; values[0] > 0.
double statistics_returns(const double *values, size_t count, double *out);

// Sums over one column x and another y of the same length, with dx = x - mean_x and dy = y - mean_y.
struct deviations {
    double second; // dx²
    double third;
    double fourth;
    double downside; // min(x, 0)²
    double shared;   // dx·dy
    double other;    // dy²
};

struct deviations statistics_deviations(const double *x, double mean_x, const double *y, double mean_y,
                                        size_t count);

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
