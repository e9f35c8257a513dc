// Where the series of a universe end: because their candles do, or because the name goes on as another asset
// (a break: the price jumps from a close to the next open by more than a factor).
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "engine/universe.h"

#include <stddef.h>
#include <stdint.h>

// An asset's last candle, where the universe goes on without it.
struct asset_end {
    size_t bar;
    uint32_t symbol;
    bool is_break; // another asset follows under the name
};

// The first candle of an asset that follows another one under the same name.
struct asset_start {
    size_t bar;
    size_t last; // candle of the one before
    uint32_t symbol;
    double factor; // open / close before
};

// Owned by the arena; both ordered by bar and symbol.
struct asset_list {
    struct asset_end *ends;
    size_t end_count;
    struct asset_start *starts;
    size_t start_count;
};

// STATUS_INVALID "invalid_candles" when a price is not finite and above 0, with symbol and time;
// STATUS_NO_MEMORY.
enum status asset_list_find(const struct universe *universe, const struct str *names, double max_gap_factor,
                            struct arena *arena, struct asset_list *out_list, struct error *error);
