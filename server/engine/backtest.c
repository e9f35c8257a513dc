#include "engine/backtest.h"

#include "base/datetime.h"
#include "engine/vector.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum {
    BARS_MIN = 2, // one to decide, one to fill
    BPS = 10000,
};

// The state of one run. Bars are counted from the start of the candles.
struct backtest {
    const struct backtest_input *input;
    struct arena *arena;
    struct error *error;
    size_t *breaks; // bars that begin another asset, ascending
    size_t break_count;
    size_t start; // first bar that belongs to the asset of the first bar of the test
    uint8_t *signals;
};

struct price_faults {
    size_t unsound; // bars with a price that is not finite or not above 0
    size_t breaks;
};

enum status backtest_rules_check(const struct backtest_rules *rules, struct error *error)
{
    enum status status = STATUS_OK;
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

static bool is_sound(double price)
{
    return price > 0 && price <= DBL_MAX;
}

static bool is_break(double close_before, double open, double factor)
{
    return open > close_before * factor || open * factor < close_before;
}

// One pass: both prices of a bar, and the step to the next. Counts rather than branches, so that it
// vectorises.
VECTORISED static struct price_faults find_faults(const struct candles *candles, double factor)
{
    const double *restrict open = candles->open;
    const double *restrict close = candles->close;
    const size_t last = candles->count - 1;
    struct price_faults faults = {.unsound = !is_sound(open[last]) || !is_sound(close[last])};
    for (size_t bar = 0; bar < last; bar++) {
        faults.unsound +=
            !((open[bar] > 0) & (open[bar] <= DBL_MAX) & (close[bar] > 0) & (close[bar] <= DBL_MAX));
        faults.breaks += (open[bar + 1] > close[bar] * factor) | (open[bar + 1] * factor < close[bar]);
    }
    return faults;
}

static enum status refuse_prices(const struct candles *candles, struct error *error)
{
    size_t bar = 0;
    while (is_sound(candles->open[bar]) && is_sound(candles->close[bar]))
        bar++;
    char date[DATETIME_TEXT_MAX];
    const struct str text = datetime_format_us(candles->time[bar] * 1000000, date);
    return error_set(error, STATUS_INVALID, "invalid_candles",
                     "the candle of %.*s has open %g and close %g: prices must be above 0", STR_ARG(text),
                     candles->open[bar], candles->close[bar]);
}

static enum status check_counts(const struct backtest_input *input, struct error *error)
{
    const size_t count = input->candles->count;
    const size_t need = input->strategy->warmup_bars(input->values) + BARS_MIN;
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

// Lists the breaks and finds where the asset of the test's first bar begins.
static enum status find_breaks(struct backtest *run)
{
    const struct candles *candles = run->input->candles;
    const double factor = run->input->rules.max_gap_factor;
    const struct price_faults faults = find_faults(candles, factor);
    if (faults.unsound > 0) return refuse_prices(candles, run->error);
    run->breaks = ARENA_ARRAY(run->arena, size_t, faults.breaks);
    if (!run->breaks) return error_no_memory(run->error);
    for (size_t bar = 1; run->break_count < faults.breaks; bar++) {
        if (!is_break(candles->close[bar - 1], candles->open[bar], factor)) continue;
        run->breaks[run->break_count++] = bar;
        if (bar <= run->input->first) run->start = bar;
    }
    return STATUS_OK;
}

// Signals of the test's bars. Each asset is a series of its own: no indicator sees across a break.
static enum status compute_signals(struct backtest *run)
{
    const struct backtest_input *input = run->input;
    const size_t count = input->candles->count;
    run->signals = arena_alloc_raw(run->arena, count, sizeof *run->signals);
    if (!run->signals) return error_no_memory(run->error);
    size_t start = run->start;
    for (size_t i = 0; i <= run->break_count; i++) {
        const size_t end = i < run->break_count ? run->breaks[i] : count;
        if (end <= start) continue;
        const struct candles asset = candles_slice(input->candles, start, end);
        TRY(input->strategy->signals(&asset, input->values, run->arena, run->signals + start, run->error));
        start = end;
    }
    return STATUS_OK;
}

// What was the first bar of the test becomes bar 0; breaks before it have done their work.
static void count_from_first(struct backtest *run)
{
    const size_t first = run->input->first;
    size_t kept = 0;
    for (size_t i = 0; i < run->break_count; i++) {
        if (run->breaks[i] > first) run->breaks[kept++] = run->breaks[i] - first;
    }
    run->break_count = kept;
}

static void report_breaks(const struct backtest *run, const struct candles *bars,
                          struct backtest_result *result)
{
    result->break_count = run->break_count;
    for (size_t i = 0; i < run->break_count && i < SERIES_BREAKS_MAX; i++) {
        const size_t bar = run->breaks[i];
        result->breaks[i] = (struct series_break){
            .time = bars->time[bar],
            .factor = bars->open[bar] / bars->close[bar - 1],
        };
    }
}

VECTORISED static void scale(const double *restrict values, size_t count, double factor, double *restrict out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = values[i] * factor;
}

// Holds each asset from its first close; the value goes over a break unchanged.
static enum status compute_benchmark(const struct backtest *run, const struct candles *bars,
                                     double **out_benchmark)
{
    double *benchmark = arena_alloc_raw(run->arena, bars->count, sizeof *benchmark);
    if (!benchmark) return error_no_memory(run->error);
    double value = run->input->rules.initial_capital;
    size_t start = 0;
    for (size_t i = 0; i <= run->break_count; i++) {
        const size_t end = i < run->break_count ? run->breaks[i] : bars->count;
        scale(bars->close + start, end - start, value / bars->close[start], benchmark + start);
        benchmark[start] = value; // not a rounding beside it
        value = benchmark[end - 1];
        start = end;
    }
    *out_benchmark = benchmark;
    return STATUS_OK;
}

VECTORISED static size_t count_out_of_range(const double *restrict values, size_t count)
{
    size_t faults = 0;
    for (size_t i = 0; i < count; i++)
        faults += !((values[i] >= -DBL_MAX) & (values[i] <= DBL_MAX)); // NaN is neither
    return faults;
}

// Figures of a curve that has left the range of numbers would be of nothing.
static enum status check_curve(const struct backtest *run, const char *what, const struct candles *bars,
                               const double *values)
{
    if (count_out_of_range(values, bars->count) == 0) return STATUS_OK;
    size_t bar = 0;
    while (isfinite(values[bar]))
        bar++;
    char date[DATETIME_TEXT_MAX];
    const struct str text = datetime_format_us(bars->time[bar] * 1000000, date);
    return error_set(
        run->error, STATUS_INVALID, "out_of_range",
        "at the bar of %.*s the %s leaves the range of numbers (1.8e308): shorten the range, or take "
        "less capital",
        STR_ARG(text), what);
}

static enum status compute_metrics(const struct backtest *run, const struct simulation *simulation,
                                   struct backtest_result *result)
{
    return metrics_compute(
        &(struct metrics_input){
            .equity = result->equity,
            .benchmark = result->benchmark,
            .time = result->time,
            .bar_count = result->bar_count,
            .interval = run->input->interval,
            .trades = result->trades,
            .trade_count = result->trade_count,
            .bars_held = simulation->bars_held,
            .fees = simulation->fees,
            .turnover = simulation->turnover,
        },
        run->arena, &result->metrics, run->error);
}

enum status backtest_check(const struct backtest_input *input, struct error *error)
{
    TRY(backtest_rules_check(&input->rules, error));
    TRY(check_counts(input, error));
    const struct price_faults faults = find_faults(input->candles, input->rules.max_gap_factor);
    return faults.unsound > 0 ? refuse_prices(input->candles, error) : STATUS_OK;
}

// Breaks, signals and fills, counted from the first bar of the test.
static enum status decide(struct backtest *run, struct simulation *out_simulation)
{
    const struct backtest_input *input = run->input;
    TRY(find_breaks(run));
    TRY(compute_signals(run));
    count_from_first(run);
    const struct candles bars = candles_slice(input->candles, input->first, input->candles->count);
    return simulate_run(
        &(struct simulate_input){
            .candles = &bars,
            .signals = run->signals + input->first,
            .breaks = run->breaks,
            .break_count = run->break_count,
            .rules = input->rules,
        },
        run->arena, out_simulation, run->error);
}

enum status backtest_decide(const struct backtest_input *input, struct arena *arena,
                            struct backtest_decisions *out_decisions, struct error *error)
{
    struct backtest run = {.input = input, .arena = arena, .error = error};
    TRY(decide(&run, &out_decisions->simulation));
    out_decisions->signals = run.signals + input->first;
    return STATUS_OK;
}

enum status backtest_run(const struct backtest_input *input, struct arena *arena,
                         struct backtest_result *out_result, struct error *error)
{
    TRY(backtest_rules_check(&input->rules, error));
    TRY(check_counts(input, error));
    struct backtest run = {.input = input, .arena = arena, .error = error};
    struct simulation simulation;
    TRY(decide(&run, &simulation));
    const struct candles bars = candles_slice(input->candles, input->first, input->candles->count);
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
    TRY(compute_benchmark(&run, &bars, &result.benchmark));
    TRY(check_curve(&run, "equity", &bars, result.equity));
    TRY(check_curve(&run, "benchmark", &bars, result.benchmark));
    TRY(compute_metrics(&run, &simulation, &result));
    *out_result = result;
    return STATUS_OK;
}
