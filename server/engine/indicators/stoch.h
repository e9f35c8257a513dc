// Stochastic oscillator (G. C. Lane, Lane's Stochastics, Technical Analysis of Stocks & Commodities, 1984):
// where the close stands between the lowest low and the highest high of the last n bars.
//   raw(t) = 100 · (close(t) - lowest low) / (highest high - lowest low) of the bars t-n+1 .. t
//   k = SMA(smoothing) of raw;   d = SMA(signal) of k
// Source: TA-Lib STOCH with simple averages ("slow"); a smoothing of 1 is the fast one, STOCHF.
#pragma once

#include "engine/candles.h"
#include "engine/indicators/window.h"

#include <stddef.h>

struct stoch_lengths {
    size_t range; // n
    size_t smoothing;
    size_t signal;
};

struct stoch_columns {
    double *k;
    double *d;
};

// 0 .. 100 where closes are between low and high, but for roundings of the averages. k is NaN before bar
// n+smoothing-2, d before n+smoothing+signal-3. Each length is 1 .. WINDOW_LENGTH_MAX. `raw` has room for a
// value a bar; no column may overlap another or the candles. Empty: nothing is written. Too short: all NaN. A
// range of nothing (within SAME_PRICE of the high, rounding.h): 50, neither end being nearer (TA-Lib: 0). A
// NaN in high, low or close gives NaN in the windows that hold it and nowhere else. Gaps in time are not
// seen: bars are counted, not hours.
void stoch_run(const struct candles *candles, struct stoch_lengths lengths, struct stoch_columns out,
               double *raw, struct window_scratch *scratch);
