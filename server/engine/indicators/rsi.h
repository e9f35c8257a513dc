// Relative strength index (J. W. Wilder, New Concepts in Technical Trading Systems, 1978).
//   out(t) = 100 · G(t) / (G(t) + L(t)), G and L the averages of the rises and of the falls of bar to bar,
//   both >= 0; they begin at bar n as the mean of the first n and go on with G(t) = G(t-1) + (rise(t) -
//   G(t-1)) / n.
#pragma once

#include <stddef.h>

// NaN before bar n; 1 <= n. `out` must not overlap `values`. 0 .. 100.
// Empty: nothing is written. n bars or fewer: all NaN. No move in either direction yet: 50. A NaN gives NaN
// there and a fresh warm-up after it. Gaps in time are not seen: bars are counted, not hours.
void rsi_run(const double *values, size_t count, size_t length, double *out);
