#include "engine/metrics.h"

#include "base/datetime.h"
#include "engine/curve.h"
#include "engine/power.h"
#include "engine/simulate.h"

#include <math.h>
#include <string.h>

enum { DAY_S = 86400 };

static const double undefined = (double)NAN;

static double ratio(double numerator, double denominator)
{
    const double value = numerator / denominator;
    return isfinite(value) ? value : undefined;
}

static void add_growth(const struct metrics_input *input, double initial, double periods,
                       struct metrics *metrics)
{
    const double growth = metrics->final_equity / initial;
    const double bars = (double)(input->bar_count - 1);
    metrics->total_return = growth - 1;
    if (bars > 0) metrics->cagr = growth > 0 ? ratio(power_of(growth, periods / bars) - 1, 1) : -1;
    metrics->exposure = (double)input->bars_held / (double)input->bar_count;
    metrics->turnover = input->turnover;
    metrics->fees_paid = input->fees;
}

static void add_drawdowns(const struct curve_drawdowns *drawdowns, double bars, struct metrics *metrics)
{
    metrics->max_drawdown = drawdowns->deepest;
    metrics->max_drawdown_bars = (double)drawdowns->longest_bars;
    metrics->average_drawdown = ratio(drawdowns->depth_sum, (double)drawdowns->stretch_count);
    metrics->ulcer_index = sqrt(drawdowns->square_sum / bars);
    metrics->calmar = ratio(metrics->cagr, -drawdowns->deepest);
}

// A sum of `n` squares, or 0 where nothing but roundings is in it.
static double over_rounding(double squares, double n)
{
    return squares >= n * (LEAST_DEVIATION * LEAST_DEVIATION) ? squares : 0;
}

static void add_steps(const struct curve_steps *steps, double periods, struct metrics *metrics)
{
    const double n = (double)steps->count;
    const double annual = sqrt(periods);
    const double squares = over_rounding(steps->second, n), second = squares / n;
    const double deviation = n > 1 ? sqrt(squares / (n - 1)) : undefined;
    metrics->volatility = deviation * annual;
    metrics->sharpe = ratio(steps->mean, deviation) * annual;
    metrics->sortino = ratio(steps->mean, sqrt(over_rounding(steps->downside, n) / n)) * annual;
    metrics->skew = ratio(steps->third / n, second * sqrt(second));
    metrics->kurtosis = ratio(steps->fourth / n, second * second) - 3;
    metrics->beta = ratio(steps->shared, over_rounding(steps->other_second, n));
    metrics->alpha = (steps->mean - metrics->beta * steps->other_mean) * periods;
}

// Sums over the closed trades.
struct trade_sums {
    size_t count;
    size_t wins;
    size_t losses;
    size_t losses_in_row;
    size_t longest_losses;
    double pnl;
    double won;
    double lost;
    double returns;
    double best;
    double worst;
    double bars;
};

static void sum_trade(const struct trade *trade, struct trade_sums *sums)
{
    const double value = trade->pnl / (trade->quantity * trade->entry_price);
    sums->count++;
    sums->pnl += trade->pnl;
    sums->returns += value;
    sums->best = value > sums->best ? value : sums->best;
    sums->worst = value < sums->worst ? value : sums->worst;
    sums->bars += (double)(trade->exit_bar - trade->entry_bar);
    if (trade->pnl > 0) {
        sums->wins++;
        sums->won += trade->pnl;
    }
    if (trade->pnl < 0) {
        sums->losses++;
        sums->lost += trade->pnl;
    }
    sums->losses_in_row = trade->pnl < 0 ? sums->losses_in_row + 1 : 0;
    if (sums->losses_in_row > sums->longest_losses) sums->longest_losses = sums->losses_in_row;
}

// std(pnl, ddof 1) of the closed trades.
static double pnl_deviation(const struct metrics_input *input, const struct trade_sums *sums)
{
    const double mean = sums->pnl / (double)sums->count;
    double square_sum = 0;
    for (size_t i = 0; i < input->trade_count; i++) {
        const double deviation = input->trades[i].pnl - mean;
        if (!input->trades[i].is_open) square_sum += deviation * deviation;
    }
    return sums->count > 1 ? sqrt(square_sum / (double)(sums->count - 1)) : undefined;
}

static void add_trades(const struct metrics_input *input, struct metrics *metrics)
{
    struct trade_sums sums = {.best = -(double)INFINITY, .worst = (double)INFINITY};
    for (size_t i = 0; i < input->trade_count; i++) {
        if (!input->trades[i].is_open) sum_trade(&input->trades[i], &sums);
    }
    const double count = (double)sums.count;
    metrics->trades = count;
    metrics->open_trades = (double)(input->trade_count - sums.count);
    if (sums.count == 0) return;
    metrics->win_rate = (double)sums.wins / count;
    metrics->profit_factor = ratio(sums.won, -sums.lost);
    metrics->expectancy = sums.pnl / count;
    metrics->payoff_ratio = ratio(sums.won / (double)sums.wins, -sums.lost / (double)sums.losses);
    metrics->average_trade = sums.returns / count;
    metrics->best_trade = sums.best;
    metrics->worst_trade = sums.worst;
    metrics->average_bars_held = sums.bars / count;
    metrics->max_consecutive_losses = (double)sums.longest_losses;
    metrics->sqn = ratio(sqrt(count) * metrics->expectancy, pnl_deviation(input, &sums));
    metrics->kelly = metrics->win_rate - ratio(1 - metrics->win_rate, metrics->payoff_ratio);
}

static struct civil_date date_of(int64_t time_s)
{
    return datetime_civil_from_days(interval_floor(INTERVAL_1D, time_s) / DAY_S);
}

// First bar of the month that begins at `next_s`: where it is in a series without gaps, or before that.
static size_t month_end(const struct metrics_input *input, size_t bar, int64_t next_s)
{
    const int64_t *time = input->time;
    const int64_t seconds = interval_seconds(input->interval);
    size_t end = bar + 1 + (seconds > 0 ? (size_t)((next_s - time[bar] - 1) / seconds) : 0);
    if (end > input->bar_count) end = input->bar_count;
    while (end > bar + 1 && time[end - 1] >= next_s)
        end--;
    while (end < input->bar_count && time[end] < next_s)
        end++;
    return end;
}

static enum status add_months(const struct metrics_input *input, struct arena *arena, struct metrics *metrics,
                              struct error *error)
{
    const struct civil_date from = date_of(input->time[0]);
    const struct civil_date to = date_of(input->time[input->bar_count - 1]);
    const size_t span = (size_t)((to.year - from.year) * 12 + to.month - from.month + 1);
    const size_t most = span < input->bar_count ? span : input->bar_count;
    metrics->monthly = arena_alloc_raw(arena, most, sizeof *metrics->monthly);
    if (!metrics->monthly) return error_no_memory(error);
    double before = input->equity[0];
    for (size_t bar = 0; bar < input->bar_count;) {
        const struct civil_date date = date_of(input->time[bar]);
        bar = month_end(input, bar, interval_next(INTERVAL_1MO, input->time[bar]));
        const double after = input->equity[bar - 1];
        metrics->monthly[metrics->monthly_count++] = (struct month_return){
            .year = (int32_t)date.year,
            .month = date.month,
            .value = before > 0 ? after / before - 1 : undefined,
        };
        before = after;
    }
    return STATUS_OK;
}

enum status metrics_complete(const struct metrics_input *input, const struct curve_figures *curve,
                             struct arena *arena, struct metrics *out_metrics, struct error *error)
{
    const double periods = interval_periods_per_year(input->interval);
    struct metrics metrics = {.final_equity = curve->last};
    for (size_t i = 0; i < metric_count(); i++)
        memcpy((char *)&metrics + metric_at(i)->offset, &undefined, sizeof undefined);
    add_growth(input, curve->first, periods, &metrics);
    add_drawdowns(&curve->drawdowns, (double)input->bar_count, &metrics);
    add_steps(&curve->steps, periods, &metrics);
    metrics.value_at_risk_95 = curve->tail.quantile;
    metrics.cvar_95 = curve->tail.mean;
    add_trades(input, &metrics);
    if (input->equity) TRY(add_months(input, arena, &metrics, error));
    *out_metrics = metrics;
    return STATUS_OK;
}

enum status metrics_compute(const struct metrics_input *input, struct arena *arena,
                            struct metrics *out_metrics, struct error *error)
{
    double *scratch = arena_alloc_raw(arena, input->bar_count, sizeof *scratch);
    if (!scratch) return error_no_memory(error);
    const struct curve_figures curve =
        curve_measure(input->equity, input->benchmark, input->bar_count, METRICS_TAIL, scratch);
    return metrics_complete(input, &curve, arena, out_metrics, error);
}
