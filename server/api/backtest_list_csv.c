#include "api/backtest_list_csv.h"

#include "api/reply.h"
#include "base/buf.h"
#include "base/datetime.h"
#include "base/limits.h"
#include "engine/metrics.h"
#include "json/copy.h"
#include "json/json.h"
#include "json/writer.h"

// Members of the request that have a column; a kind that has none of that name leaves the cell empty.
static const char *const request_columns[] = {"from",    "to",           "initial_capital",
                                              "fee_bps", "slippage_bps", "params"};

enum { REQUEST_COLUMNS = sizeof request_columns / sizeof *request_columns };

// What the stored summary of a sweep has beside the figures of its best combination.
static const char *const summary_columns[] = {"combinations", "valid_combinations", "best",
                                              "deflated_sharpe"};

enum { SUMMARY_COLUMNS = sizeof summary_columns / sizeof *summary_columns };

// The rest of the request, behind all figures: files have the columns that they had in their places.
static const char *const rest_columns[] = {
    "position_fraction", "allow_short",     "execution",         "max_gap_factor",
    "stop_loss_pct",     "take_profit_pct", "trailing_stop_pct", "category_set_id",
};

enum { REST_COLUMNS = sizeof rest_columns / sizeof *rest_columns };

// What a sweep alone asks for.
static const char *const choice_columns[] = {"metric", "goal"};

enum { CHOICE_COLUMNS = sizeof choice_columns / sizeof *choice_columns };

static void put_names(struct buf *buf, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_append_format(buf, ",%s", names[i]);
}

static void put_head(struct buf *buf, bool are_sweeps)
{
    buf_append_str(buf, STR("id,kind,status,name,tags,starred,strategy_id,symbol,interval"));
    put_names(buf, request_columns, REQUEST_COLUMNS);
    buf_append_str(buf, STR(",created_at,finished_at,engine_version,bars,final_equity"));
    for (size_t i = 0; i < metric_count(); i++)
        buf_append_format(buf, ",%s", metric_at(i)->name);
    if (are_sweeps) put_names(buf, summary_columns, SUMMARY_COLUMNS);
    put_names(buf, rest_columns, REST_COLUMNS);
    buf_append_str(buf, STR(",notes"));
    if (are_sweeps) put_names(buf, choice_columns, CHOICE_COLUMNS);
    buf_append_char(buf, '\n');
}

static void put_text(struct buf *buf, struct str text)
{
    buf_append_char(buf, ',');
    if (text.ptr) reply_csv_text(buf, text);
}

// Numbers and texts as they are, other values as JSON text; nothing for null and what is absent.
static void put_value(struct buf *buf, const struct json_value *value)
{
    BUF_SCOPE(json, LIMIT_JSON_BODY_BYTES);
    struct json_writer w = json_writer_on(&json);
    buf_append_char(buf, ',');
    if (!value || value->type == JSON_NULL) return;
    if (value->type == JSON_NUMBER) {
        buf_append_str(buf, value->text);
        return;
    }
    if (value->type == JSON_STRING) {
        reply_csv_text(buf, value->text);
        return;
    }
    json_copy(&w, value);
    if (json.failed)
        buf->failed = true;
    else
        reply_csv_text(buf, buf_str(&json));
}

static void put_members(struct buf *buf, const struct json_value *object, const char *const *names,
                        size_t count)
{
    for (size_t i = 0; i < count; i++)
        put_value(buf, object ? json_member(object, str_from_c(names[i])) : NULL);
}

static void put_time(struct buf *buf, int64_t time_us)
{
    char text[DATETIME_TEXT_MAX];
    buf_append_char(buf, ',');
    if (time_us) buf_append_str(buf, datetime_format_us(time_us, text));
}

static enum status put_outcome(struct buf *buf, const struct backtest_row *row, struct arena *arena,
                               struct error *error)
{
    const struct json_value *metrics;
    put_text(buf, row->outcome.engine_version);
    buf_append_format(buf, ",%lld", (long long)row->outcome.bars);
    reply_csv_number(buf, row->outcome.final_equity);
    TRY(json_parse(arena, row->outcome.metrics_json, &metrics, error));
    for (size_t i = 0; i < metric_count(); i++)
        put_value(buf, json_member(metrics, str_from_c(metric_at(i)->name)));
    return STATUS_OK;
}

static enum status put_summary(struct buf *buf, struct str stored, struct arena *arena, struct error *error)
{
    const struct json_value *summary = NULL;
    if (stored.len > 0) TRY(json_parse(arena, stored, &summary, error));
    put_members(buf, summary, summary_columns, SUMMARY_COLUMNS);
    return STATUS_OK;
}

static enum status put_row(struct buf *buf, const struct backtest_row *row, const struct json_value *request,
                           struct arena *arena, struct error *error)
{
    buf_append_format(buf, "%.*s,%.*s,%s", STR_ARG(row->id), STR_ARG(row->kind),
                      job_status_name(row->status));
    put_text(buf, row->name);
    put_text(buf, row->tags_json);
    buf_append_str(buf, row->is_starred ? STR(",true") : STR(",false"));
    put_text(buf, row->strategy_id);
    put_text(buf, row->symbol);
    put_text(buf, row->interval);
    put_members(buf, request, request_columns, REQUEST_COLUMNS);
    put_time(buf, row->created_at_us);
    put_time(buf, row->finished_at_us);
    if (row->has_outcome)
        TRY(put_outcome(buf, row, arena, error));
    else
        for (size_t i = 0; i < metric_count() + 3; i++)
            buf_append_char(buf, ',');
    return STATUS_OK;
}

static enum status put_line(struct buf *buf, const struct backtest_row *row, bool are_sweeps,
                            struct arena *arena)
{
    const struct json_value *request;
    TRY(json_parse(arena, row->request_json, &request, NULL));
    TRY(put_row(buf, row, request, arena, NULL));
    if (are_sweeps) TRY(put_summary(buf, row->outcome.sweep_json, arena, NULL));
    put_members(buf, request, rest_columns, REST_COLUMNS);
    put_text(buf, row->notes);
    if (are_sweeps) put_members(buf, request, choice_columns, CHOICE_COLUMNS);
    buf_append_char(buf, '\n');
    return STATUS_OK;
}

enum status backtest_list_reply_csv(struct api_call *call, const struct backtest_list *list, size_t shown,
                                    bool are_sweeps, struct str next_cursor)
{
    struct buf *buf = &call->response->body;
    reply_csv(call, next_cursor);
    put_head(buf, are_sweeps);
    for (size_t i = 0; i < shown; i++) {
        if (put_line(buf, &list->items[i], are_sweeps, call->arena) != STATUS_OK)
            return error_set(call->error, STATUS_INTERNAL, NULL, "the stored backtest %.*s cannot be read",
                             STR_ARG(list->items[i].id));
    }
    return STATUS_OK;
}
