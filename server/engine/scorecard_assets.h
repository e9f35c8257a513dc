// The assets of a score card's series: a symbol's candles, cut where another asset takes the name over.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "engine/candles.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Own bars [start, end) of a series.
struct scorecard_asset {
    uint32_t start, end;
};

struct scorecard_assets {
    struct scorecard_asset *items; // those of a series next to each other and in order, series by series
    size_t *firsts;                // of each series its first item, and behind the last of them their number
    bool *are_plain;               // whether a series is one asset, and has no open of 0
};

// A move from a close to the next open by more than the factor begins another asset. STATUS_NO_MEMORY.
enum status scorecard_assets_find(const struct candles *series, size_t series_count, double max_gap_factor,
                                  struct arena *arena, struct scorecard_assets *out_assets);
