#include "app/verify_kind.h"

#include "app/backtest_checks.h"
#include "app/backtest_rows.h"
#include "app/momentum_job.h"
#include "app/momentum_json.h"
#include "app/momentum_request.h"
#include "app/momentum_rows.h"
#include "app/momentum_window.h"
#include "base/limits.h"
#include "engine/momentum.h"
#include "market/market.h"
#include "market/series_check.h"
#include "json/decode.h"
#include "json/json.h"

// What the backtest says of the candles it read.
struct data {
    int64_t first;
    int64_t last;
    int64_t check_bars; // 0: no checks were stored
    const struct json_value *symbols;
};

// What it says of those of one symbol; `first` is 0 where there were none.
struct symbol_data {
    struct str symbol;
    int64_t first;
    int64_t count;
    struct str sha256;
};

// One call of verify_momentum. The series that are there stand at the places of their symbols until all of
// them are found to be.
struct repeat {
    const struct verify_call *call;
    struct verify_run *run;
    struct error *error;
    struct momentum_request request;
    struct data data;
    struct symbol_data *symbols;
    size_t symbol_count;
    struct momentum_window *window;
};

static enum status read_symbols(struct repeat *repeat)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct symbol_data, symbol, TEXT, .is_required = true),
        JSON_FIELD(struct symbol_data, first, INTEGER),
        JSON_FIELD(struct symbol_data, count, INTEGER, .is_required = true),
        JSON_FIELD(struct symbol_data, sha256, TEXT, .is_required = true),
    };
    const struct json_value *value = json_first(repeat->data.symbols);
    repeat->symbol_count = repeat->data.symbols->count;
    repeat->symbols = ARENA_ARRAY(repeat->call->arena, struct symbol_data, repeat->symbol_count);
    if (!repeat->symbols) return error_no_memory(repeat->error);
    for (size_t i = 0; i < repeat->symbol_count; i++, value = json_after(value))
        TRY(json_decode_part(value, "", fields, sizeof fields / sizeof *fields, &repeat->symbols[i],
                             repeat->error));
    return STATUS_OK;
}

static enum status read_data(struct repeat *repeat)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct data, first, INTEGER, .is_required = true),
        JSON_FIELD(struct data, last, INTEGER, .is_required = true),
        JSON_FIELD(struct data, check_bars, INTEGER),
        JSON_FIELD(struct data, symbols, ARRAY, .is_required = true, .max_bytes = LIMIT_UNIVERSE_SYMBOLS),
    };
    const struct json_value *object;
    TRY(verify_read_stored(repeat->call->row->outcome.data_json, repeat->call->arena, &object,
                           repeat->error));
    TRY(json_decode_part(object, "", fields, sizeof fields / sizeof *fields, &repeat->data, repeat->error));
    return read_symbols(repeat);
}

static enum status prepare(struct repeat *repeat)
{
    struct arena *arena = repeat->call->arena;
    struct momentum_window *window = repeat->window;
    const size_t count = repeat->symbol_count;
    struct str *names = ARENA_ARRAY(arena, struct str, count);
    repeat->run->series_count = count;
    repeat->run->series = ARENA_ARRAY(arena, struct verify_series, count);
    repeat->run->checks = ARENA_ARRAY(arena, struct verify_checks, count);
    window->series.items = ARENA_ARRAY(arena, const struct series *, count);
    if (!names || !repeat->run->series || !repeat->run->checks || !window->series.items)
        return error_no_memory(repeat->error);
    for (size_t i = 0; i < count; i++)
        names[i] = repeat->symbols[i].symbol;
    window->symbols = (struct symbol_list){.items = names, .count = count};
    window->from = repeat->data.first;
    window->to = repeat->data.last + 1;
    window->begin = repeat->call->begin;
    return STATUS_OK;
}

static enum status take_checks(const struct repeat *repeat, const struct series *series, size_t from,
                               size_t to, struct verify_checks *checks)
{
    const struct verify_call *call = repeat->call;
    const size_t count = series_check_count(to - from, CHECK_BARS_SEVERAL);
    uint32_t *values = arena_alloc_raw(call->arena, count, sizeof *values);
    int64_t *times = arena_alloc_raw(call->arena, count, sizeof *times);
    if (!values || !times) return error_no_memory(repeat->error);
    if (!series_check(&series->candles, from, to, CHECK_BARS_SEVERAL, call->is_stopped, values))
        return error_set(repeat->error, STATUS_CANCELLED, NULL, "the verification was stopped");
    for (size_t i = 0; i < count; i++)
        times[i] = series->candles.time[from + i * CHECK_BARS_SEVERAL];
    checks->checks = values;
    checks->times = times;
    checks->count = count;
    return STATUS_OK;
}

// Whether the candles of a symbol are what they were, and its checks now where they are not.
static enum status judge(const struct repeat *repeat, size_t index, const struct series *series)
{
    const struct symbol_data *data = &repeat->symbols[index];
    const size_t from = candles_lower_bound(&series->candles, repeat->window->from);
    const size_t to = candles_lower_bound(&series->candles, repeat->window->to);
    struct verify_series *verified = &repeat->run->series[index];
    char sha256[65];
    if (!series_fingerprint(series, from, to, repeat->call->is_stopped, sha256))
        return error_set(repeat->error, STATUS_CANCELLED, NULL, "the verification was stopped");
    verified->state = from == to && data->count > 0              ? SERIES_MISSING
                      : str_eq(str_from_c(sha256), data->sha256) ? SERIES_SAME
                                                                 : SERIES_CHANGED;
    if (verified->state != SERIES_CHANGED) return STATUS_OK;
    return take_checks(repeat, series, from, to, &repeat->run->checks[index]);
}

static void refuse_missing(const struct repeat *repeat, size_t index)
{
    if (repeat->run->refusal.status == STATUS_OK)
        (void)error_set(&repeat->run->refusal, STATUS_NOT_FOUND, "no_candles",
                        "%.*s has no candles any more of the time that was read",
                        STR_ARG(repeat->symbols[index].symbol));
}

static enum status load_one(struct repeat *repeat, size_t index)
{
    const struct verify_call *call = repeat->call;
    const struct series **place = &repeat->window->series.items[index];
    struct error cause = {0};
    repeat->run->series[index] = (struct verify_series){
        .symbol = repeat->symbols[index].symbol, .interval = call->row->interval, .state = SERIES_MISSING};
    const enum status status =
        market_series(market_as_it_is(call->app->market), repeat->symbols[index].symbol,
                      repeat->request.interval, place, &cause);
    if (status == STATUS_NOT_FOUND) {
        refuse_missing(repeat, index);
        return STATUS_OK;
    }
    if (status != STATUS_OK) return verify_run_refuse(status, &cause, repeat->run, repeat->error);
    TRY(judge(repeat, index, *place));
    if (repeat->run->series[index].state == SERIES_MISSING) refuse_missing(repeat, index);
    return STATUS_OK;
}

// The checks of the symbols stand one behind the other.
static enum status load_all(struct repeat *repeat)
{
    const bool has_checks = repeat->data.check_bars == CHECK_BARS_SEVERAL;
    size_t stored_first = 0;
    repeat->window->series.count = repeat->symbol_count; // those that are not there are NULL, which is fine
    for (size_t i = 0; i < repeat->symbol_count; i++) {
        struct verify_checks *checks = &repeat->run->checks[i];
        const size_t bars = (size_t)repeat->symbols[i].count;
        TRY(load_one(repeat, i));
        checks->bars_each = has_checks ? CHECK_BARS_SEVERAL : 0;
        checks->stored_first = stored_first;
        checks->stored_count = series_check_count(bars, CHECK_BARS_SEVERAL);
        checks->stored_bars = bars;
        checks->first_time = repeat->symbols[i].first;
        stored_first += checks->stored_count;
    }
    return STATUS_OK;
}

static bool is_stop_wanted(const void *context)
{
    return context && atomic_load_explicit((const atomic_bool *)context, memory_order_relaxed);
}

static enum status describe(const struct repeat *repeat, const struct universe *universe,
                            const struct momentum_result *result)
{
    const struct momentum_course *course = &result->course;
    struct verify_run *run = repeat->run;
    const struct curve_columns curve = {.count = result->bar_count,
                                        .time = universe->time + result->warmup_bars,
                                        .equity = course->equity,
                                        .benchmark = result->benchmark};
    run->outcome = (struct backtest_outcome){
        .warmup_bars = (int64_t)result->warmup_bars,
        .bars = (int64_t)result->bar_count,
        .liquidated_at =
            course->is_liquidated ? universe->time[result->warmup_bars + course->liquidated_bar] : 0,
    };
    run->points = backtest_points(&curve, repeat->call->arena);
    run->trades =
        backtest_trades(course->trades, course->trade_symbols, course->trade_count, repeat->call->arena);
    run->rebalances = momentum_rebalances(result, universe, repeat->call->arena);
    run->outcome.attribution_json =
        momentum_json_attribution(result, repeat->window->symbols.items, repeat->call->arena);
    if (!run->rebalances.records || !run->outcome.attribution_json.ptr) return error_no_memory(repeat->error);
    return verify_run_finish(repeat->call, &result->metrics, run, repeat->error);
}

static enum status run_again(struct repeat *repeat)
{
    const struct verify_call *call = repeat->call;
    struct universe universe;
    struct momentum_result result;
    struct error cause = {0};
    TRY(momentum_window_load(call->app, repeat->window, &universe, repeat->error));
    const struct candles calendar = {.count = universe.bar_count, .time = universe.time};
    const struct momentum_input input = {
        .universe = &universe,
        .names = repeat->window->symbols.items,
        .first = candles_lower_bound(&calendar, call->begin),
        .interval = repeat->request.interval,
        .rules = repeat->request.rules,
        .is_stop_wanted = is_stop_wanted,
        .stop_context = call->is_stopped,
    };
    const enum status status = momentum_run(&input, call->arena, &result, &cause);
    if (status != STATUS_OK) return verify_run_refuse(status, &cause, repeat->run, repeat->error);
    return describe(repeat, &universe, &result);
}

// The list of the window is the arena's.
static void release_all(struct momentum_window *window)
{
    for (size_t i = 0; i < window->series.count; i++)
        series_release(&window->series.items[i]);
    shared_universe_release(&window->universe);
}

static enum status load_and_run(struct repeat *repeat)
{
    TRY(load_all(repeat));
    return repeat->run->refusal.status == STATUS_OK ? run_again(repeat) : STATUS_OK;
}

enum status verify_momentum(const struct verify_call *call, struct verify_run *out_run, struct error *error)
{
    struct momentum_window window = {0};
    struct repeat repeat = {.call = call, .run = out_run, .error = error, .window = &window};
    struct error cause = {0};
    *out_run = (struct verify_run){0};
    TRY(read_data(&repeat));
    TRY(prepare(&repeat));
    enum status status = momentum_payload_read(call->row->request_json, call->arena, &repeat.request, &cause);
    if (status != STATUS_OK) return verify_run_refuse(status, &cause, out_run, error);
    status = load_and_run(&repeat);
    release_all(&window);
    return status;
}
