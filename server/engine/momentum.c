#include "engine/momentum.h"

#include "base/datetime.h"
#include "base/limits.h"
#include "engine/backtest.h"
#include "engine/momentum_rank.h"
#include "engine/vector.h"

#include <math.h>

enum {
    BARS_MIN = 2, // one to decide, one to fill
};

// What a backtest of one series asks of its capital and costs.
static enum status check_costs(const struct momentum_rules *rules, struct error *error)
{
    const struct backtest_rules costs = {
        .initial_capital = rules->initial_capital,
        .fee_bps = rules->fee_bps,
        .slippage_bps = rules->slippage_bps,
        .position_fraction = 1,
        .max_gap_factor = rules->max_gap_factor,
    };
    return backtest_rules_check(&costs, error);
}

static enum status check_whole(size_t value, const char *pointer, size_t least, size_t most,
                               struct error *error)
{
    if (value >= least && value <= most) return STATUS_OK;
    return error_add_field(error, pointer, "%s must be from %zu to %zu, not %zu", pointer + 1, least, most,
                           value);
}

enum status momentum_rules_check(const struct momentum_rules *rules, struct error *error)
{
    const size_t returns_min = momentum_needs_volatility(rules) ? 2 : 1;
    const size_t faults = error->field_count;
    (void)check_costs(rules, error);
    (void)check_whole(rules->long_count, "/long_count", 0, LIMIT_SIDE_SYMBOLS, error);
    (void)check_whole(rules->short_count, "/short_count", 0, LIMIT_SIDE_SYMBOLS, error);
    if (rules->long_count == 0 && rules->short_count == 0)
        (void)error_add_field(error, "/long_count", "long_count and short_count are both 0: nothing is held");
    if (rules->lookback < returns_min && rules->lookback > 0)
        (void)error_add_field(error, "/lookback", "volatility takes a lookback of at least 2 bars, not %zu",
                              rules->lookback);
    else
        (void)check_whole(rules->lookback, "/lookback", 1, LIMIT_REBALANCE_BARS, error);
    (void)check_whole(rules->skip, "/skip", 0, LIMIT_REBALANCE_BARS, error);
    (void)check_whole(rules->rebalance_every, "/rebalance_every", 1, LIMIT_REBALANCE_BARS, error);
    return error->field_count > faults ? STATUS_INVALID : STATUS_OK;
}

enum status momentum_check(const struct momentum_input *input, struct error *error)
{
    TRY(momentum_rules_check(&input->rules, error));
    const size_t bars = input->universe->bar_count;
    const size_t need = input->rules.lookback + input->rules.skip + BARS_MIN;
    if (bars < need)
        return error_set(
            error, STATUS_INVALID, "not_enough_candles",
            "a ranking needs %zu bars with these parameters (lookback %zu + skip %zu + %d), there "
            "are %zu",
            need, input->rules.lookback, input->rules.skip, BARS_MIN, bars);
    if (input->first >= bars || bars - input->first < BARS_MIN)
        return error_set(error, STATUS_INVALID, "not_enough_candles",
                         "the test needs at least %d bars, its range holds %zu", BARS_MIN,
                         input->first < bars ? bars - input->first : 0);
    const size_t rebalances = momentum_rebalance_count(input);
    if (rebalances > LIMIT_REBALANCE_VALUES / (input->universe->symbol_count + 1))
        return error_set(error, STATUS_INVALID, "invalid_input",
                         "%zu rebalances over %zu symbols are more than %d scores; rebalance less often or "
                         "narrow from and to",
                         rebalances, input->universe->symbol_count, LIMIT_REBALANCE_VALUES);
    return STATUS_OK;
}

// Sum of the steps of all symbols from their last known closes, which are brought up to date, and how many
// there are.
struct row_steps {
    double sum;
    double count;
};

// Four symbols.
INLINED void add_four(const double *restrict close, double *restrict last, quad *sums, quad *counts)
{
    const quad now = QUAD_AT(close), before = QUAD_AT(last);
    const quad step = now / before - 1;
    const quad_mask is_there = step >= -1; // NaN is not: one of the closes is absent
    *sums += QUAD_WHERE(is_there, step);
    *counts += QUAD_WHERE(is_there, (quad){0} + 1);
    *(quad *)last = QUAD_EITHER(now > 0, now, before);
}

VECTORISED static struct row_steps add_row(const double *restrict close, size_t count, double *restrict last)
{
    quad left = {0}, right = {0}, left_count = {0}, right_count = {0};
    double rest = 0, rest_count = 0;
    size_t s = 0;
    for (; s + LANES <= count; s += LANES) {
        add_four(close + s, last + s, &left, &left_count);
        add_four(close + s + QUAD, last + s + QUAD, &right, &right_count);
    }
    for (; s < count; s++) {
        const double step = close[s] / last[s] - 1;
        rest += step == step ? step : 0;
        rest_count += step == step ? 1 : 0;
        last[s] = close[s] == close[s] ? close[s] : last[s];
    }
    return (struct row_steps){.sum = PAIR_SUM(left, right) + rest,
                              .count = PAIR_SUM(left_count, right_count) + rest_count};
}

// One run.
struct momentum {
    const struct momentum_input *input;
    struct arena *arena;
    struct error *error;
    struct asset_list assets;
    struct momentum_result result;
};

// The mean step of all symbols that have one, bar after bar: no step leads from one asset to another.
static enum status compute_benchmark(struct momentum *run)
{
    const struct universe *universe = run->input->universe;
    const size_t n = universe->symbol_count, first = run->input->first;
    double *last = arena_alloc_raw(run->arena, n, sizeof *last);
    double *benchmark = arena_alloc_raw(run->arena, run->result.bar_count, sizeof *benchmark);
    if (!last || !benchmark) return error_no_memory(run->error);
    for (size_t s = 0; s < n; s++)
        last[s] = (double)NAN;
    double value = run->input->rules.initial_capital;
    size_t next = 0;
    for (size_t bar = 0; bar < universe->bar_count; bar++) {
        for (; next < run->assets.start_count && run->assets.starts[next].bar == bar; next++)
            last[run->assets.starts[next].symbol] = (double)NAN;
        const struct row_steps steps = add_row(universe->close + bar * n, n, last);
        if (bar > first && steps.count > 0) value *= 1 + steps.sum / steps.count;
        if (bar >= first) benchmark[bar - first] = value;
    }
    run->result.benchmark = benchmark;
    return STATUS_OK;
}

static void add_attribution(const struct trade *trade, struct attribution *row)
{
    row->trades++;
    row->pnl += trade->pnl;
    row->fees += trade->fees;
    row->bars_held += trade->exit_bar - trade->entry_bar;
}

static enum status attribute(struct momentum *run)
{
    const struct momentum_course *course = &run->result.course;
    const size_t n = run->input->universe->symbol_count;
    struct attribution *rows = ARENA_ARRAY(run->arena, struct attribution, 2 * n);
    if (!rows) return error_no_memory(run->error);
    for (size_t i = 0; i < course->trade_count; i++)
        add_attribution(&course->trades[i], &rows[2 * course->trade_symbols[i] + course->trades[i].is_short]);
    size_t count = 0;
    for (size_t i = 0; i < 2 * n; i++) {
        if (rows[i].trades == 0) continue;
        rows[i].symbol = (uint32_t)(i / 2);
        rows[i].is_short = i % 2;
        rows[count++] = rows[i];
    }
    run->result.attributions = rows;
    run->result.attribution_count = count;
    return STATUS_OK;
}

static void warn(struct momentum_result *result, struct asset_warning warning)
{
    if (result->warning_count < ASSET_WARNINGS_MAX) result->warnings[result->warning_count] = warning;
    result->warning_count++;
}

// Only of warnings that are kept: there may be as many breaks as bars.
static bool ends_holding(const struct momentum *run, const struct asset_start *start)
{
    const struct momentum_course *course = &run->result.course;
    if (run->result.warning_count >= ASSET_WARNINGS_MAX) return false;
    for (size_t i = 0; i < course->trade_count; i++) {
        const struct trade *trade = &course->trades[i];
        if (trade->exit_reason == EXIT_SERIES_BREAK && course->trade_symbols[i] == start->symbol &&
            trade->exit_bar + run->input->first == start->last)
            return true;
    }
    return false;
}

static void add_warnings(struct momentum *run)
{
    const struct universe *universe = run->input->universe;
    const struct momentum_course *course = &run->result.course;
    for (size_t i = 0; i < run->assets.start_count; i++) {
        const struct asset_start *start = &run->assets.starts[i];
        if (start->bar > run->input->first)
            warn(&run->result, (struct asset_warning){.symbol = start->symbol,
                                                      .time = universe->time[start->bar],
                                                      .factor = start->factor,
                                                      .ends_holding = ends_holding(run, start)});
    }
    for (size_t i = 0; i < course->trade_count; i++)
        if (course->trades[i].exit_reason == EXIT_DATA_ENDED)
            warn(&run->result, (struct asset_warning){.symbol = course->trade_symbols[i],
                                                      .time = course->trades[i].exit_time,
                                                      .ends_holding = true});
}

static enum status check_curve(const struct momentum *run, const char *what, const double *values)
{
    size_t bar = 0;
    while (bar < run->result.bar_count && isfinite(values[bar]))
        bar++;
    if (bar == run->result.bar_count) return STATUS_OK;
    char date[DATETIME_TEXT_MAX];
    const struct str text =
        datetime_format_us(run->input->universe->time[run->input->first + bar] * 1000000, date);
    return error_set(
        run->error, STATUS_INVALID, "out_of_range",
        "at the bar of %.*s the %s leaves the range of numbers (1.8e308): shorten the range, or take "
        "less capital",
        STR_ARG(text), what);
}

static enum status compute_metrics(struct momentum *run)
{
    const struct momentum_course *course = &run->result.course;
    return metrics_compute(
        &(struct metrics_input){
            .equity = course->equity,
            .benchmark = run->result.benchmark,
            .time = run->input->universe->time + run->input->first,
            .bar_count = run->result.bar_count,
            .interval = run->input->interval,
            .trades = course->trades,
            .trade_count = course->trade_count,
            .bars_held = course->bars_held,
            .fees = course->fees,
            .turnover = course->turnover,
        },
        run->arena, &run->result.metrics, run->error);
}

enum status momentum_run(const struct momentum_input *input, struct arena *arena,
                         struct momentum_result *out_result, struct error *error)
{
    TRY(momentum_check(input, error));
    struct momentum run = {.input = input, .arena = arena, .error = error};
    run.result.bar_count = input->universe->bar_count - input->first;
    run.result.warmup_bars = input->first;
    TRY(asset_list_find(input->universe, input->names, input->rules.max_gap_factor, arena, &run.assets,
                        error));
    TRY(momentum_book_run(input, &run.assets, arena, &run.result.course, error));
    TRY(compute_benchmark(&run));
    TRY(check_curve(&run, "equity", run.result.course.equity));
    TRY(check_curve(&run, "benchmark", run.result.benchmark));
    TRY(attribute(&run));
    add_warnings(&run);
    TRY(compute_metrics(&run));
    *out_result = run.result;
    return STATUS_OK;
}
