#include "app/backtest_json.h"

#include "base/buf.h"
#include "base/datetime.h"
#include "base/limits.h"
#include "json/writer.h"

#include <math.h>

enum {
    GAP_BARS_TOLD = 5,    // one after the other
    GAP_SHARE_TOLD = 100, // all that are missing: this part of those that are there
};

static void put_time(struct json_writer *w, const char *name, bool is_given, int64_t time)
{
    json_key(w, name);
    if (is_given)
        json_int(w, time);
    else
        json_null(w);
}

static void put_stop(struct json_writer *w, const char *name, double percent)
{
    json_put_double(w, name, percent > 0 ? percent : (double)NAN);
}

static void put_params(struct json_writer *w, const struct backtest_request *request)
{
    json_key(w, "params");
    json_begin_object(w);
    for (size_t i = 0; i < request->strategy->param_count; i++) {
        const struct strategy_param *param = &request->strategy->params[i];
        json_key(w, param->name);
        if (param->kind == STRATEGY_PARAM_CHOICE)
            json_c(w, param->choices[(size_t)request->values[i]]);
        else
            json_double(w, request->values[i]);
    }
    json_end_object(w);
}

struct str backtest_json_request(const struct backtest_request *request, const struct series *series,
                                 struct arena *arena)
{
    BUF_SCOPE(buf, LIMIT_JSON_BODY_BYTES);
    struct json_writer w = json_writer_on(&buf);
    const struct backtest_rules *rules = &request->rules;
    json_begin_object(&w);
    json_put_c(&w, "strategy_id", request->strategy->id);
    json_put_c(&w, "symbol", series->name);
    category_choice_put(&w, &request->categories);
    json_put_c(&w, "interval", interval_name(request->interval));
    put_time(&w, "from", request->has_from, request->from);
    put_time(&w, "to", request->has_to, request->to);
    json_put_double(&w, "initial_capital", rules->initial_capital);
    put_params(&w, request);
    json_put_double(&w, "fee_bps", rules->fee_bps);
    json_put_double(&w, "slippage_bps", rules->slippage_bps);
    json_put_double(&w, "position_fraction", rules->position_fraction);
    json_put_bool(&w, "allow_short", rules->allow_short);
    json_put_c(&w, "execution", rules->execution == EXECUTION_CLOSE ? "close" : "next_open");
    json_put_double(&w, "max_gap_factor", rules->max_gap_factor);
    put_stop(&w, "stop_loss_pct", rules->stop_loss_pct);
    put_stop(&w, "take_profit_pct", rules->take_profit_pct);
    put_stop(&w, "trailing_stop_pct", rules->trailing_stop_pct);
    json_end_object(&w);
    return buf_copy(&buf, arena);
}

struct str backtest_json_data(const struct backtest_window *window, const char *sha256, int64_t check_bars,
                              struct arena *arena)
{
    const struct series *series = window->series;
    BUF_SCOPE(buf, 4 * KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_c(&w, "symbol", series->name);
    json_put_c(&w, "interval", interval_name(series->interval));
    json_put_int(&w, "first", series->candles.time[window->from]);
    json_put_int(&w, "last", series->candles.time[window->to - 1]);
    json_put_int(&w, "count", (int64_t)(window->to - window->from));
    json_put_c(&w, "sha256", sha256);
    json_put_c(&w, "resampled_from", series->is_resampled ? interval_name(series->resampled_from) : NULL);
    if (check_bars)
        json_put_int(&w, "check_bars", check_bars);
    else
        json_put_null(&w, "check_bars");
    json_end_object(&w);
    return buf_copy(&buf, arena);
}

struct str backtest_json_metrics(const struct metrics *metrics, struct arena *arena)
{
    BUF_SCOPE(buf, 16 * KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    for (size_t i = 0; i < metric_count(); i++) {
        json_put_double(&w, metric_at(i)->name, metric_value(metrics, i));
    }
    json_end_object(&w);
    return buf_copy(&buf, arena);
}

struct str backtest_json_monthly(const struct metrics *metrics, struct arena *arena)
{
    BUF_SCOPE(buf, LIMIT_RESPONSE_BYTES);
    struct json_writer w = json_writer_on(&buf);
    json_begin_array(&w);
    for (size_t i = 0; i < metrics->monthly_count; i++) {
        json_begin_object(&w);
        json_put_int(&w, "year", metrics->monthly[i].year);
        json_put_int(&w, "month", metrics->monthly[i].month);
        json_put_double(&w, "return", metrics->monthly[i].value);
        json_end_object(&w);
    }
    json_end_array(&w);
    return buf_copy(&buf, arena);
}

static void put_break(struct json_writer *w, const struct series_break *at, struct arena *arena)
{
    char date[DATETIME_TEXT_MAX];
    const struct str day = datetime_format_date(at->time, date);
    json_str(
        w,
        str_format(
            arena,
            "the price jumps by a factor of %.4g before the bar of %.*s: taken for another asset under the "
            "same name%s",
            at->factor, STR_ARG(day),
            at->ends_position ? ", the position was closed at the close before it" : ""));
}

struct str backtest_json_gaps(const struct backtest_result *result, enum interval interval,
                              struct arena *arena)
{
    int64_t missing = 0, largest = 0;
    size_t behind = 0;
    for (size_t i = 1; i < result->bar_count; i++) {
        const int64_t next = interval_next(interval, result->time[i - 1]);
        const int64_t bars = interval_bars(interval, next, result->time[i]);
        missing += bars;
        if (bars > largest) {
            largest = bars;
            behind = i;
        }
    }
    if (largest < GAP_BARS_TOLD || (size_t)missing * GAP_SHARE_TOLD < result->bar_count)
        return (struct str){0};
    char from[DATETIME_TEXT_MAX], to[DATETIME_TEXT_MAX];
    const struct str begin = datetime_format_date(interval_next(interval, result->time[behind - 1]), from);
    const struct str end = datetime_format_date(result->time[behind], to);
    return str_format(
        arena,
        "%lld bars have no candle, %lld of them from %.*s to %.*s: the test goes over them as if "
        "nothing had been there, and yearly figures count the bars that are",
        (long long)missing, (long long)largest, STR_ARG(begin), STR_ARG(end));
}

struct str backtest_json_warnings(const struct backtest_result *result, const struct str *leads,
                                  size_t lead_count, struct arena *arena)
{
    BUF_SCOPE(buf, 64 * KIB);
    struct json_writer w = json_writer_on(&buf);
    const size_t shown = result->break_count < SERIES_BREAKS_MAX ? result->break_count : SERIES_BREAKS_MAX;
    json_begin_array(&w);
    for (size_t i = 0; i < lead_count; i++)
        json_str(&w, leads[i]);
    for (size_t i = 0; i < shown; i++)
        put_break(&w, &result->breaks[i], arena);
    if (result->break_count > shown)
        json_str(&w, str_format(arena, "%zu more breaks of the asset are not listed",
                                result->break_count - shown));
    json_end_array(&w);
    return buf_copy(&buf, arena);
}

static struct str signal_name(uint8_t signal)
{
    static const char *const names[] = {"hold", "long", "short", "flat"};
    return str_from_c(signal < sizeof names / sizeof *names ? names[signal] : "unknown");
}

static struct str describe_difference(const struct lookahead *check, struct arena *arena)
{
    char bar[DATETIME_TEXT_MAX], end[DATETIME_TEXT_MAX];
    const struct str at = datetime_format_us(check->time * 1000000, bar);
    const struct str until = datetime_format_us(check->known_until * 1000000, end);
    if (check->is_ranking)
        return str_format(arena, "the ranking at the bar %.*s is another when the candles end at %.*s",
                          STR_ARG(at), STR_ARG(until));
    if (check->signal == check->prefix_signal)
        return str_format(arena, "the equity of the bar %.*s is another when the candles end at %.*s",
                          STR_ARG(at), STR_ARG(until));
    return str_format(
        arena, "the decision at the bar %.*s is \"%.*s\" with all candles and \"%.*s\" when they end at %.*s",
        STR_ARG(at), STR_ARG(signal_name(check->signal)), STR_ARG(signal_name(check->prefix_signal)),
        STR_ARG(until));
}

struct str backtest_json_lookahead(const struct lookahead *check, struct arena *arena)
{
    BUF_SCOPE(buf, 4 * KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_c(&w, "lookahead_check", check->is_passed ? "passed" : "failed");
    json_put_int(&w, "lookahead_prefixes", (int64_t)check->prefix_count);
    json_key(&w, "lookahead_difference");
    if (check->is_passed)
        json_null(&w);
    else
        json_str(&w, describe_difference(check, arena));
    json_end_object(&w);
    return buf_copy(&buf, arena);
}
