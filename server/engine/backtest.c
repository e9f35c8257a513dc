#include "engine/backtest.h"

#include "base/datetime.h"
#include "engine/excursion.h"
#include "engine/span_curve.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum {
    BARS_MIN = 2, // one to decide, one to fill
    BPS = 10000,
};

// The state of one run. Bars are counted from the start of its candles.
struct backtest {
    const struct backtest_input *input;
    const struct ground *ground;
    struct arena *arena;
    struct error *error;
    size_t offset; // bars of the ground before them
    size_t start;  // first bar that belongs to the asset of the first bar of the test
    uint8_t *signals;
};

// A stop of 0 is none.
static enum status check_stops(const struct backtest_rules *rules, struct error *error)
{
    enum status status = STATUS_OK;
    if (!(rules->stop_loss_pct >= 0 && rules->stop_loss_pct < 100))
        status = error_add_field(error, "/stop_loss_pct",
                                 "stop_loss_pct must be above 0 and below 100, not %g", rules->stop_loss_pct);
    if (!(rules->take_profit_pct >= 0 && rules->take_profit_pct <= DBL_MAX))
        status = error_add_field(error, "/take_profit_pct", "take_profit_pct must be above 0, not %g",
                                 rules->take_profit_pct);
    if (!(rules->trailing_stop_pct >= 0 && rules->trailing_stop_pct <= DBL_MAX))
        status = error_add_field(error, "/trailing_stop_pct", "trailing_stop_pct must be above 0, not %g",
                                 rules->trailing_stop_pct);
    return status;
}

enum status backtest_rules_check(const struct backtest_rules *rules, struct error *error)
{
    enum status status = check_stops(rules, error);
    if (!(rules->initial_capital > 0 && rules->initial_capital <= DBL_MAX))
        status = error_add_field(error, "/initial_capital", "initial_capital must be above 0, not %g",
                                 rules->initial_capital);
    if (!(rules->fee_bps >= 0 && rules->fee_bps < BPS))
        status = error_add_field(error, "/fee_bps", "fee_bps must be from 0 to below %d, not %g", BPS,
                                 rules->fee_bps);
    if (!(rules->slippage_bps >= 0 && rules->slippage_bps < BPS))
        status = error_add_field(error, "/slippage_bps", "slippage_bps must be from 0 to below %d, not %g",
                                 BPS, rules->slippage_bps);
    if (!(rules->position_fraction > 0 && rules->position_fraction <= 1))
        status = error_add_field(error, "/position_fraction",
                                 "position_fraction must be above 0 and at most 1, not %g",
                                 rules->position_fraction);
    if (!(rules->max_gap_factor > 1))
        status = error_add_field(error, "/max_gap_factor", "max_gap_factor must be above 1, not %g",
                                 rules->max_gap_factor);
    return status;
}

size_t backtest_candles_needed(const struct strategy *strategy, const double *values)
{
    return strategy->warmup_bars(values) + BARS_MIN;
}

static enum status check_counts(const struct backtest_input *input, struct error *error)
{
    const size_t count = input->candles->count;
    const size_t need = backtest_candles_needed(input->strategy, input->values);
    if (count < need)
        return error_set(error, STATUS_INVALID, "not_enough_candles",
                         "%s needs %zu candles with these parameters (warm-up %zu + %d), there are %zu",
                         input->strategy->id, need, need - BARS_MIN, BARS_MIN, count);
    if (input->first >= count || count - input->first < BARS_MIN)
        return error_set(error, STATUS_INVALID, "not_enough_candles",
                         "the test needs at least %d candles, its range holds %zu", BARS_MIN,
                         input->first < count ? count - input->first : 0);
    return STATUS_OK;
}

static struct backtest begin(const struct backtest_input *input, const struct ground *ground,
                             struct arena *arena, struct error *error)
{
    struct backtest run = {.input = input,
                           .ground = ground,
                           .arena = arena,
                           .error = error,
                           .offset = ground->first - input->first};
    for (size_t i = 0; i < ground->break_count && ground->breaks[i] <= ground->first; i++)
        if (ground->breaks[i] > run.offset) run.start = ground->breaks[i] - run.offset;
    return run;
}

// Signals of the test's bars. Each asset is a series of its own: no indicator sees across a break.
static enum status compute_signals(struct backtest *run)
{
    const struct backtest_input *input = run->input;
    const struct ground *ground = run->ground;
    const size_t count = input->candles->count;
    run->signals = arena_alloc_raw(run->arena, count, sizeof *run->signals);
    if (!run->signals) return error_no_memory(run->error);
    size_t start = run->start;
    for (size_t i = 0; i <= ground->break_count; i++) {
        const size_t end = i < ground->break_count ? ground->breaks[i] : count + run->offset;
        if (end <= start + run->offset) continue;
        const struct candles asset = candles_slice(input->candles, start, end - run->offset);
        TRY(input->strategy->signals(&asset, input->values, run->arena, run->signals + start, run->error));
        start = end - run->offset;
    }
    return STATUS_OK;
}

static bool ends_position(const struct backtest_result *result, size_t bar)
{
    size_t i = 0;
    while (i < result->trade_count && (result->trades[i].exit_reason != EXIT_SERIES_BREAK ||
                                       result->trades[i].exit_bar + (size_t)1 != bar))
        i++;
    return i < result->trade_count;
}

static void report_breaks(const struct backtest *run, const struct candles *bars,
                          struct backtest_result *result)
{
    const struct ground *ground = run->ground;
    result->break_count = ground->cut_count;
    for (size_t i = 0; i < ground->cut_count && i < SERIES_BREAKS_MAX; i++) {
        const size_t bar = ground->cuts[i];
        result->breaks[i] = (struct series_break){
            .time = bars->time[bar],
            .factor = bars->open[bar] / bars->close[bar - 1],
            .ends_position = ends_position(result, bar),
        };
    }
}

// Figures of a curve that has left the range of numbers would be of nothing.
static enum status refuse_curve(const struct backtest *run, const char *what, const double *values)
{
    size_t bar = 0;
    while (bar + 1 < run->ground->bar_count && isfinite(values[bar]))
        bar++;
    char date[DATETIME_TEXT_MAX];
    const int64_t time = run->input->candles->time[run->input->first + bar];
    const struct str text = datetime_format_us(time * 1000000, date);
    return error_set(
        run->error, STATUS_INVALID, "out_of_range",
        "at the bar of %.*s the %s leaves the range of numbers (1.8e308): shorten the range, or take "
        "less capital",
        STR_ARG(text), what);
}

static enum status make_benchmark(const struct backtest *run, double **out_benchmark)
{
    double *benchmark = arena_alloc_raw(run->arena, run->ground->bar_count, sizeof *benchmark);
    if (!benchmark) return error_no_memory(run->error);
    ground_benchmark(run->ground, run->input->rules.initial_capital, benchmark);
    *out_benchmark = benchmark;
    return STATUS_OK;
}

static enum status refuse_benchmark(const struct backtest *run)
{
    double *benchmark;
    TRY(make_benchmark(run, &benchmark));
    return refuse_curve(run, "benchmark", benchmark);
}

static enum status refuse_equity(const struct backtest *run, const struct simulation *simulation)
{
    const struct ground *ground = run->ground;
    double *equity = arena_alloc_raw(run->arena, ground->bar_count, sizeof *equity);
    if (!equity) return error_no_memory(run->error);
    simulate_equity(simulation, ground->close, ground->bar_count, equity);
    return refuse_curve(run, "equity", equity);
}

static enum status compute_metrics(const struct backtest *run, const struct simulation *simulation,
                                   struct metrics *out_metrics)
{
    const struct ground *ground = run->ground;
    const struct span_curve curve = {
        .ground = ground, .spans = simulation->spans, .span_count = simulation->span_count};
    struct curve_figures figures;
    bool is_finite;
    TRY(span_curve_measure(&curve, METRICS_TAIL, run->arena, &figures, &is_finite, run->error));
    if (!is_finite) return refuse_equity(run, simulation);
    if (!ground_benchmark_is_finite(ground, run->input->rules.initial_capital)) return refuse_benchmark(run);
    return metrics_complete(
        &(struct metrics_input){
            .equity = simulation->equity,
            .time = run->input->candles->time + run->input->first,
            .bar_count = ground->bar_count,
            .interval = run->input->interval,
            .trades = simulation->trades,
            .trade_count = simulation->trade_count,
            .bars_held = simulation->bars_held,
            .fees = simulation->fees,
            .turnover = simulation->turnover,
        },
        &figures, run->arena, out_metrics, run->error);
}

static enum status check_soundness(const struct backtest *run)
{
    if (run->ground->sound_from <= run->offset) return STATUS_OK;
    return ground_refuse(run->input->candles, 0, run->error);
}

enum status backtest_check(const struct backtest_input *input, struct error *error)
{
    TRY(backtest_rules_check(&input->rules, error));
    TRY(check_counts(input, error));
    return ground_check(input->candles, error);
}

// By the signals that were computed, or by `turns` where there are any.
static enum status simulate(const struct backtest *run, const struct side_turns *turns, bool is_for_figures,
                            struct simulation *out_simulation)
{
    const struct backtest_input *input = run->input;
    const struct candles bars = candles_slice(input->candles, input->first, input->candles->count);
    return simulate_run(
        &(struct simulate_input){
            .candles = &bars,
            .signals = run->signals ? run->signals + input->first : NULL,
            .turns = turns,
            .breaks = run->ground->cuts,
            .break_count = run->ground->cut_count,
            .rules = input->rules,
            .is_for_figures = is_for_figures,
        },
        run->arena, out_simulation, run->error);
}

enum status backtest_decide(const struct backtest_input *input, struct arena *arena,
                            struct backtest_decisions *out_decisions, struct error *error)
{
    struct ground ground;
    TRY(ground_find(input->candles, input->first, input->rules.max_gap_factor, arena, &ground, error));
    struct backtest run = begin(input, &ground, arena, error);
    TRY(check_soundness(&run));
    TRY(compute_signals(&run));
    out_decisions->signals = run.signals + input->first;
    return simulate(&run, NULL, false, &out_decisions->simulation);
}

enum status backtest_measure(const struct backtest_input *input, const struct backtest_shared *shared,
                             struct arena *arena, struct metrics *out_metrics, struct error *error)
{
    TRY(backtest_rules_check(&input->rules, error));
    TRY(check_counts(input, error));
    struct backtest run = begin(input, shared->ground, arena, error);
    struct simulation simulation;
    TRY(check_soundness(&run));
    if (!shared->turns) TRY(compute_signals(&run));
    TRY(simulate(&run, shared->turns, true, &simulation));
    return compute_metrics(&run, &simulation, out_metrics);
}

enum status backtest_run(const struct backtest_input *input, struct arena *arena,
                         struct backtest_result *out_result, struct error *error)
{
    TRY(backtest_rules_check(&input->rules, error));
    TRY(check_counts(input, error));
    struct ground ground;
    TRY(ground_find(input->candles, input->first, input->rules.max_gap_factor, arena, &ground, error));
    struct backtest run = begin(input, &ground, arena, error);
    struct simulation simulation;
    TRY(check_soundness(&run));
    TRY(ground_measure(&ground, arena, error));
    TRY(compute_signals(&run));
    TRY(simulate(&run, NULL, false, &simulation));
    const struct candles bars = candles_slice(input->candles, input->first, input->candles->count);
    excursions_measure(&bars, input->rules.execution, simulation.trades, simulation.trade_count);
    struct backtest_result result = {
        .bar_count = bars.count,
        .time = bars.time,
        .signals = run.signals + input->first,
        .equity = simulation.equity,
        .trades = simulation.trades,
        .trade_count = simulation.trade_count,
        .warmup_bars = input->first - run.start,
        .is_liquidated = simulation.is_liquidated,
        .liquidated_at = simulation.liquidated_at,
    };
    report_breaks(&run, &bars, &result);
    TRY(make_benchmark(&run, &result.benchmark));
    TRY(compute_metrics(&run, &simulation, &result.metrics));
    *out_result = result;
    return STATUS_OK;
}
