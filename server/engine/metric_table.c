#include "engine/metrics.h"

#include <string.h>

#define ROW(member, sense, unit_text, meaning_text)                                                          \
    {                                                                                                        \
        .name = #member, .offset = offsetof(struct metrics, member), .unit = unit_text,                      \
        .meaning = meaning_text, .better = METRIC_##sense                                                    \
    }

static const struct metric_description table[] = {
    ROW(total_return, HIGHER, "fraction", "final / initial - 1."),
    ROW(cagr, HIGHER, "fraction a year",
        "(final / initial)^(P / (bars - 1)) - 1, the constant yearly growth over a 365-day year; -1 when nothing is left."),
    ROW(volatility, LOWER, "fraction a year", "std(r, ddof 1) * sqrt(P)."),
    ROW(sharpe, HIGHER, "ratio", "mean(r) / std(r, ddof 1) * sqrt(P), no risk-free rate (Sharpe 1994)."),
    ROW(sortino, HIGHER, "ratio",
        "mean(r) / sqrt(mean(min(r, 0)^2)) * sqrt(P), target 0 (Sortino and Price 1994)."),
    ROW(calmar, HIGHER, "ratio", "cagr / |max_drawdown| over the whole test (Young 1991)."),
    ROW(max_drawdown, HIGHER, "fraction", "Lowest of equity / highest equity so far - 1."),
    ROW(max_drawdown_bars, LOWER, "bars", "Longest stretch of bars below the highest equity so far."),
    ROW(average_drawdown, HIGHER, "fraction", "Mean depth of the stretches below the highest equity so far."),
    ROW(ulcer_index, LOWER, "fraction", "sqrt(mean(drawdown^2)) over all bars (Martin 1987)."),
    ROW(exposure, NEITHER, "fraction", "Share of the bars at whose close a position was held."),
    ROW(turnover, NEITHER, "multiple of equity",
        "Sum over the fills of notional / equity before the fill, over the whole test."),
    ROW(fees_paid, LOWER, "quote currency", "Fees of all fills, those of an open trade included."),
    ROW(trades, NEITHER, "count", "Closed trades."),
    ROW(open_trades, NEITHER, "count",
        "Trades still open at the end of the data; no other trade figure counts them."),
    ROW(win_rate, HIGHER, "fraction", "Closed trades with pnl > 0 / closed trades."),
    ROW(profit_factor, HIGHER, "ratio", "Sum of pnl > 0 / |sum of pnl < 0|."),
    ROW(expectancy, HIGHER, "quote currency",
        "Mean pnl of the closed trades (win_rate * average win - loss rate * average loss)."),
    ROW(payoff_ratio, HIGHER, "ratio", "Mean pnl of the winners / |mean pnl of the losers|."),
    ROW(average_trade, HIGHER, "fraction", "Mean of pnl / entry notional over the closed trades."),
    ROW(best_trade, HIGHER, "fraction", "Highest pnl / entry notional of a closed trade."),
    ROW(worst_trade, HIGHER, "fraction", "Lowest pnl / entry notional of a closed trade."),
    ROW(average_bars_held, NEITHER, "bars", "Mean of exit bar - entry bar over the closed trades."),
    ROW(max_consecutive_losses, LOWER, "count", "Longest row of closed trades with pnl < 0."),
    ROW(sqn, HIGHER, "ratio",
        "System quality number: sqrt(trades) * mean(pnl) / std(pnl, ddof 1) (Tharp 2008)."),
    ROW(kelly, HIGHER, "fraction", "win_rate - (1 - win_rate) / payoff_ratio (Kelly 1956, two outcomes)."),
    ROW(value_at_risk_95, HIGHER, "fraction a bar",
        "5 % quantile of r, linear between order statistics (Hyndman and Fan type 7); a loss is negative."),
    ROW(cvar_95, HIGHER, "fraction a bar",
        "Mean of the floor(0.05 * (count - 1)) + 1 lowest r (expected shortfall, Acerbi and Tasche 2002)."),
    ROW(skew, NEITHER, "ratio", "m3 / m2^1.5 of r, population moments (Fisher-Pearson g1)."),
    ROW(kurtosis, NEITHER, "ratio", "m4 / m2^2 - 3 of r, population moments (excess, Fisher g2)."),
    ROW(alpha, HIGHER, "fraction a year", "(mean(r) - beta * mean(b)) * P (Jensen 1968, no risk-free rate)."),
    ROW(beta, NEITHER, "ratio", "cov(r, b) / var(b)."),
};

const char *metric_sense_name(enum metric_sense sense)
{
    static const char *const names[] = {NULL, "higher", "lower"};
    return names[sense];
}

size_t metric_count(void)
{
    return sizeof table / sizeof *table;
}

const struct metric_description *metric_at(size_t index)
{
    return index < metric_count() ? &table[index] : NULL;
}

double metric_value(const struct metrics *metrics, size_t index)
{
    double value;
    memcpy(&value, (const char *)metrics + table[index].offset, sizeof value);
    return value;
}
