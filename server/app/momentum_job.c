#include "app/momentum_job.h"

#include "app/backtest_checks.h"
#include "app/backtest_job.h"
#include "app/backtest_json.h"
#include "app/backtest_outcome.h"
#include "app/backtest_rows.h"
#include "app/momentum_json.h"
#include "app/momentum_rows.h"
#include "app/momentum_window.h"
#include "base/clock.h"
#include "base/limits.h"
#include "engine/backtest.h"
#include "json/json.h"

// Everything between the payload and the outcome.
struct run {
    struct task *task;
    struct arena *arena;
    struct momentum_request request;
    const struct momentum_window *window;
    struct universe universe;
    struct momentum_result result;
    struct backtest_outcome outcome;
};

enum status momentum_payload_read(struct str payload, struct arena *arena,
                                  struct momentum_request *out_request, struct error *error)
{
    const struct json_value *object;
    TRY(json_parse_object(arena, payload, &object, error));
    TRY(momentum_request_decode(object, arena, out_request, error));
    out_request->categories.is_recorded = true;
    return STATUS_OK;
}

enum status momentum_job_check(struct str payload, struct arena *arena, struct error *error)
{
    struct momentum_request request;
    return momentum_payload_read(payload, arena, &request, error);
}

static enum status compute(struct run *run, struct error *error)
{
    const struct lookahead_stop stop = backtest_job_stop(run->task);
    const struct momentum_input input = {
        .universe = &run->universe,
        .names = run->window->symbols.items,
        .first = run->window->first,
        .interval = run->request.interval,
        .rules = run->request.rules,
        .is_stop_wanted = stop.is_wanted,
        .stop_context = stop.context,
    };
    const int64_t start_us = clock_monotonic_us();
    TRY(momentum_run(&input, run->arena, &run->result, error));
    run->outcome.run_ms = backtest_ms_since(start_us);
    struct lookahead check;
    TRY(lookahead_check_momentum(&input, &run->result, stop, &check, error));
    run->outcome.lookahead_json = backtest_json_lookahead(&check, run->arena);
    return run->outcome.lookahead_json.ptr ? STATUS_OK : error_no_memory(error);
}

static enum status describe(struct run *run, struct error *error)
{
    const struct momentum_result *result = &run->result;
    const struct str *names = run->window->symbols.items;
    struct backtest_outcome *outcome = &run->outcome;
    struct arena *arena = run->arena;
    outcome->engine_version = STR(ENGINE_VERSION);
    outcome->data_json =
        momentum_json_data(&run->request, run->window, &run->universe, &run->task->is_stopped, arena);
    if (task_is_stopped(run->task)) return task_stopped(run->task, error);
    outcome->warmup_bars = (int64_t)result->warmup_bars;
    outcome->bars = (int64_t)result->bar_count;
    outcome->warnings_json =
        momentum_json_warnings(result, run->universe.time + result->warmup_bars, names, arena);
    outcome->attribution_json = momentum_json_attribution(result, names, arena);
    if (result->course.is_liquidated)
        outcome->liquidated_at = run->universe.time[result->warmup_bars + result->course.liquidated_bar];
    backtest_outcome_take(outcome, &result->metrics, arena);
    const bool is_whole = outcome->data_json.ptr && outcome->metrics_json.ptr &&
                          outcome->monthly_returns_json.ptr && outcome->warnings_json.ptr &&
                          outcome->attribution_json.ptr;
    return is_whole ? STATUS_OK : error_no_memory(error);
}

static enum status store(struct run *run, struct error *error)
{
    const struct momentum_result *result = &run->result;
    const struct momentum_course *course = &result->course;
    const struct curve_columns curve = {.count = result->bar_count,
                                        .time = run->universe.time + result->warmup_bars,
                                        .equity = course->equity,
                                        .benchmark = result->benchmark};
    const struct checks_range range = {.series = run->window->series.items,
                                       .series_count = run->window->series.count,
                                       .from = run->window->from,
                                       .to = run->window->to};
    const struct record_list lists[] = {
        backtest_points(&curve, run->arena),
        backtest_trades(course->trades, course->trade_symbols, course->trade_count, run->arena),
        momentum_rebalances(result, &run->universe, run->arena),
        backtest_checks_of_all(&range, &run->task->is_stopped, run->arena),
    };
    if (task_is_stopped(run->task)) return task_stopped(run->task, error);
    return backtest_outcome_store(run->task, &run->outcome, lists, sizeof lists / sizeof *lists, error);
}

enum status momentum_job_run(struct task *task, struct error *error)
{
    ARENA_SCOPE(arena, LIMIT_BACKTEST_ARENA_BYTES);
    MOMENTUM_WINDOW_SCOPE window = {0};
    struct run run = {.task = task, .arena = &arena, .window = &window};
    const int64_t start_us = clock_monotonic_us();
    TRY(momentum_payload_read(task->job.payload, &arena, &run.request, error));
    TRY(momentum_window_find(task->app, task->job.workspace_id, &run.request, &arena, &window, error));
    TRY(momentum_window_load(task->app, &window, &run.universe, error));
    run.outcome.load_ms = backtest_ms_since(start_us);
    TRY(task_go_on(task, 0.3, STR("candles are loaded"), error));
    const enum status status = compute(&run, error);
    if (task_is_stopped(task)) return task_stopped(task, error);
    TRY(status);
    TRY(task_go_on(task, 0.6, STR("storing the result"), error));
    TRY(describe(&run, error));
    return store(&run, error);
}
