// Relative strength index (J. W. Wilder, New Concepts in Technical Trading Systems, 1978).
//   out(t) = 100 · G(t) / (G(t) + L(t)), with G the average of what rose from bar to bar, L of what fell
//   G(n) = mean of rise(1 .. n)
//   G(t) = G(t-1) · (n-1)/n + rise(t) / n, and L alike
//   A change within SAME_PRICE (rounding.h) of the value is none.
#pragma once

#include <stddef.h>

// NaN before bar n; 1 <= n. `out` must not overlap `values`. 0 .. 100.
// Empty: nothing is written. n bars or fewer: all NaN. No move in either direction yet: 50. A NaN gives NaN
// there and a fresh warm-up after it. Gaps in time are not seen: bars are counted, not hours.
void rsi_run(const double *values, size_t count, size_t length, double *out);
