#include "api/handlers.h"

#include "api/backtest_reply.h"
#include "api/query.h"
#include "api/reply.h"
#include "app/compare.h"
#include "base/limits.h"
#include "engine/metrics.h"
#include "json/copy.h"

#include <math.h>

enum { DEFAULT_POINTS = 500, IDS_BYTES = LIMIT_COMPARED_BACKTESTS * (LIMIT_ID_BYTES + 1) };

static const char which_ids[] = "must be 2 to 10 different ids of backtests with commas between";

static bool is_among(const struct str *ids, size_t count, struct str id)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(ids[i], id)) return true;
    return false;
}

static enum status read_ids(struct api_call *call, struct str *ids, size_t *out_count)
{
    struct str text;
    size_t count = 0, begin = 0;
    TRY(query_required_text(call, "ids", IDS_BYTES, &text));
    for (size_t i = 0; i <= text.len; i++) {
        if (i < text.len && text.ptr[i] != ',') continue;
        const struct str id = str_slice(text, begin, i - begin);
        if (count == LIMIT_COMPARED_BACKTESTS || id.len == 0 || is_among(ids, count, id))
            return error_add_field(call->error, "?ids", "%s", which_ids);
        ids[count++] = id;
        begin = i + 1;
    }
    *out_count = count;
    return count >= 2 ? STATUS_OK : error_add_field(call->error, "?ids", "%s", which_ids);
}

static void put_members(struct json_writer *w, const struct comparison *comparison)
{
    json_key(w, "request_differences");
    json_begin_array(w);
    for (size_t i = 0; i < comparison->member_count; i++) {
        const struct compare_member *member = &comparison->members[i];
        json_begin_object(w);
        json_put_str(w, "member", member->pointer);
        json_key(w, "values");
        json_begin_array(w);
        for (size_t k = 0; k < comparison->count; k++)
            if (member->values[k])
                json_copy(w, member->values[k]);
            else
                json_null(w);
        json_end_array(w);
        json_end_object(w);
    }
    json_end_array(w);
}

static void put_metrics(struct json_writer *w, const struct comparison *comparison)
{
    json_key(w, "metrics");
    json_begin_array(w);
    for (size_t i = 0; i < metric_count(); i++) {
        const struct compare_metric *metric = &comparison->metrics[i];
        json_begin_object(w);
        json_put_c(w, "name", metric_at(i)->name);
        json_put_c(w, "better", metric_sense_name(metric_at(i)->better));
        json_key(w, "values");
        json_double_array(w, metric->values, comparison->count);
        if (metric->best == COMPARE_NONE_BEST)
            json_put_null(w, "best");
        else
            json_put_int(w, "best", metric->best);
        json_end_object(w);
    }
    json_end_array(w);
}

static void put_curves(struct json_writer *w, const struct comparison *comparison)
{
    const struct compare_curves *curves = &comparison->curves;
    json_put_int(w, "common_bars", (int64_t)curves->common_count);
    json_key(w, "correlation");
    json_begin_array(w);
    for (size_t k = 0; k < comparison->count; k++)
        json_double_array(w, curves->correlation[k], comparison->count);
    json_end_array(w);
    json_key(w, "points");
    json_begin_object(w);
    json_key(w, "time");
    json_int_array(w, curves->times, curves->point_count);
    json_key(w, "equity");
    json_begin_array(w);
    for (size_t k = 0; k < comparison->count; k++)
        json_double_array(w, curves->equity[k], curves->point_count);
    json_end_array(w);
    json_end_object(w);
}

static void reply_comparison(struct api_call *call, const struct comparison *comparison)
{
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "backtests");
    json_begin_array(&w);
    for (size_t k = 0; k < comparison->count; k++)
        backtest_put(&w, &comparison->rows[k], false);
    json_end_array(&w);
    put_members(&w, comparison);
    put_metrics(&w, comparison);
    put_curves(&w, comparison);
    json_end_object(&w);
}

// A line a metric: its name, the id of the best, and a column for each backtest.
static void reply_table(struct api_call *call, const struct comparison *comparison)
{
    struct buf *buf = &call->response->body;
    reply_csv(call, (struct str){0});
    buf_append_str(buf, STR("metric,best"));
    for (size_t k = 0; k < comparison->count; k++)
        buf_append_format(buf, ",%.*s", STR_ARG(comparison->rows[k].id));
    for (size_t i = 0; i < metric_count(); i++) {
        const struct compare_metric *metric = &comparison->metrics[i];
        buf_append_format(buf, "\n%s,", metric_at(i)->name);
        if (metric->best != COMPARE_NONE_BEST) buf_append_str(buf, comparison->rows[metric->best].id);
        for (size_t k = 0; k < comparison->count; k++)
            reply_csv_number(buf, metric->values[k]);
    }
    buf_append_char(buf, '\n');
}

enum status backtests_compare(struct api_call *call)
{
    struct str ids[LIMIT_COMPARED_BACKTESTS];
    struct compare_request request = {
        .workspace_id = call->workspace_id, .ids = ids, .points = DEFAULT_POINTS};
    const bool is_csv = query_wants_csv(call);
    (void)query_count(call, "points", LIMIT_COMPARE_POINTS, &request.points);
    (void)read_ids(call, ids, &request.count);
    TRY(query_finish(call));
    struct comparison *comparison = ARENA_NEW(call->arena, struct comparison);
    if (!comparison) return error_no_memory(call->error);
    TRY(backtest_compare(call->api->app, &request, call->arena, comparison, call->error));
    if (is_csv)
        reply_table(call, comparison);
    else
        reply_comparison(call, comparison);
    return STATUS_OK;
}
