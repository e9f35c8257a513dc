// A backtest across symbols: at every rebalance the symbols of a universe are ranked by their momentum, the
// best are held long and the worst short. Pure: the same input gives the same bytes. The model and its
// reasons: docs/engine-contract.md.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "engine/interval.h"
#include "engine/metrics.h"
#include "engine/momentum_book.h"
#include "engine/universe.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What one symbol brought on one side; all rows together are the whole gain.
struct attribution {
    uint32_t symbol;
    bool is_short;
    uint32_t trades; // those still open included
    double pnl;      // net of fees; of open trades unrealised
    double fees;
    uint64_t bars_held;
};

// A series that ended before the others, or became another asset.
struct asset_warning {
    uint32_t symbol;
    int64_t time;      // of the first bar of the new asset; of the last candle where none follows
    double factor;     // open / close before; 0 where no asset follows
    bool ends_holding; // something was held, and closed at the close before
};

enum { ASSET_WARNINGS_MAX = 16 };

// Owned by the arena of the run. Bars are counted from the first bar of the test.
struct momentum_result {
    size_t bar_count;
    size_t warmup_bars; // bars before the test
    struct momentum_course course;
    double *benchmark; // equal parts of all symbols, put back to equal at every bar, without costs
    struct attribution *attributions; // by symbol, long before short; of those that were held
    size_t attribution_count;
    struct asset_warning warnings[ASSET_WARNINGS_MAX]; // breaks within the test, and ends of what was held
    size_t warning_count; // may exceed ASSET_WARNINGS_MAX: the first ones are kept
    struct metrics metrics;
};

// Every rule against its bounds; all faults as members "/long_count" and so on.
enum status momentum_rules_check(const struct momentum_rules *rules, struct error *error);

// Whether it can be run, without looking at prices: STATUS_INVALID when a rule is out of range,
// "not_enough_candles" when the calendar is shorter than lookback + skip + 2 bars or the test shorter than 2,
// "invalid_input" when the scores of all rebalances are more than LIMIT_REBALANCE_VALUES.
enum status momentum_check(const struct momentum_input *input, struct error *error);

// Runs the whole backtest. The errors of momentum_check; STATUS_INVALID "invalid_candles" for a price that is
// not finite and above 0, with symbol and time, "out_of_range" when equity or benchmark leave the range of
// doubles; STATUS_NO_MEMORY; STATUS_CANCELLED when a stop was wanted. The result lives in the arena.
enum status momentum_run(const struct momentum_input *input, struct arena *arena,
                         struct momentum_result *out_result, struct error *error);
