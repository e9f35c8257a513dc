// The index of a score card's universe: what holding all its symbols in equal parts, put back to equal at
// every bar, came to. Internal to scorecard.c.
#pragma once

#include "base/arena.h"
#include "base/status.h"
#include "engine/candles.h"

#include <stddef.h>
#include <stdint.h>

// On the calendar of the universe; in the arena. The rule is that of the index of a category
// (market/category_index.h), so that the two are the same series: at each bar the mean, over the symbols
// that have a candle there and at the bar before and are the same asset, of price / close before.
struct scorecard_index {
    size_t bar_count;
    double *opens; // sums of open / close before while symbols are added; levels from 1 once they are chained
    double *closes;    // the same of closes
    uint32_t *members; // symbols that made each bar
};

// All sums 0. STATUS_NO_MEMORY.
enum status scorecard_index_make(size_t bar_count, struct arena *arena, struct scorecard_index *out_index);

// Adds a symbol whose candles stand at `positions` of the calendar. A move from close to open beyond
// `max_gap_factor` is another asset: that bar of the symbol is left out.
void scorecard_index_add(struct scorecard_index *index, const struct candles *candles,
                         const uint32_t *positions, double max_gap_factor);

// From sums to levels, once all symbols are there. A bar without members stays at the close before it.
void scorecard_index_chain(struct scorecard_index *index);

// close(bar + horizon) / open(bar + 1) - 1; NaN where there is no such bar. `horizon` >= 1.
double scorecard_index_return(const struct scorecard_index *index, size_t bar, size_t horizon);
