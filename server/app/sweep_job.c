#include "app/sweep_job.h"

#include "app/backtest_job.h"
#include "app/backtest_json.h"
#include "app/backtest_outcome.h"
#include "app/sweep_rows.h"
#include "app/sweep_run.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/limits.h"
#include "engine/lookahead.h"
#include "json/json.h"
#include "json/writer.h"

#include <math.h>

// Everything between the payload and the outcome.
struct sweep {
    struct task *task;
    struct arena *arena;
    struct sweep_request request;
    struct sweep_window window;
    struct candles candles; // those of the window
    struct sweep_input input;
    struct sweep_row *rows;
    size_t count;
    size_t valid_count;
    size_t best; // row
    struct backtest_outcome outcome;
};

static size_t most_warmup(const struct sweep_request *request)
{
    const struct strategy *strategy = request->base.strategy;
    double values[STRATEGY_PARAMS_MAX];
    size_t most = 0;
    memcpy(values, request->base.values, sizeof values);
    for (size_t k = 0; k < sweep_count(request->axes, request->axis_count); k++) {
        sweep_apply(request->axes, request->axis_count, k, values, NULL);
        const size_t warmup = strategy->warmup_bars(values);
        if (warmup > most) most = warmup;
    }
    return most;
}

static enum status check_size(const struct sweep_request *request, const struct sweep_window *window,
                              struct error *error)
{
    const size_t bars = window->end - window->first;
    const size_t count = sweep_count(request->axes, request->axis_count);
    if (bars > LIMIT_BACKTEST_BARS)
        return error_set(error, STATUS_INVALID, "invalid_input",
                         "%zu bars are more than one run takes, %d; narrow from and to", bars,
                         LIMIT_BACKTEST_BARS);
    if ((double)bars * (double)count > LIMIT_SWEEP_BARS)
        return error_set(
            error, STATUS_INVALID, "invalid_input",
            "%zu combinations over %zu bars are more than %.0f bars in all; take fewer or a shorter range",
            count, bars, LIMIT_SWEEP_BARS);
    return STATUS_OK;
}

static struct sweep_input input_of(const struct sweep_request *request, const struct candles *candles,
                                   size_t first)
{
    const struct backtest_request *base = &request->base;
    return (struct sweep_input){.candles = candles,
                                .first = first,
                                .interval = base->interval,
                                .strategy = base->strategy,
                                .values = base->values,
                                .rules = base->rules,
                                .axes = request->axes,
                                .axis_count = request->axis_count};
}

enum status sweep_window_find(const struct sweep_request *request, const struct series *series,
                              struct sweep_window *out_window, struct error *error)
{
    const struct backtest_request *base = &request->base;
    const struct candles *all = &series->candles;
    struct sweep_window window = {
        .series = series,
        .first = base->has_from ? candles_lower_bound(all, base->from) : 0,
        .end = base->has_to ? candles_lower_bound(all, base->to) : all->count,
    };
    if (window.first + 2 > window.end)
        return error_set(error, STATUS_INVALID, "not_enough_candles",
                         "%.*s has %zu %s candles between from and to, a test needs at least 2",
                         STR_ARG(base->symbol), window.end > window.first ? window.end - window.first : 0,
                         interval_name(base->interval));
    TRY(check_size(request, &window, error));
    const struct candles read = candles_slice(all, 0, window.end);
    const struct sweep_input input = input_of(request, &read, window.first);
    sweep_tally_make(&input, &window.tally);
    TRY(sweep_tally_check(&window.tally, base->strategy, error));
    const size_t wanted = most_warmup(request);
    window.warmup = wanted < window.first ? wanted : window.first;
    *out_window = window;
    return STATUS_OK;
}

static enum status read_payload(struct str payload, struct arena *arena, struct sweep_request *out_request,
                                struct error *error)
{
    const struct json_value *object;
    TRY(json_parse_object(arena, payload, &object, error));
    TRY(sweep_request_decode(object, arena, out_request, error));
    out_request->base.categories.is_recorded = true;
    return STATUS_OK;
}

enum status sweep_job_check(struct str payload, struct arena *arena, struct error *error)
{
    struct sweep_request request;
    return read_payload(payload, arena, &request, error);
}

static bool is_better(const struct sweep *sweep, double value, double best)
{
    if (isnan(value)) return false;
    return isnan(best) || (sweep->request.is_lowest ? value < best : value > best);
}

// Where some had their candles and still none came to an end: why the first of them did not.
static enum status refuse_all(const struct sweep *sweep, struct error *error)
{
    struct sweep_combination run;
    struct backtest_result result;
    struct error fault = {0};
    for (size_t k = 0; k < sweep->count; k++) {
        sweep_combine(&sweep->input, k, &run);
        if (sweep_fate_of(&run.input) != SWEEP_RUNS) continue;
        (void)backtest_run(&run.input, sweep->arena, &result, &fault);
        break;
    }
    return error_set(error, STATUS_INVALID, "no_valid_combination",
                     "none of the %zu combinations can be run: %s", sweep->count, fault.message);
}

// Of equal ones the first; a row whose figure is undefined only where all are.
static enum status choose(struct sweep *sweep, struct error *error)
{
    double best = (double)NAN;
    for (size_t i = 0; i < sweep->count; i++) {
        const struct sweep_row *row = &sweep->rows[i];
        if (!row->is_valid) continue;
        const double value = metric_value(&row->metrics, sweep->request.metric);
        if (sweep->valid_count++ > 0 && !is_better(sweep, value, best)) continue;
        best = value;
        sweep->best = i;
    }
    if (sweep->valid_count > 0) return STATUS_OK;
    return refuse_all(sweep, error);
}

static enum status run_all(struct sweep *sweep, struct error *error)
{
    sweep->count = sweep_count(sweep->request.axes, sweep->request.axis_count);
    sweep->candles = candles_slice(&sweep->window.series->candles, 0, sweep->window.end);
    sweep->input = input_of(&sweep->request, &sweep->candles, sweep->window.first);
    sweep->rows = ARENA_ARRAY(sweep->arena, struct sweep_row, sweep->count);
    if (!sweep->rows) return error_no_memory(error);
    const int64_t start_us = clock_monotonic_us();
    TRY(sweep_run_all(sweep->task, &sweep->input, sweep->count, sweep->rows, error));
    sweep->outcome.run_ms = backtest_ms_since(start_us);
    return choose(sweep, error);
}

static void put_best(struct json_writer *w, const struct sweep *sweep)
{
    json_key(w, "best");
    json_begin_object(w);
    for (size_t i = 0; i < sweep->request.axis_count; i++)
        json_put_double(w, sweep_axis_name(&sweep->request, i), sweep->rows[sweep->best].values[i]);
    json_end_object(w);
}

static struct str summarise(const struct sweep *sweep)
{
    size_t trials;
    BUF_SCOPE(buf, 4 * KIB);
    struct json_writer w = json_writer_on(&buf);
    const struct deflated_sharpe deflated =
        sweep_deflated_sharpe(&sweep->input, sweep->rows, sweep->count, &sweep->rows[sweep->best], &trials);
    const double year = sqrt(interval_periods_per_year(sweep->input.interval));
    json_begin_object(&w);
    json_put_int(&w, "combinations", (int64_t)sweep->count);
    json_put_int(&w, "valid_combinations", (int64_t)sweep->valid_count);
    put_best(&w, sweep);
    json_key(&w, "deflated_sharpe");
    json_begin_object(&w);
    json_put_int(&w, "trials", (int64_t)trials);
    json_put_double(&w, "expected_maximum_sharpe", deflated.expected_maximum * year);
    json_put_double(&w, "probability", deflated.probability);
    json_end_object(&w);
    json_end_object(&w);
    return buf_copy(&buf, sweep->arena);
}

static enum status fingerprint(struct sweep *sweep, struct error *error)
{
    const struct backtest_window read = {.series = sweep->window.series,
                                         .from = sweep->window.first - sweep->window.warmup,
                                         .to = sweep->window.end,
                                         .warmup = sweep->window.warmup};
    char sha256[65];
    if (!series_fingerprint(read.series, read.from, read.to, &sweep->task->is_stopped, sha256))
        return task_stopped(sweep->task, error);
    sweep->outcome.data_json = backtest_json_data(&read, sha256, 0, sweep->arena);
    return sweep->outcome.data_json.ptr ? STATUS_OK : error_no_memory(error);
}

// What is wrong with the best where the figure that is looked for is undefined in all of them, how many were
// left out and why, and what the best one's candles have.
static struct str warnings(const struct sweep *sweep, const struct backtest_result *result)
{
    const size_t metric = sweep->request.metric;
    struct str leads[2 + SWEEP_REASONS_MAX];
    size_t count = 0;
    if (isnan(metric_value(&sweep->rows[sweep->best].metrics, metric)))
        leads[count++] =
            str_format(sweep->arena, "%s is undefined for every combination: best is only the first of them",
                       metric_at(metric)->name);
    count += sweep_tally_reasons(&sweep->window.tally, sweep->valid_count, sweep->arena, leads + count);
    leads[count] = backtest_json_gaps(result, sweep->request.base.interval, sweep->arena);
    count += leads[count].ptr != NULL;
    return backtest_json_warnings(result, leads, count, sweep->arena);
}

// The best combination once more, as the backtest that it is: its months, breaks, and whether it looks ahead.
static enum status describe_best(struct sweep *sweep, struct error *error)
{
    struct backtest_outcome *outcome = &sweep->outcome;
    struct sweep_combination run;
    struct backtest_result result;
    struct lookahead check;
    sweep_combine(&sweep->input, sweep->best, &run);
    TRY(backtest_run(&run.input, sweep->arena, &result, error));
    TRY(lookahead_check(&run.input, &result, backtest_job_stop(sweep->task), &check, error));
    outcome->engine_version = STR(ENGINE_VERSION);
    outcome->warmup_bars = (int64_t)result.warmup_bars;
    outcome->bars = (int64_t)result.bar_count;
    outcome->warnings_json = warnings(sweep, &result);
    outcome->lookahead_json = backtest_json_lookahead(&check, sweep->arena);
    outcome->sweep_json = summarise(sweep);
    outcome->liquidated_at = result.is_liquidated ? result.liquidated_at : 0;
    backtest_outcome_take(outcome, &result.metrics, sweep->arena);
    const bool is_whole = outcome->metrics_json.ptr && outcome->monthly_returns_json.ptr &&
                          outcome->warnings_json.ptr && outcome->lookahead_json.ptr &&
                          outcome->sweep_json.ptr;
    return is_whole ? STATUS_OK : error_no_memory(error);
}

static enum status store(struct sweep *sweep, struct error *error)
{
    const struct record_list records =
        sweep_records(&sweep->request, sweep->rows, sweep->count, sweep->arena);
    return backtest_outcome_store(sweep->task, &sweep->outcome, &records, 1, error);
}

enum status sweep_job_run(struct task *task, struct error *error)
{
    ARENA_SCOPE(arena, LIMIT_BACKTEST_ARENA_BYTES);
    SERIES_SCOPE series = NULL;
    struct sweep sweep = {.task = task, .arena = &arena};
    const int64_t start_us = clock_monotonic_us();
    TRY(read_payload(task->job.payload, &arena, &sweep.request, error));
    TRY(backtest_series(task->app, task->job.workspace_id, &sweep.request.base, &series, error));
    sweep.outcome.load_ms = backtest_ms_since(start_us);
    TRY(sweep_window_find(&sweep.request, series, &sweep.window, error));
    TRY(run_all(&sweep, error));
    TRY(fingerprint(&sweep, error));
    TRY(describe_best(&sweep, error));
    return store(&sweep, error);
}
