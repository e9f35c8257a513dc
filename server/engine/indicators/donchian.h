// Donchian channel (R. D. Donchian, Donchian's 5- and 20-Day Moving Averages, Commodities Magazine, 1974).
//   upper(t) = highest high of the bars t-n+1 .. t;   lower(t) = lowest low of them
//   middle(t) = (upper(t) + lower(t)) / 2
// The bar itself counts: a breakout is a close beyond the channel of the bar before.
#pragma once

#include "engine/candles.h"
#include "engine/indicators/window.h"

#include <stddef.h>

struct donchian_columns {
    double *upper;
    double *middle;
    double *lower;
};

// NaN before bar n-1. 1 <= n <= WINDOW_LENGTH_MAX; with n = 1 the bar's own high and low.
// Empty: nothing is written. Shorter than n: all NaN. Flat: all three are the value, exactly. A NaN in high
// or low gives NaN in the windows that hold it and nowhere else. Gaps in time are not seen: bars are counted,
// not hours. The columns must not overlap each other or the candles.
void donchian_run(const struct candles *candles, size_t length, struct donchian_columns out,
                  struct window_scratch *scratch);
