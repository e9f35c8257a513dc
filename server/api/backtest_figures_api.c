#include "api/handlers.h"

#include "api/backtest_noun.h"
#include "api/query.h"
#include "api/reply.h"
#include "base/number.h"
#include "engine/metrics.h"
#include "json/copy.h"

#include <math.h>

// The backtest, which must be completed, and one of its stored JSON texts.
static enum status load(struct api_call *call, struct backtest_row *row, bool *out_is_csv)
{
    *out_is_csv = query_wants_csv(call);
    TRY(query_finish(call));
    TRY(backtest_noun_load(call, &backtest_noun_backtests, row));
    if (row->status != JOB_COMPLETED || !row->has_outcome)
        return error_set(call->error, STATUS_CONFLICT, "no_result",
                         "the backtest is %s; it has figures when it is completed",
                         job_status_name(row->status));
    reply_etag(call, str_format(call->arena, "%.*s-%s", STR_ARG(row->id), *out_is_csv ? "csv" : "json"));
    return STATUS_OK;
}

static double number_of(const struct json_value *value)
{
    double number;
    const bool is_number = value && value->type == JSON_NUMBER && number_parse(value->text, &number);
    return is_number ? number : (double)NAN;
}

static void reply_metrics_csv(struct api_call *call, const struct json_value *stored)
{
    struct buf *buf = &call->response->body;
    reply_csv(call, (struct str){0});
    buf_append_str(buf, STR("name,value,unit\n"));
    for (size_t i = 0; i < metric_count(); i++) {
        const struct metric_description *metric = metric_at(i);
        buf_append_format(buf, "%s", metric->name);
        reply_csv_number(buf, number_of(json_member(stored, str_from_c(metric->name))));
        buf_append_format(buf, ",%s\n", metric->unit);
    }
}

static void reply_metrics_json(struct api_call *call, const struct json_value *stored)
{
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "metrics");
    json_begin_array(&w);
    for (size_t i = 0; i < metric_count(); i++) {
        const struct metric_description *metric = metric_at(i);
        json_begin_object(&w);
        json_put_c(&w, "name", metric->name);
        json_put_double(&w, "value", number_of(json_member(stored, str_from_c(metric->name))));
        json_put_c(&w, "unit", metric->unit);
        json_put_c(&w, "better", metric_sense_name(metric->better));
        json_put_c(&w, "meaning", metric->meaning);
        json_end_object(&w);
    }
    json_end_array(&w);
    reply_next_cursor(&w, (struct str){0});
    json_end_object(&w);
}

enum status backtests_metrics(struct api_call *call)
{
    struct backtest_row row;
    bool is_csv;
    const struct json_value *stored;
    TRY(load(call, &row, &is_csv));
    TRY(json_parse(call->arena, row.outcome.metrics_json, &stored, call->error));
    if (is_csv)
        reply_metrics_csv(call, stored);
    else
        reply_metrics_json(call, stored);
    return STATUS_OK;
}

static void reply_months_csv(struct api_call *call, const struct json_value *months)
{
    struct buf *buf = &call->response->body;
    const struct json_value *month = json_first(months);
    reply_csv(call, (struct str){0});
    buf_append_str(buf, STR("year,month,return\n"));
    for (uint32_t i = 0; i < months->count; i++, month = json_after(month)) {
        buf_append_format(buf, "%.0f,%.0f", number_of(json_member(month, STR("year"))),
                          number_of(json_member(month, STR("month"))));
        reply_csv_number(buf, number_of(json_member(month, STR("return"))));
        buf_append_char(buf, '\n');
    }
}

enum status backtests_monthly(struct api_call *call)
{
    struct backtest_row row;
    bool is_csv;
    const struct json_value *months;
    TRY(load(call, &row, &is_csv));
    TRY(json_parse(call->arena, row.outcome.monthly_returns_json, &months, call->error));
    if (is_csv) {
        reply_months_csv(call, months);
        return STATUS_OK;
    }
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "monthly_returns");
    json_copy(&w, months);
    reply_next_cursor(&w, (struct str){0});
    json_end_object(&w);
    return STATUS_OK;
}
