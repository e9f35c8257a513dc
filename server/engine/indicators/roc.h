// Rate of change: the rolling return over n bars, in percent (momentum of the time series).
//   out(t) = 100 · (x(t) - x(t-n)) / x(t-n)
// Source: TA-Lib ROC.
#pragma once

#include <stddef.h>

// NaN before bar n; n >= 1. `out` must not overlap `values`.
// Empty: nothing is written. n bars or fewer: all NaN. Flat: 0, exactly. NaN where either value is NaN or the
// earlier one is 0. Gaps in time are not seen: bars are counted, not hours.
void roc_run(const double *values, size_t count, size_t length, double *out);
