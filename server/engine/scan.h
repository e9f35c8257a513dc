// The uptrend scan of one series at one bar: eight conditions, the figures behind them and a score.
// Source of the rules: market-data.md, "Uptrend scanner"; docs/guide/scanner.md explains them to users.
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Windows in bars. SMA(n) at a bar is the mean of the n closes up to it.
struct scan_rules {
    size_t short_window;
    size_t medium_window;
    size_t long_window;
    size_t slope_window; // averages are compared with their values this many bars before
    size_t recent_return_window;
    size_t long_return_window;
    double max_extension; // 0.25: the close may stand 25 % over SMA(medium)
};

// 20, 50, 200, slope 20, returns 30 and 90, extension 0.25.
struct scan_rules scan_rules_default(void);

// Every window 1 .. LIMIT_SCAN_WINDOW, short < medium < long, 0 < max_extension <= LIMIT_SCAN_EXTENSION.
// STATUS_INVALID with each parameter at fault as "?name".
enum status scan_rules_check(const struct scan_rules *rules, struct error *error);

// Bars up to the one looked at that the rules need: long_window + slope_window, or a return's window and one.
size_t scan_min_candles(const struct scan_rules *rules);

// Above is above by more than rounding makes of equal ones: by SAME_PRICE (rounding.h) of the average, or of
// the close where closes are compared.
enum scan_condition {
    SCAN_CLOSE_ABOVE_MEDIUM, // close > SMA(medium)
    SCAN_SHORT_ABOVE_MEDIUM, // SMA(short) > SMA(medium)
    SCAN_MEDIUM_ABOVE_LONG,  // SMA(medium) > SMA(long)
    SCAN_MEDIUM_RISING,      // SMA(medium) > its value slope_window bars before
    SCAN_LONG_RISING,        // SMA(long) > its value slope_window bars before
    SCAN_RECENT_RETURN,      // close > the close recent_return_window bars before
    SCAN_LONG_RETURN,        // close > the close long_return_window bars before
    SCAN_NOT_EXTENDED,       // close / SMA(medium) - 1 <= max_extension
    SCAN_CONDITIONS,
};

enum { SCAN_PASSES = (1 << SCAN_CONDITIONS) - 1 };

const char *scan_condition_name(enum scan_condition condition); // "close_above_medium"

// Ratios are NaN or infinite where they divide by a price of 0.
struct scan_figures {
    double close;
    double sma_short;
    double sma_medium;
    double sma_long;
    double slope_medium; // SMA(medium) / its value slope_window bars before - 1
    double slope_long;
    double recent_return; // close / close recent_return_window bars before - 1
    double long_return;
    double extension;    // close / SMA(medium) - 1
    unsigned conditions; // bit 1 << enum scan_condition where it holds; SCAN_PASSES when all do
};

enum { SCAN_WINDOWS = 5, SCAN_SEGMENTS_MAX = 6 };

// The windows of some rules cut into stretches that each bar's sums share. Made once, a value without
// pointers.
struct scan_plan {
    struct scan_rules rules;
    size_t min_candles;
    size_t segment_count;
    size_t near_count; // segments that the short and the medium windows are made of, the newest ones
    size_t edges[SCAN_SEGMENTS_MAX +
                 1]; // bars before the one behind the last: segment i is [edges[i], edges[i + 1])
    struct {
        size_t first, end; // segments
        double length;
    } windows[SCAN_WINDOWS]; // short, medium, long; medium and long slope_window bars before
};

// Rules that scan_rules_check accepts.
void scan_plan_make(const struct scan_rules *rules, struct scan_plan *out_plan);

// The figures at the bar whose close is *close; the min_candles closes up to it are read. A sum is taken of
// differences from that close, in a fixed order, so that a flat stretch has exactly its value as
// average, and that a value depends on nothing but the closes in its window. True when all conditions hold.
bool scan_bar(const struct scan_plan *plan, const double *close, struct scan_figures *out_figures);

// Which of several bars, of as many series, pass: writes their positions, ascending, and the figures of each,
// the same as scan_bar's. Answers how many. Of the others no more is read than the first failure takes.
size_t scan_passing(const struct scan_plan *plan, const double *const *closes, size_t count,
                    uint32_t *out_indices, struct scan_figures *out_figures);
