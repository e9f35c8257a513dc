// How clean a series is: rules over its candles alone, and a score of them. Nothing is repaired here.
//
// A rule is a statement about bars, so that every number can be checked by hand:
//   gap       a run of bars that the grid of the interval has between first and last, and the series has not
//   flat run  at least flat_bars bars one after the other, each with open = high = low = close or volume 0
//   outlier   with r(t) = ln(close(t) / close(t-1)), m the median of all r and s = 1.4826 * median(|r - m|)
//             (the deviation of a normal distribution): |r(t) - m| > outlier_sigmas * s, and within
//             return_bars bars a close is back: |ln(close(t+j) / close(t-1))| <= |r(t)| / 4. r is not taken
//             across gaps and breaks. A series whose s is 0 has no outliers.
//   break     open > max_gap_factor * close of the bar before, or below its max_gap_factor-th part: the break
//             of an asset that backtests know (engine/ground.h)
//   cut bar   its close time lies before its end, or it is the last one and was not over when it was stored
//   off grid  opens at a time where the interval has no bar
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "engine/candles.h"
#include "engine/interval.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { QUALITY_LIST_MAX = 20 }; // gaps and marks that are named; all are counted

struct quality_rules {
    size_t flat_bars;
    double outlier_sigmas;
    size_t return_bars;
    double max_gap_factor; // > 1
};

// 5 bars, 10 sigmas, 3 bars, and 10 as backtests have it when nothing else is asked.
struct quality_rules quality_rules_default(void);

struct quality_gap {
    int64_t start; // open time of the first missing bar
    int64_t end;   // open time of the bar behind the last missing one
    int64_t bars;
};

enum quality_mark_kind { QUALITY_FLAT, QUALITY_OUTLIER, QUALITY_BREAK };

struct quality_mark {
    enum quality_mark_kind kind;
    int64_t time;  // of the first bar
    int64_t bars;  // of the run; until the close is back; 1
    double factor; // NaN; close to the close before; open to the close before
};

// What the score is made of: each part is its weight while nothing is wrong, and falls in a straight line to
// 0 where the share of bars reaches its limit: weight * max(0, 1 - share / limit).
enum quality_part {
    QUALITY_PART_GAPS,     // 40, missing bars of expected ones, 5 %
    QUALITY_PART_FLAT,     // 20, bars in flat runs, 10 %
    QUALITY_PART_OUTLIERS, // 15, outliers, 0.5 %
    QUALITY_PART_BREAKS,   // 10, breaks, as a number: 2
    QUALITY_PART_CUT,      // 10, cut bars, 1 %
    QUALITY_PART_OFF_GRID, // 5, bars off the grid, 1 %
    QUALITY_PARTS,
};

// "gaps", "flat", "outliers", "breaks", "cut", "off_grid".
const char *quality_part_name(enum quality_part part);
double quality_part_weight(enum quality_part part);

// "flat", "outlier", "break".
const char *quality_mark_name(enum quality_mark_kind kind);

struct quality {
    int64_t first, last; // open times
    int64_t count;
    int64_t expected; // count + missing
    int64_t missing;
    int64_t gaps;
    int64_t flat_runs, flat_bars;
    int64_t outliers;
    int64_t breaks;
    int64_t cut_bars;
    bool is_last_unfinished;           // counted among them
    int64_t off_grid;                  // only tables of other tools have them: an import refuses them
    const struct quality_gap *largest; // the longest first, of equal ones the earlier
    size_t largest_count;
    const struct quality_mark *marks; // the latest QUALITY_LIST_MAX, by time
    size_t mark_count;
    double parts[QUALITY_PARTS];
    double score; // their sum, 0 to 100
};

// What is told of a series in numbers, in this order: "first", "last" (open times), "count", "expected",
// "gaps", "missing", "flat_runs", "flat_bars", "outliers", "breaks", "cut_bars", "off_grid".
enum { QUALITY_COUNTS = 12 };
const char *quality_count_name(size_t index);
int64_t quality_count(const struct quality *quality, size_t index);

// What else is known of a series than its candles.
struct quality_input {
    const struct candles *candles; // at least one
    enum interval interval;
    int64_t known_at;       // epoch seconds: when the newest of them was stored
    int64_t cut_by_closing; // bars whose close time lies before their end
};

// Lists live in the arena, scratch is not needed afterwards: 16 bytes a bar. STATUS_NO_MEMORY.
enum status quality_measure(const struct quality_input *input, const struct quality_rules *rules,
                            struct arena *arena, struct arena *scratch, struct quality *out_quality,
                            struct error *error);
