// Rolling standard deviation of the values themselves (population, ddof 0).
//   out(t) = sqrt(sum over t-n+1 .. t of (x - mean)² / n)
// Source: TA-Lib STDDEV.
#pragma once

#include "engine/indicators/window.h"

#include <stddef.h>

// NaN before bar n-1. 1 <= n <= WINDOW_LENGTH_MAX; n = 1 is 0. `out` must not overlap `values`.
// Empty: nothing is written. Shorter than n: all NaN. Flat: 0, exactly. A NaN gives NaN in the windows that
// hold it and nowhere else. Gaps in time are not seen: bars are counted, not hours.
void stddev_run(const double *values, size_t count, size_t length, double *out,
                struct window_scratch *scratch);
