// How far the price went against each trade and for it while it was held (J. Sweeney's maximum adverse and
// maximum favourable excursion). The bars that count: docs/engine-contract.md.
#pragma once

#include "engine/candles.h"
#include "engine/simulate.h"

#include <stddef.h>

// Sets both excursions of every trade; the candles are the bars of the test. A high or low that is NaN counts
// for nothing. Costs what it takes to read the highs and lows of the bars that were held, once.
void excursions_measure(const struct candles *bars, enum execution execution, struct trade *trades,
                        size_t count);
