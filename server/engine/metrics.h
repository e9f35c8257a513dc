// Performance figures of an equity curve and a trade list. Undefined figures are NaN here and null in JSON.
// Formulas, units and sources stand at each member; P = periods per year (interval.h), r = per-bar simple
// returns.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "engine/interval.h"

#include <stddef.h>
#include <stdint.h>

struct trade;

struct month_return {
    int32_t year;
    int32_t month; // 1..12
    double
        value; // equity at the month's last bar / equity at the previous month's last bar (or the start) - 1
};

struct metrics {
    double final_equity;
    double total_return; // final / initial - 1
    double cagr; // (final / initial)^(P / (bars - 1)) - 1; E: check against the golden values and correct
                 // this line
    double volatility;
    double sharpe;
    double sortino;
    double calmar;
    double max_drawdown;      // <= 0
    double max_drawdown_bars; // longest time under water, bars
    double average_drawdown;
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
    struct month_return *monthly; // owned by the arena
    size_t monthly_count;
};

// One row per figure, for the encoder, the store and the docs: name as in JSON, where it stands, what it
// means.
struct metric_description {
    const char *name;
    size_t offset; // of a double in struct metrics
    const char *unit;
    const char *meaning; // formula and source, one sentence
};

size_t metric_count(void);
const struct metric_description *metric_at(size_t index);
