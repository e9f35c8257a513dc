// The uptrend scan at every bar of many series: which bars pass. What scan_bar answers at each of them, at a
// fraction of the cost: block by block, by differences of running sums, which are nearly right, and scan_bar
// itself where those leave the answer open.
#pragma once

#include "base/arena.h"
#include "engine/candles.h"
#include "engine/scan.h"

// Closes of one series and where the answers go: flags[i] becomes 1 where bar i passes, 0 where it does not
// or has fewer than min_candles bars up to it.
struct scan_column {
    const double *close;
    size_t count;
    uint8_t *flags;
};

// STATUS_NO_MEMORY.
enum status scan_flags(const struct scan_plan *plan, const struct scan_column *columns, size_t column_count,
                       struct arena *arena);
