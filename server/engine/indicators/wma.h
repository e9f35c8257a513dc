// Linearly weighted moving average: the newest bar counts n times, the oldest once.
//   out(t) = (1·x(t-n+1) + 2·x(t-n+2) + ... + n·x(t)) / (n·(n+1)/2)
// Source: TA-Lib WMA.
#pragma once

#include "engine/indicators/window.h"

#include <stddef.h>

// NaN before bar n-1. 1 <= n <= WINDOW_LENGTH_MAX; n = 1 copies. `out` must not overlap `values`.
// Empty: nothing is written. Shorter than n: all NaN. Flat: the value itself, exactly. A NaN gives NaN in the
// windows that hold it and nowhere else. Gaps in time are not seen: bars are counted, not hours.
void wma_run(const double *values, size_t count, size_t length, double *out, struct window_scratch *scratch);
