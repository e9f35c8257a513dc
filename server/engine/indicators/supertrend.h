// Supertrend (O. Seban): a line that trails the price at a multiple of its average true range and changes
// side when a close crosses it.
//   middle(t) = (high(t) + low(t)) / 2
//   upper(t) = middle(t) + factor · ATR(n)(t), or upper(t-1) where that is lower and close(t-1) <= upper(t-1)
//   lower(t) = middle(t) - factor · ATR(n)(t), or lower(t-1) where that is higher and close(t-1) >=
//   lower(t-1) a falling trend turns where close(t) > upper(t), a rising one where close(t) < lower(t)
//   line(t) = lower(t) in a rising trend, upper(t) in a falling one
// The first trend is a falling one, unless the close is above its line at once.
// Source: TradingView's reference implementation of ta.supertrend, which begins with a falling trend as well;
// the ATR is that of atr.h, whose first value stands a bar later than TradingView's.
#pragma once

#include "engine/candles.h"

#include <stddef.h>

struct supertrend_columns {
    double *line;
    double *direction; // 1 rising, the line is below the price; -1 falling, above it
};

// NaN before bar n; n >= 1, factor > 0.
// Empty: nothing is written. n bars or fewer: all NaN. Flat: the line is the value, exactly, and the trend
// stays a falling one. A bar with a NaN in high, low or close gives NaN there and a fresh start after it.
// Gaps in time are not seen. The columns must not overlap each other or the candles.
void supertrend_run(const struct candles *candles, size_t length, double factor,
                    struct supertrend_columns out);
