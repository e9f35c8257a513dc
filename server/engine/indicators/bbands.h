// Bollinger bands (J. Bollinger, Bollinger on Bollinger Bands, 2001).
//   middle(t) = SMA(n)(t)
//   upper, lower = middle ± width · standard deviation of the window (population, ddof 0)
#pragma once

#include "engine/indicators/window.h"

#include <stddef.h>

struct bbands_columns {
    double *upper;
    double *middle;
    double *lower;
};

// NaN before bar n-1. 1 <= n <= WINDOW_LENGTH_MAX; with n = 1 all three are the value. width >= 0.
// Empty: nothing is written. Shorter than n: all NaN. Flat: all three are the value, exactly. A NaN gives NaN
// in the windows that hold it and nowhere else. Gaps in time are not seen: bars are counted, not hours. The
// columns must not overlap each other or `values`.
void bbands_run(const double *values, size_t count, size_t length, double width, struct bbands_columns out,
                struct window_scratch *scratch);
