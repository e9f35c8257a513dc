// Statistics of columns, for the metrics. Sums run over eight lanes in a fixed order and deviations are taken
// from the mean (two passes), so results are the same bits on every machine and right for columns far from
// zero. Columns must hold no NaN.
#pragma once

#include <stddef.h>

// out[i] = values[i + 1] / values[i] - 1, for count - 1 values; 0 where values[i] <= 0. count >= 1.
void statistics_returns(const double *values, size_t count, double *out);

// NaN for an empty column.
double statistics_mean(const double *values, size_t count);

// Sums of powers of the deviations from the mean. 0 for an empty column.
struct moments {
    double second;
    double third;
    double fourth;
};

struct moments statistics_moments(const double *values, size_t count, double mean);

// Sum of (x - mean_x)·(y - mean_y).
double statistics_product(const double *x, const double *y, size_t count, double mean_x, double mean_y);

// Sum of min(x, 0)².
double statistics_downside(const double *values, size_t count);

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

// Reorders so that values[rank] is the value of that rank (0: the smallest), none before it is larger and
// none behind it smaller. rank < count.
void statistics_select(double *values, size_t count, size_t rank);

// What lies below a threshold that is one of the values.
struct tail {
    size_t below; // values < threshold
    size_t equal;
    double sum;  // of the values < threshold, in the order of the column
    double next; // the smallest value > threshold; infinity when there is none
};

struct tail statistics_tail(const double *values, size_t count, double threshold);

// base^exponent for base > 0, by IEEE additions and multiplications only: the C library's pow differs in the
// last bit between processors. Relative error below 1e-13 for results a backtest can have; infinity on
// overflow.
double statistics_power(double base, double exponent);
