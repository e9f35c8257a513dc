// Average true range (J. W. Wilder, New Concepts in Technical Trading Systems, 1978).
//   range(t) = max(high(t), close(t-1)) - min(low(t), close(t-1)); none at bar 0
//   out(n) = mean of range(1 .. n)
//   out(t) = out(t-1) · (n-1)/n + range(t) / n
#pragma once

#include "engine/candles.h"

#include <stddef.h>

// NaN before bar n; 1 <= n. In the unit of the prices.
// Empty: nothing is written. n bars or fewer: all NaN. Flat: 0. A bar with a NaN in high, low or close gives
// NaN there and a fresh warm-up after it. Gaps in time are not seen: the range over a gap counts as one
// bar's.
void atr_run(const struct candles *candles, size_t length, double *out);
