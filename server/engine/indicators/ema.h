// Exponential moving average.
//   out(n-1) = (x(0) + ... + x(n-1)) / n;   out(t) = out(t-1) + 2/(n+1) · (x(t) - out(t-1))
// Source: the seed by the simple average is TA-Lib's default (and TradingView's), so that values agree from
// the first one on; seeding with the first value (pandas ewm(adjust=False)) differs by a share that shrinks
// by (n-1)/(n+1) a bar.
#pragma once

#include <stddef.h>

// One pass; `out` must not overlap `values`. length >= 1; length 1 copies. NaN before bar n-1.
// Empty: nothing is written. Shorter than n: all NaN. Flat: the value itself, exactly. A NaN gives NaN there
// and a fresh warm-up after it. Gaps in time are not seen: bars are counted, not hours.
void ema_run(const double *values, size_t count, size_t length, double *out);
