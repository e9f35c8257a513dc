// Many series side by side: one calendar, and at each of its bars the prices of all symbols, so that what
// looks across symbols reads memory in order.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "engine/candles.h"

#include <stddef.h>
#include <stdint.h>

// Owned by the arena, but for times that are those of one member: they are borrowed from it. Values are
// bar-major: of symbol s at bar t at [t * symbol_count + s], NaN where the symbol has no candle then.
struct universe {
    size_t symbol_count;
    size_t bar_count;
    const int64_t *time; // open times, epoch seconds, ascending: every time at which any symbol has a candle
    double *open;
    double *close;
};

struct universe_range {
    int64_t from; // open times: from <= time < to
    int64_t to;
};

// The bars of `members` (symbol_count of them) whose times are in the range.
// STATUS_TOO_LARGE beyond LIMIT_UNIVERSE_VALUES values a column, with the numbers; STATUS_NO_MEMORY.
enum status universe_build(const struct candles *members, size_t symbol_count, struct universe_range range,
                           struct arena *arena, struct universe *out_universe, struct error *error);

// Only the calendar of the same universe: time and bar_count, without prices; `open` and `close` are NULL.
// Errors as above.
enum status universe_calendar(const struct candles *members, size_t symbol_count, struct universe_range range,
                              struct arena *arena, struct universe *out_universe, struct error *error);

// Prices for the calendar of the same members and range, which need not be of the same arena.
// STATUS_NO_MEMORY: the universe is as it was.
enum status universe_put_prices(const struct candles *members, struct universe_range range,
                                struct arena *arena, struct universe *universe, struct error *error);

// The bars from `first` on, as a view; first <= bar_count.
struct universe universe_from(const struct universe *universe, size_t first);
