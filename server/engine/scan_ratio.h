// The uptrend scan of the ratios of many pairs of series at the newest bar: as if each ratio were made into a
// series (market-data.md, "Series") and scanned, at a fraction of the cost.
// Windows of ratios of all pairs are a matrix product of closes and reciprocal closes. Its sums are nearly
// right; where they leave the answer open, and for every figure that is shown, the ratio is divided out bar
// by bar.
#pragma once

#include "base/arena.h"
#include "engine/candles.h"
#include "engine/scan.h"

struct scan_ratio_input {
    const struct scan_plan *plan;
    const struct candles *series; // cut to the bars that count: closed, and at or before the moment looked at
    size_t series_count;
    int64_t newest;         // open time of the newest bar of them all: a ratio that ends before it is stale
    const uint32_t *bases;  // indices of series, each once
    const uint32_t *quotes; // the same
    size_t base_count;
    size_t quote_count;
    bool takes_all; // hand over those that do not pass, too
};

// Every ordered pair of two different series is in exactly one of evaluated, too_short and stale. A pair is
// stale when the newest bar of either side, or of their ratio, is older than `newest`, else too short when it
// has fewer than min_candles.
struct scan_ratio_counts {
    size_t evaluated;
    size_t passing; // among those evaluated
    size_t too_short;
    size_t stale;
};

// A pair that was evaluated: indices of series.
struct scan_pair {
    uint32_t base;
    uint32_t quote;
};

// Takes a pair and its figures, in no order that means anything. STATUS_OK goes on.
typedef enum status scan_pair_taker(void *context, struct scan_pair pair, const struct scan_figures *figures);

// Without a taker (NULL) it only counts. A series with a price beyond 1e-100 .. 1e100, or with bars missing
// where most have them, is compared bar by bar. STATUS_NO_MEMORY, and what the taker answers.
enum status scan_ratios(const struct scan_ratio_input *input, struct arena *arena, scan_pair_taker *take,
                        void *context, struct scan_ratio_counts *out_counts);

// A ratio's newest bars, written at the end of columns of `wanted` values: from index wanted - answer on.
// Either may be NULL. Answers how many there are, at most `wanted`.
size_t scan_ratio_bars(const struct candles *base, const struct candles *quote, size_t wanted,
                       double *out_close, int64_t *out_time);
