// What all runs of one test stand on, whatever their strategy: the breaks of the asset, the steps from close
// to close, and what can be said of the benchmark. A sweep makes it once for all of its runs.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "engine/candles.h"
#include "engine/low_steps.h"
#include "engine/step_blocks.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Owned by the arena, but for the candles. Breaks are bars of the candles that begin another asset,
// ascending. From bar_count on it is about the bars of the test and made by ground_measure.
struct ground {
    const struct candles *candles;
    size_t first;          // bar of the test
    double max_gap_factor; // as in the rules
    size_t sound_from;     // the opens and closes from here on are finite and above 0; may be candles->count
    size_t *breaks;        // those behind sound_from
    size_t break_count;
    size_t *cuts; // breaks within the test, behind its first bar, counted from it
    size_t cut_count;

    size_t bar_count;
    const double *close;
    double *steps;   // steps[i] leads to bar i: close / close before - 1; 0 at bar 0 and where another asset
                     // begins; readable up to four behind the last
    double *highest; // close of each asset in the test; cut_count + 1 of them
    double pivot;    // the step that leads from the first close to the last when repeated
    double step_sum; // of (step - pivot)
    double square_sum;         // of (step - mean)²
    struct step_block *blocks; // block i begins at bar i * BLOCK_BARS; only whole ones; NULL: not made
    struct low_steps lows;
};

// A close-to-open move beyond this factor, up or down, is no profit or loss but another coin under the same
// name or a redenomination, where nobody asks for another factor.
#define GROUND_GAP_FACTOR 10.0

// Whether the name goes on as another asset: the price jumps from a close to the next open by more than a
// factor. Without a branch, so that loops over it vectorise.
static inline bool ground_is_break(double close_before, double open, double factor)
{
    return (open > close_before * factor) | (open * factor < close_before);
}

// Breaks and soundness of candles whose test begins at `first`. The first break that counts is one behind the
// last price that is unsound. STATUS_NO_MEMORY only.
enum status ground_find(const struct candles *candles, size_t first, double max_gap_factor,
                        struct arena *arena, struct ground *out_ground, struct error *error);

// The part about the test; for a ground whose test has at least one bar and is sound. STATUS_NO_MEMORY.
enum status ground_measure(struct ground *ground, struct arena *arena, struct error *error);

// Makes the blocks that otherwise each run makes for itself. STATUS_NO_MEMORY.
enum status ground_make_blocks(struct ground *ground, struct arena *arena, struct error *error);

// Puts the lowest steps in order, which pays where there are many runs. STATUS_NO_MEMORY.
enum status ground_sort_lows(struct ground *ground, double fraction, struct arena *arena,
                             struct error *error);

// STATUS_INVALID "invalid_candles" where an open or close is not finite and above 0, with its time.
enum status ground_check(const struct candles *candles, struct error *error);

// STATUS_INVALID "invalid_candles": the first unsound candle from `from` on, which must be there.
enum status ground_refuse(const struct candles *candles, size_t from, struct error *error);

// Writes the benchmark's curve: buy and hold of each asset from its first close; the value goes over a break
// unchanged. bar_count values.
void ground_benchmark(const struct ground *ground, double initial_capital, double *out_curve);

// Whether that curve stays in the range of doubles.
bool ground_benchmark_is_finite(const struct ground *ground, double initial_capital);
