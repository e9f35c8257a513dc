// Rolling volatility: the standard deviation (of a sample, ddof 1) of the last n simple returns from bar to
// bar, in percent a bar. It is not annualised, since an indicator does not know the interval: times the root
// of the periods a year it is the `volatility` of a backtest's metrics.
//   r(t) = x(t) / x(t-1) - 1;   out(t) = 100 · sqrt(sum over t-n+1 .. t of (r - mean)² / (n-1))
// Source: J. C. Hull, Options, Futures and Other Derivatives, "estimating volatility from historical data",
// with simple in place of logarithmic returns.
#pragma once

#include "engine/indicators/window.h"

#include <stddef.h>

// NaN before bar n. 2 <= n <= WINDOW_LENGTH_MAX. `returns` is room for `count` values.
// Empty: nothing is written. n bars or fewer: all NaN. Flat: 0, exactly. A NaN, or a 0 to be divided by,
// gives NaN in the windows that hold the return and nowhere else. Gaps in time are not seen: the return over
// a gap counts as one bar's. Nothing may overlap.
void volatility_run(const double *values, size_t count, size_t length, double *out, double *returns,
                    struct window_scratch *scratch);
