#include "app/backtest_json.h"

#include "base/buf.h"
#include "base/datetime.h"
#include "base/limits.h"
#include "json/writer.h"

static struct str finish(const struct buf *buf, struct arena *arena)
{
    return buf->failed ? (struct str){0} : str_copy(arena, buf_str(buf));
}

static void put_time(struct json_writer *w, const char *name, bool is_given, int64_t time)
{
    json_key(w, name);
    if (is_given)
        json_int(w, time);
    else
        json_null(w);
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

static void put_number(struct json_writer *w, const char *name, double value)
{
    json_key(w, name);
    json_double(w, value);
}

struct str backtest_json_request(const struct backtest_request *request, struct str symbol, struct arena *arena)
{
    BUF_SCOPE(buf, LIMIT_JSON_BODY_BYTES);
    struct json_writer w = json_writer_on(&buf);
    const struct backtest_rules *rules = &request->rules;
    json_begin_object(&w);
    json_key(&w, "strategy_id");
    json_c(&w, request->strategy->id);
    json_key(&w, "symbol");
    json_str(&w, symbol);
    json_key(&w, "interval");
    json_c(&w, interval_name(request->interval));
    put_time(&w, "from", request->has_from, request->from);
    put_time(&w, "to", request->has_to, request->to);
    put_number(&w, "initial_capital", rules->initial_capital);
    put_params(&w, request);
    put_number(&w, "fee_bps", rules->fee_bps);
    put_number(&w, "slippage_bps", rules->slippage_bps);
    put_number(&w, "position_fraction", rules->position_fraction);
    json_key(&w, "allow_short");
    json_bool(&w, rules->allow_short);
    json_key(&w, "execution");
    json_c(&w, rules->execution == EXECUTION_CLOSE ? "close" : "next_open");
    put_number(&w, "max_gap_factor", rules->max_gap_factor);
    json_end_object(&w);
    return finish(&buf, arena);
}

struct str backtest_json_data(const struct backtest_window *window, struct arena *arena)
{
    const struct series *series = window->series;
    char sha256[65];
    series_fingerprint(series, window->from, window->to, sha256);
    BUF_SCOPE(buf, 4 * KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_key(&w, "symbol");
    json_str(&w, window->symbol);
    json_key(&w, "interval");
    json_c(&w, interval_name(series->interval));
    json_key(&w, "first");
    json_int(&w, series->candles.time[window->from]);
    json_key(&w, "last");
    json_int(&w, series->candles.time[window->to - 1]);
    json_key(&w, "count");
    json_int(&w, (int64_t)(window->to - window->from));
    json_key(&w, "sha256");
    json_c(&w, sha256);
    json_key(&w, "resampled_from");
    json_c(&w, series->is_resampled ? interval_name(series->resampled_from) : NULL);
    json_end_object(&w);
    return finish(&buf, arena);
}

struct str backtest_json_metrics(const struct metrics *metrics, struct arena *arena)
{
    BUF_SCOPE(buf, 16 * KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    for (size_t i = 0; i < metric_count(); i++) {
        const struct metric_description *metric = metric_at(i);
        double value;
        memcpy(&value, (const char *)metrics + metric->offset, sizeof value);
        put_number(&w, metric->name, value);
    }
    json_end_object(&w);
    return finish(&buf, arena);
}

struct str backtest_json_monthly(const struct metrics *metrics, struct arena *arena)
{
    BUF_SCOPE(buf, LIMIT_RESPONSE_BYTES);
    struct json_writer w = json_writer_on(&buf);
    json_begin_array(&w);
    for (size_t i = 0; i < metrics->monthly_count; i++) {
        json_begin_object(&w);
        json_key(&w, "year");
        json_int(&w, metrics->monthly[i].year);
        json_key(&w, "month");
        json_int(&w, metrics->monthly[i].month);
        put_number(&w, "return", metrics->monthly[i].value);
        json_end_object(&w);
    }
    json_end_array(&w);
    return finish(&buf, arena);
}

static void put_break(struct json_writer *w, const struct series_break *at, struct arena *arena)
{
    char date[DATETIME_TEXT_MAX];
    const struct str day = datetime_format_date(at->time, date);
    json_str(w, str_format(arena,
                           "the price jumps by a factor of %.4g before the bar of %.*s: taken for another asset under the "
                           "same name, the position was closed at the close before it",
                           at->factor, STR_ARG(day)));
}

struct str backtest_json_warnings(const struct backtest_result *result, struct arena *arena)
{
    BUF_SCOPE(buf, 64 * KIB);
    struct json_writer w = json_writer_on(&buf);
    const size_t shown = result->break_count < SERIES_BREAKS_MAX ? result->break_count : SERIES_BREAKS_MAX;
    json_begin_array(&w);
    for (size_t i = 0; i < shown; i++)
        put_break(&w, &result->breaks[i], arena);
    if (result->break_count > shown)
        json_str(&w, str_format(arena, "%zu more breaks of the asset are not listed", result->break_count - shown));
    json_end_array(&w);
    return finish(&buf, arena);
}
