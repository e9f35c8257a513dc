// Performance figures of an equity curve and a trade list. Undefined figures (no trades, zero variance,
// nothing lost) are NaN here and null in JSON. P = periods per year (interval.h), r = per-bar simple returns
// of equity (bars - 1 of them), b = the same of the benchmark. Fractions are of 1: 0.25 is 25 %. No risk-free
// rate is taken off. Formula, unit and source of each figure stand in the table of metric_table.c, which the
// API and the docs print.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "engine/interval.h"

#include <stddef.h>
#include <stdint.h>

#define METRICS_TAIL 0.05 // fraction of the steps that value at risk and its mean are about

struct curve_figures;
struct trade;

struct month_return {
    int32_t year;
    int32_t month; // 1..12
    double value;  // equity at the month's last bar / equity at the last bar of the month before (or the
                   // start) - 1
};

struct metrics {
    double final_equity; // at the last close; not a row of the table
    double total_return;
    double cagr;
    double volatility;
    double sharpe;
    double sortino;
    double calmar;
    double max_drawdown; // <= 0
    double max_drawdown_bars;
    double average_drawdown; // <= 0
    double ulcer_index;
    double exposure;
    double turnover;
    double fees_paid;
    double trades; // closed
    double open_trades;
    double win_rate;
    double profit_factor;
    double expectancy;
    double payoff_ratio;
    double average_trade;
    double best_trade;
    double worst_trade;
    double average_bars_held;
    double max_consecutive_losses;
    double sqn;
    double kelly;
    double value_at_risk_95;
    double cvar_95;
    double skew;
    double kurtosis;
    double alpha;
    double beta;
    struct month_return *monthly; // owned by the arena, in order; months without a bar are left out
    size_t monthly_count;
};

// Columns are borrowed. equity[0] is the initial capital.
struct metrics_input {
    const double *equity;    // NULL where the figures of the curve are there and months are not wanted
    const double *benchmark; // NULL where the figures of the curve are there
    const int64_t *time;     // epoch seconds
    size_t bar_count;        // >= 1
    enum interval interval;
    const struct trade *trades; // the open one included
    size_t trade_count;
    size_t bars_held; // bars at whose close there was a position
    double fees;
    double turnover;
};

// One bar, a flat curve and no trades are fine: what they leave undefined is NaN. An equity at or below zero
// ends the returns: later ones count as 0. STATUS_NO_MEMORY only.
enum status metrics_compute(const struct metrics_input *input, struct arena *arena,
                            struct metrics *out_metrics, struct error *error);

// The same from the figures of the curve (curve.h), however they were come by.
enum status metrics_complete(const struct metrics_input *input, const struct curve_figures *curve,
                             struct arena *arena, struct metrics *out_metrics, struct error *error);

// Which of two values is the better one; neither where that depends on what is wanted.
enum metric_sense { METRIC_NEITHER, METRIC_HIGHER, METRIC_LOWER };

// "higher", "lower"; NULL for neither.
const char *metric_sense_name(enum metric_sense sense);

// One row per figure, for the encoder, the store and the docs: name as in JSON, where it stands, what it
// means.
struct metric_description {
    const char *name;
    size_t offset; // of a double in struct metrics
    const char *unit;
    const char *meaning; // formula and source
    enum metric_sense better;
};

size_t metric_count(void);
const struct metric_description *metric_at(size_t index);

// The figure of that row of the table.
double metric_value(const struct metrics *metrics, size_t index);
