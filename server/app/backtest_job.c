#include "app/backtest_job.h"

#include "app/backtest_checks.h"
#include "app/backtest_json.h"
#include "app/backtest_outcome.h"
#include "app/backtest_rows.h"
#include "app/event.h"
#include "app/job_json.h"
#include "app/job_state.h"
#include "base/clock.h"
#include "base/limits.h"
#include "engine/backtest.h"
#include "engine/lookahead.h"
#include "store/backtest_store.h"
#include "json/json.h"

static enum status check_size(const struct backtest_request *request, const struct candles *all, size_t first,
                              size_t end, struct error *error)
{
    if (first < end && end - first <= LIMIT_BACKTEST_BARS) return STATUS_OK;
    if (first < end)
        return error_set(error, STATUS_INVALID, "invalid_input",
                         "%zu bars are more than one run takes, %d; narrow from and to", end - first,
                         LIMIT_BACKTEST_BARS);
    return error_set(error, STATUS_INVALID, "not_enough_candles",
                     "%.*s has no %s candles between from and to; its candles run from %lld to %lld",
                     STR_ARG(request->symbol), interval_name(request->interval),
                     all->count ? (long long)all->time[0] : 0,
                     all->count ? (long long)all->time[all->count - 1] : 0);
}

static struct backtest_input input_of(const struct backtest_request *request,
                                      const struct backtest_window *window, const struct candles *read)
{
    return (struct backtest_input){
        .candles = read,
        .first = window->warmup,
        .interval = request->interval,
        .strategy = request->strategy,
        .values = request->values,
        .rules = request->rules,
    };
}

enum status backtest_series(const struct app *app, struct str workspace_id, struct backtest_request *request,
                            const struct series **out_series, struct error *error)
{
    CATEGORY_SET_SCOPE categories = NULL;
    TRY(category_choice_open(app, workspace_id, &request->categories, &categories, error));
    const struct market_view view = {.market = app->market, .categories = categories};
    return market_series(view, request->symbol, request->interval, out_series, error);
}

enum status backtest_window_find(const struct backtest_request *request, const struct series *series,
                                 struct backtest_window *out_window, struct error *error)
{
    const struct candles *all = &series->candles;
    const size_t first = request->has_from ? candles_lower_bound(all, request->from) : 0;
    const size_t end = request->has_to ? candles_lower_bound(all, request->to) : all->count;
    TRY(check_size(request, all, first, end, error));
    const size_t wanted = request->strategy->warmup_bars(request->values);
    const size_t warmup = wanted < first ? wanted : first;
    const struct backtest_window window = {
        .series = series, .from = first - warmup, .to = end, .warmup = warmup};
    const struct candles read = candles_slice(all, window.from, window.to);
    const struct backtest_input input = input_of(request, &window, &read);
    TRY(backtest_check(&input, error));
    *out_window = window;
    return STATUS_OK;
}

// Everything between the payload and the outcome.
struct run {
    struct task *task;
    struct arena *arena;
    struct backtest_request request;
    struct backtest_window window;
    struct backtest_result result;
    struct backtest_outcome outcome;
};

static enum status read_payload(struct str payload, struct arena *arena, struct backtest_request *out_request,
                                struct error *error)
{
    const struct json_value *object;
    TRY(json_parse_object(arena, payload, &object, error));
    TRY(backtest_request_decode(object, arena, out_request, error));
    out_request->categories.is_recorded = true;
    return STATUS_OK;
}

enum status backtest_job_tell(struct db_tx *tx, const struct job *job, int64_t now_us, struct error *error)
{
    const bool is_new = job->status == JOB_QUEUED && job->attempts == 0;
    TRY(event_append_job(tx, "job", job_json_put, job, now_us, error));
    if (!is_new && !job_state_is_final(job->status)) return STATUS_OK;
    return event_append_backtest(tx, job, false, now_us, error);
}

enum status backtest_job_check(struct str payload, struct arena *arena, struct error *error)
{
    struct backtest_request request;
    return read_payload(payload, arena, &request, error);
}

static bool is_stop_wanted(const void *context)
{
    return task_is_stopped(context);
}

struct lookahead_stop backtest_job_stop(const struct task *task)
{
    return (struct lookahead_stop){.is_wanted = is_stop_wanted, .context = task};
}

static enum status check_lookahead(struct run *run, const struct backtest_input *input, struct error *error)
{
    struct lookahead check;
    TRY(lookahead_check(input, &run->result, backtest_job_stop(run->task), &check, error));
    run->outcome.lookahead_json = backtest_json_lookahead(&check, run->arena);
    return run->outcome.lookahead_json.ptr ? STATUS_OK : error_no_memory(error);
}

static enum status compute(struct run *run, const struct series *series, struct error *error)
{
    TRY(backtest_window_find(&run->request, series, &run->window, error));
    const struct candles read = candles_slice(&series->candles, run->window.from, run->window.to);
    const struct backtest_input input = input_of(&run->request, &run->window, &read);
    const int64_t start_us = clock_monotonic_us();
    TRY(backtest_run(&input, run->arena, &run->result, error));
    run->outcome.run_ms = backtest_ms_since(start_us);
    return check_lookahead(run, &input, error);
}

static enum status describe(struct run *run, struct error *error)
{
    const struct backtest_result *result = &run->result;
    struct arena *arena = run->arena;
    struct backtest_outcome *outcome = &run->outcome;
    char sha256[65];
    if (!series_fingerprint(run->window.series, run->window.from, run->window.to, &run->task->is_stopped,
                            sha256))
        return task_stopped(run->task, error);
    outcome->engine_version = STR(ENGINE_VERSION);
    outcome->data_json = backtest_json_data(&run->window, sha256, CHECK_BARS_SINGLE, arena);
    outcome->warmup_bars = (int64_t)result->warmup_bars;
    outcome->bars = (int64_t)result->bar_count;
    const struct str gaps = backtest_json_gaps(result, run->request.interval, arena);
    outcome->warnings_json = backtest_json_warnings(result, &gaps, gaps.ptr ? 1 : 0, arena);
    outcome->liquidated_at = result->is_liquidated ? result->liquidated_at : 0;
    backtest_outcome_take(outcome, &result->metrics, arena);
    const bool is_whole = outcome->data_json.ptr && outcome->metrics_json.ptr &&
                          outcome->monthly_returns_json.ptr && outcome->warnings_json.ptr;
    return is_whole ? STATUS_OK : error_no_memory(error);
}

static enum status store(struct run *run, struct error *error)
{
    const struct backtest_result *result = &run->result;
    const struct curve_columns curve = {.count = result->bar_count,
                                        .time = result->time,
                                        .equity = result->equity,
                                        .benchmark = result->benchmark};
    const struct record_list lists[] = {
        backtest_points(&curve, run->arena),
        backtest_trades(result->trades, NULL, result->trade_count, run->arena),
        backtest_checks(&run->window, &run->task->is_stopped, run->arena),
    };
    if (task_is_stopped(run->task)) return task_stopped(run->task, error);
    return backtest_outcome_store(run->task, &run->outcome, lists, sizeof lists / sizeof *lists, error);
}

enum status backtest_job_run(struct task *task, struct error *error)
{
    ARENA_SCOPE(arena, LIMIT_BACKTEST_ARENA_BYTES);
    SERIES_SCOPE series = NULL;
    struct run run = {.task = task, .arena = &arena};
    const int64_t start_us = clock_monotonic_us();
    TRY(read_payload(task->job.payload, &arena, &run.request, error));
    TRY(backtest_series(task->app, task->job.workspace_id, &run.request, &series, error));
    run.outcome.load_ms = backtest_ms_since(start_us);
    TRY(task_go_on(task, 0.3, STR("candles are loaded"), error));
    TRY(compute(&run, series, error));
    TRY(task_go_on(task, 0.6, STR("storing the result"), error));
    TRY(describe(&run, error));
    return store(&run, error);
}
