// One backtest of one series: signals, execution, equity, trades, metrics. Pure: the same input gives the
// same bytes. The execution model and its reasons: docs/engine-contract.md.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "engine/candles.h"
#include "engine/ground.h"
#include "engine/interval.h"
#include "engine/metrics.h"
#include "engine/simulate.h"
#include "engine/strategy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ENGINE_VERSION "1.4.0" // stored with every result; rises when any result may change

struct backtest_input {
    const struct candles *candles; // warm-up bars included
    size_t first;                  // index of the first bar of the test; bars before it only warm up
    enum interval interval;
    const struct strategy *strategy;
    const double *values; // the strategy's parameters, checked (strategy_check)
    struct backtest_rules rules;
};

// A break of the asset: from one bar to the next the price jumped by `factor` (open / close before).
struct series_break {
    int64_t time; // of the first bar behind the break
    double factor;
    bool ends_position; // one was held, and closed at the close before
};

enum { SERIES_BREAKS_MAX = 16 };

// Owned by the arena of the run.
struct backtest_result {
    size_t bar_count;    // points of equity and benchmark
    const int64_t *time; // borrowed from the candles
    uint8_t *signals;    // enum signal, one a bar
    double *equity;      // marked at each close; the first point is the initial capital
    double *benchmark; // buy and hold of the same series from the first bar's close, without fees; a break of
                       // the asset neither gains nor loses
    struct trade *trades; // by entry, with their excursions
    size_t trade_count;   // closed ones and the open one
    size_t warmup_bars; // bars before `first` that warmed up: those behind the last break of the asset there
    bool is_liquidated;
    int64_t liquidated_at;                         // epoch seconds
    struct series_break breaks[SERIES_BREAKS_MAX]; // within the test
    size_t break_count;                            // may exceed SERIES_BREAKS_MAX: the first ones are kept
    struct metrics metrics;
};

// Every rule against its bounds (simulate.h); faults as members "/fee_bps" and so on.
enum status backtest_rules_check(const struct backtest_rules *rules, struct error *error);

// Candles that a run takes at least: its warm-up, a bar to decide and one to fill.
size_t backtest_candles_needed(const struct strategy *strategy, const double *values);

// Whether it can be run: STATUS_INVALID when a rule is out of range, when there are fewer candles than
// warm-up + 2 or fewer than 2 from `first` on (code "not_enough_candles", with the counts), or when an open
// or close is not finite and above 0 (code "invalid_candles", with its time).
enum status backtest_check(const struct backtest_input *input, struct error *error);

// What a run decided, and what came of it, before anything is counted.
struct backtest_decisions {
    uint8_t *signals; // of the bars of the test; owned by the arena, as is the simulation
    struct simulation simulation;
};

// That part of backtest_run alone, for candles that were checked and may be a beginning of them: at least 2
// bars from `first` on. STATUS_NO_MEMORY, and the errors of the strategy.
enum status backtest_decide(const struct backtest_input *input, struct arena *arena,
                            struct backtest_decisions *out_decisions, struct error *error);

// What the runs of a sweep have in common, and what was made for this run beside others.
struct backtest_shared {
    const struct ground *ground;    // measured; its candles are those of the run, or begin before them
    const struct side_turns *turns; // its signals; NULL where the run makes its own
};

// The figures alone of a run, bit by bit those of backtest_run, without the months. The errors of
// backtest_run.
enum status backtest_measure(const struct backtest_input *input, const struct backtest_shared *shared,
                             struct arena *arena, struct metrics *out_metrics, struct error *error);

// Runs the whole backtest. The errors of backtest_check; STATUS_INVALID "out_of_range" when equity or
// benchmark leave the range of doubles; STATUS_NO_MEMORY. The result lives in the arena.
enum status backtest_run(const struct backtest_input *input, struct arena *arena,
                         struct backtest_result *out_result, struct error *error);
