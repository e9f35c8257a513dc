// One backtest of one series: signals, execution, equity, trades, metrics. Pure: the same input gives the
// same bytes. The execution model and its reasons: docs/engine-contract.md.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "engine/candles.h"
#include "engine/interval.h"
#include "engine/metrics.h"
#include "engine/strategy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ENGINE_VERSION "1.0.0" // stored with every result; rises when any result may change

enum execution { EXECUTION_NEXT_OPEN, EXECUTION_CLOSE };

enum exit_reason { EXIT_SIGNAL, EXIT_REVERSAL, EXIT_LIQUIDATION, EXIT_SERIES_BREAK, EXIT_END_OF_DATA };

struct backtest_rules {
    double initial_capital;   // quote currency, > 0
    double fee_bps;           // per side, on traded notional
    double slippage_bps;      // against the trader
    double position_fraction; // of equity, (0, 1]
    double max_gap_factor;    // a close-to-open move beyond it is a break of the asset; > 1
    bool allow_short;
    enum execution execution;
};

struct backtest_input {
    const struct candles *candles; // warm-up bars included
    size_t first;                  // index of the first bar of the test; bars before it only warm up
    enum interval interval;
    const struct strategy *strategy;
    const double *values; // the strategy's parameters, checked
    struct backtest_rules rules;
};

// entry and exit are bar indices counted from `first`; exit_bar, exit_price and exit_time hold for closed
// trades only.
struct trade {
    int64_t entry_time; // epoch seconds, open time of the bar of the fill
    int64_t exit_time;
    double quantity; // > 0
    double entry_price;
    double exit_price; // of an open trade: the mark, the last close
    double fees;       // of both fills
    double pnl;        // net of fees; of an open trade: unrealised, net of the entry fee
    uint32_t entry_bar;
    uint32_t exit_bar;
    bool is_short;
    bool is_open; // held at the end of the data; then exit_reason is EXIT_END_OF_DATA
    enum exit_reason exit_reason;
};

// A break of the asset: between bar - 1 and bar the price jumped by `factor` (open / previous close).
struct series_break {
    int64_t time;
    double factor;
};

enum { SERIES_BREAKS_MAX = 16 };

// Owned by the arena of the run.
struct backtest_result {
    size_t bar_count;     // points of equity and benchmark
    const int64_t *time;  // borrowed from the candles
    double *equity;       // marked at each close
    double *benchmark;    // buy and hold of the same series from the first bar's close, without fees
    struct trade *trades; // by entry
    size_t trade_count;   // closed ones and the open one
    size_t warmup_bars;   // bars before `first` that were there to warm up
    bool is_liquidated;
    int64_t liquidated_at; // epoch seconds
    struct series_break breaks[SERIES_BREAKS_MAX];
    size_t break_count; // may exceed SERIES_BREAKS_MAX: the first ones are kept
    struct metrics metrics;
};

// Runs the whole backtest. STATUS_INVALID when fewer candles than warm-up + 2 (code "not_enough_candles",
// with the counts) or a rule is out of range; STATUS_NO_MEMORY. The result lives in the arena.
enum status backtest_run(const struct backtest_input *input, struct arena *arena,
                         struct backtest_result *out_result, struct error *error);
