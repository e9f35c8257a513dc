// The rules of backtests across symbols once more, slowly: nothing is kept between bars but cash, quantities
// and orders; what a symbol was before is looked up in the whole market at every bar.
#pragma once

#include "engine/momentum.h"
#include "engine/momentum_rank.h"

#include "unit/engine/series.h"

enum { MARKET_SYMBOLS = 24, MARKET_BARS = 96 };

// NaN where a symbol has no candle.
struct market_of_tests {
    size_t symbol_count;
    size_t bar_count;
    double open[MARKET_BARS][MARKET_SYMBOLS];
    double close[MARKET_BARS][MARKET_SYMBOLS];
    int64_t time[MARKET_BARS]; // filled in by market_universe, as the names S00, S01 …
    struct str names[MARKET_SYMBOLS];
    struct universe universe;
};

// The market as a universe; owned by both.
const struct universe *market_universe(struct market_of_tests *market, struct arena *arena);

// Walks with gaps, late beginnings, early ends, breaks, and prices so coarse that scores are often equal.
void market_of_chance(struct market_of_tests *market, uint64_t *seed);
struct momentum_rules rules_of_chance(uint64_t *seed);

struct reference {
    double equity[MARKET_BARS]; // from the first bar of the test on
    double benchmark[MARKET_BARS];
    double fees;
    double turnover;
    bool is_liquidated;
    size_t rebalance_count;
    size_t decided[MARKET_BARS];
    size_t eligible[MARKET_BARS];
    double weights[MARKET_BARS][MARKET_SYMBOLS];
};

// Valid until the next call.
const struct reference *reference_run(const struct market_of_tests *market,
                                      const struct momentum_input *input);
