#include "app/verify_kind.h"

#include "app/backtest_checks.h"
#include "app/backtest_rows.h"
#include "base/limits.h"
#include "engine/backtest.h"
#include "market/market.h"
#include "json/decode.h"
#include "json/json.h"

// What the backtest says of the candles it read.
struct data {
    int64_t first;
    int64_t last;
    int64_t count;
    struct str sha256;
    int64_t check_bars; // 0: no checks were stored
};

static enum status read_data(const struct verify_call *call, struct data *data, struct error *error)
{
    const struct json_field fields[] = {
        JSON_FIELD(struct data, first, INTEGER, .is_required = true),
        JSON_FIELD(struct data, last, INTEGER, .is_required = true),
        JSON_FIELD(struct data, count, INTEGER, .is_required = true),
        JSON_FIELD(struct data, sha256, TEXT, .is_required = true),
        JSON_FIELD(struct data, check_bars, INTEGER),
    };
    const struct json_value *object;
    TRY(verify_read_stored(call->row->outcome.data_json, call->arena, &object, error));
    return json_decode_part(object, "", fields, sizeof fields / sizeof *fields, data, error);
}

// The candles of the time that was read, as they are now. `from` == `to`: there are none.
static struct backtest_window window_of(const struct verify_call *call, const struct series *series,
                                        const struct data *data)
{
    const struct candles *all = &series->candles;
    const size_t from = candles_lower_bound(all, data->first);
    const size_t to = candles_lower_bound(all, data->last + 1);
    const size_t begin = candles_lower_bound(all, call->begin);
    const size_t first = begin < from ? from : begin > to ? to : begin;
    return (struct backtest_window){.series = series, .from = from, .to = to, .warmup = first - from};
}

static enum status take_checks(const struct verify_call *call, const struct backtest_window *window,
                               const struct data *data, struct verify_checks *out, struct error *error)
{
    const struct record_list checks = backtest_checks(window, call->is_stopped, call->arena);
    const size_t bars = window->to - window->from;
    int64_t *times = arena_alloc_raw(call->arena, bars, sizeof *times);
    if (!checks.records || !times) return error_no_memory(error);
    memcpy(times, window->series->candles.time + window->from, bars * sizeof *times);
    *out = (struct verify_checks){
        .bars_each = data->check_bars == CHECK_BARS_SINGLE ? CHECK_BARS_SINGLE : 0,
        .stored_count = (size_t)data->count,
        .stored_bars = (size_t)data->count,
        .first_time = data->first,
        .checks = checks.records,
        .times = times,
        .count = checks.count,
    };
    return STATUS_OK;
}

// Whether the candles are what they were. A fingerprint that was stopped on the way says nothing.
static enum status judge(const struct verify_call *call, const struct backtest_window *window,
                         const struct data *data, struct verify_run *run, struct error *error)
{
    char sha256[65];
    if (!series_fingerprint(window->series, window->from, window->to, call->is_stopped, sha256))
        return error_set(error, STATUS_CANCELLED, NULL, "the verification was stopped");
    const bool is_same = str_eq(str_from_c(sha256), data->sha256);
    run->series->state = is_same ? SERIES_SAME : SERIES_CHANGED;
    return is_same ? STATUS_OK : take_checks(call, window, data, run->checks, error);
}

static enum status describe(const struct verify_call *call, const struct backtest_result *result,
                            struct verify_run *run, struct error *error)
{
    run->outcome = (struct backtest_outcome){
        .warmup_bars = (int64_t)result->warmup_bars,
        .bars = (int64_t)result->bar_count,
        .liquidated_at = result->is_liquidated ? result->liquidated_at : 0,
    };
    const struct curve_columns curve = {.count = result->bar_count,
                                        .time = result->time,
                                        .equity = result->equity,
                                        .benchmark = result->benchmark};
    run->points = backtest_points(&curve, call->arena);
    run->trades = backtest_trades(result->trades, NULL, result->trade_count, call->arena);
    return verify_run_finish(call, &result->metrics, run, error);
}

static enum status read_request(const struct verify_call *call, struct backtest_request *out_request,
                                struct error *error)
{
    const struct json_value *object;
    TRY(json_parse(call->arena, call->row->request_json, &object, error));
    return backtest_request_decode(object, call->arena, out_request, error);
}

static enum status run_again(const struct verify_call *call, const struct backtest_window *window,
                             struct verify_run *run, struct error *error)
{
    struct backtest_request request;
    struct backtest_result result;
    struct error cause = {0};
    enum status status = read_request(call, &request, &cause);
    if (status != STATUS_OK) return verify_run_refuse(status, &cause, run, error);
    const struct candles read = candles_slice(&window->series->candles, window->from, window->to);
    const struct backtest_input input = {.candles = &read,
                                         .first = window->warmup,
                                         .interval = request.interval,
                                         .strategy = request.strategy,
                                         .values = request.values,
                                         .rules = request.rules};
    status = backtest_run(&input, call->arena, &result, &cause);
    if (status != STATUS_OK) return verify_run_refuse(status, &cause, run, error);
    return describe(call, &result, run, error);
}

static enum status prepare(const struct verify_call *call, struct verify_run *run, struct error *error)
{
    run->series_count = 1;
    run->series = ARENA_NEW(call->arena, struct verify_series);
    run->checks = ARENA_NEW(call->arena, struct verify_checks);
    if (!run->series || !run->checks) return error_no_memory(error);
    *run->series = (struct verify_series){
        .symbol = call->row->symbol, .interval = call->row->interval, .state = SERIES_MISSING};
    return STATUS_OK;
}

// With the categories that it was run with.
static enum status find_series(const struct verify_call *call, enum interval interval,
                               const struct series **out_series, struct error *error)
{
    CATEGORY_SET_SCOPE categories = NULL;
    struct category_choice choice;
    TRY(category_choice_recorded(call->row->request_json, call->arena, &choice, error));
    TRY(category_choice_open(call->app, call->row->workspace_id, &choice, &categories, error));
    const struct market_view view = {.market = call->app->market, .categories = categories};
    return market_series(view, call->row->symbol, interval, out_series, error);
}

enum status verify_single(const struct verify_call *call, struct verify_run *out_run, struct error *error)
{
    SERIES_SCOPE series = NULL;
    struct error cause = {0};
    struct data data = {0};
    enum interval interval = INTERVAL_1D;
    *out_run = (struct verify_run){0};
    TRY(prepare(call, out_run, error));
    TRY(read_data(call, &data, error));
    if (!interval_parse(call->row->interval, &interval))
        return error_set(error, STATUS_INTERNAL, NULL, "a stored backtest has the interval \"%.*s\"",
                         STR_ARG(call->row->interval));
    const enum status status = find_series(call, interval, &series, &cause);
    if (status != STATUS_OK) return verify_run_refuse(status, &cause, out_run, error);
    const struct backtest_window window = window_of(call, series, &data);
    if (window.from == window.to) {
        (void)error_set(&out_run->refusal, STATUS_NOT_FOUND, "no_candles",
                        "there are no candles left of the time that it read");
        return STATUS_OK;
    }
    TRY(judge(call, &window, &data, out_run, error));
    return run_again(call, &window, out_run, error);
}
