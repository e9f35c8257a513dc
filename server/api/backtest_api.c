#include "api/handlers.h"

#include "api/cursor.h"
#include "api/precondition.h"
#include "api/problem.h"
#include "api/query.h"
#include "api/reply.h"
#include "api/routes.h"
#include "app/backtest.h"
#include "app/job_json.h"
#include "app/momentum.h"
#include "base/limits.h"
#include "base/number.h"

#include <math.h>

enum { DEFAULT_PAGE = 100, TEXT_QUERY_MAX = 200 };

// The stored object without its closing brace, then the monthly returns where they are wanted.
static void put_metrics(struct json_writer *w, const struct backtest_outcome *outcome, bool is_whole)
{
    json_key(w, "metrics");
    if (!is_whole) {
        json_raw(w, outcome->metrics_json);
        return;
    }
    json_raw(w, str_slice(outcome->metrics_json, 0, outcome->metrics_json.len - 1));
    json_put_raw(w, "monthly_returns", outcome->monthly_returns_json);
    json_end_object(w);
}

// What a backtest of a category has alone: null where there is no result, in other kinds, and in lists.
static void put_attribution(struct json_writer *w, struct str stored)
{
    if (stored.ptr)
        json_put_raw(w, "attribution", stored);
    else
        json_put_null(w, "attribution");
}

// Lists leave out what was read of each symbol, which stands last.
static void put_data(struct json_writer *w, struct str data, bool is_whole)
{
    static const char behind[] = ",\"symbols\":[";
    const size_t len = sizeof behind - 1;
    size_t end = 0;
    while (end + len <= data.len && memcmp(data.ptr + end, behind, len) != 0)
        end++;
    if (is_whole || end + len > data.len) {
        json_put_raw(w, "data", data);
        return;
    }
    json_key(w, "data");
    json_raw(w, str_slice(data, 0, end));
    json_end_object(w);
}

static void put_timings(struct json_writer *w, const struct backtest_outcome *outcome)
{
    json_key(w, "timings");
    json_begin_object(w);
    json_put_double(w, "load_ms", outcome->load_ms);
    json_put_double(w, "run_ms", outcome->run_ms);
    json_end_object(w);
}

// The members of the stored object; null where the run was not checked.
static void put_lookahead(struct json_writer *w, struct str stored)
{
    if (stored.len > 2) {
        json_raw(w, str_slice(stored, 1, stored.len - 2));
        return;
    }
    json_put_null(w, "lookahead_check");
    json_put_null(w, "lookahead_prefixes");
    json_put_null(w, "lookahead_difference");
}

static void put_outcome(struct json_writer *w, const struct backtest_outcome *outcome, bool is_whole)
{
    json_put_str(w, "engine_version", outcome->engine_version);
    put_data(w, outcome->data_json, is_whole);
    json_put_int(w, "warmup_bars", outcome->warmup_bars);
    json_put_int(w, "bars", outcome->bars);
    json_put_double(w, "final_equity", outcome->final_equity);
    put_metrics(w, outcome, is_whole);
    json_key(w, "liquidated_at");
    if (outcome->liquidated_at)
        json_int(w, outcome->liquidated_at);
    else
        json_null(w);
    json_put_raw(w, "warnings", outcome->warnings_json);
    put_lookahead(w, outcome->lookahead_json);
    put_attribution(w, is_whole ? outcome->attribution_json : (struct str){0});
    put_timings(w, outcome);
}

static void put_no_outcome(struct json_writer *w)
{
    static const char *const members[] = {"engine_version", "data",    "warmup_bars",   "bars",
                                          "final_equity",   "metrics", "liquidated_at", "timings"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        json_put_null(w, members[i]);
    json_put_raw(w, "warnings", STR("[]"));
    put_lookahead(w, (struct str){0});
    put_attribution(w, (struct str){0});
}

static void put_backtest(struct json_writer *w, const struct backtest_row *row, bool is_whole)
{
    json_begin_object(w);
    json_put_str(w, "id", row->id);
    json_put_str(w, "workspace_id", row->workspace_id);
    json_put_str(w, "kind", row->kind);
    json_put_str(w, "strategy_id", row->strategy_id);
    json_put_str(w, "symbol", row->symbol);
    json_put_str(w, "interval", row->interval);
    json_put_c(w, "status", job_status_name(row->status));
    json_put_str(w, "job_id", row->id);
    json_put_double(w, "progress", row->progress);
    job_json_put_error(w, row->error_code, row->error_detail);
    json_put_str(w, "name", row->name);
    json_put_raw(w, "tags", row->tags_json);
    json_put_str(w, "notes", row->notes);
    json_put_bool(w, "starred", row->is_starred);
    json_put_raw(w, "request", row->request_json);
    if (row->has_outcome)
        put_outcome(w, &row->outcome, is_whole);
    else
        put_no_outcome(w);
    json_put_str(w, "created_by", row->created_by);
    json_put_time_us(w, "created_at", row->created_at_us);
    json_put_time_us(w, "started_at", row->started_at_us);
    json_put_time_us(w, "finished_at", row->finished_at_us);
    json_end_object(w);
}

static struct backtest_scope scope_of(const struct api_call *call)
{
    return (struct backtest_scope){
        .workspace_id = call->workspace_id,
        .user_id = call->user_id,
        .role = call->role,
        .is_async = query_prefers_async(call),
    };
}

// What has ended changes with its label alone; what has not is another at every look.
static struct str tag_of(const struct api_call *call, const struct backtest_row *row)
{
    const int64_t version = row->finished_at_us ? row->revision : call->request->now_us;
    return str_format(call->arena, "%.*s-%lld", STR_ARG(row->id), (long long)version);
}

static void reply_backtest(struct api_call *call, const struct backtest_row *row)
{
    struct json_writer w = reply_json(call);
    reply_etag(call, tag_of(call, row));
    put_backtest(&w, row, true);
}

// 202 where nobody waited, or not long enough; the object tells how far it is.
static void reply_new(struct api_call *call, const struct backtest_row *row)
{
    reply_created(call, str_format(call->arena, "/api/v1/workspaces/%.*s/backtests/%.*s",
                                   STR_ARG(row->workspace_id), STR_ARG(row->id)));
    if (!row->finished_at_us || query_prefers_async(call)) call->response->status = 202;
    reply_backtest(call, row);
}

// The market does not know which member held the text that is no series.
static enum status blame_symbol(struct api_call *call, enum status status)
{
    const bool is_symbol = str_eq(str_from_c(call->error->code), STR("invalid_symbol"));
    return is_symbol ? query_blame(call, status, "/symbol") : status;
}

enum status backtests_create(struct api_call *call)
{
    struct backtest_request request;
    struct backtest_row row;
    TRY(backtest_request_decode(call->body, call->arena, &request, call->error));
    TRY(blame_symbol(
        call, backtest_create(call->api->app, scope_of(call), &request, call->arena, &row, call->error)));
    reply_new(call, &row);
    return STATUS_OK;
}

enum status backtests_create_category(struct api_call *call)
{
    struct momentum_request request;
    struct backtest_row row;
    TRY(momentum_request_decode(call->body, call->arena, &request, call->error));
    TRY(momentum_create(call->api->app, scope_of(call), &request, call->arena, &row, call->error));
    reply_new(call, &row);
    return STATUS_OK;
}

enum status backtests_rerun(struct api_call *call)
{
    struct backtest_row row;
    TRY(backtest_rerun(call->api->app, scope_of(call), route_object_id(call), call->arena, &row,
                       call->error));
    reply_new(call, &row);
    return STATUS_OK;
}

enum status backtests_cancel(struct api_call *call)
{
    struct backtest_row row;
    TRY(backtest_cancel(call->api->app, scope_of(call), route_object_id(call), call->arena, &row,
                        call->error));
    reply_backtest(call, &row);
    return STATUS_OK;
}

enum status backtests_get(struct api_call *call)
{
    struct backtest_row row;
    TRY(backtest_get(call->api->app, call->workspace_id, route_object_id(call), call->arena, &row,
                     call->error));
    reply_backtest(call, &row);
    return STATUS_OK;
}

// If-Match is honoured where it comes. A backtest that has not ended has a new tag at every look: its label
// is then changed by whoever asks last.
static enum status read_revision(struct api_call *call, int64_t *out_revision)
{
    struct backtest_row row;
    *out_revision = 0;
    if (!precondition_is_given(call)) return STATUS_OK;
    TRY(backtest_get(call->api->app, call->workspace_id, route_object_id(call), call->arena, &row,
                     call->error));
    if (row.finished_at_us && !precondition_holds(call, tag_of(call, &row)))
        return error_set(call->error, STATUS_STALE, NULL,
                         "the backtest has changed since it was read; read it again and repeat the change");
    *out_revision = row.revision;
    return STATUS_OK;
}

static enum status update(struct api_call *call, struct backtest_row *row)
{
    struct backtest_change change = {.id = route_object_id(call), .members = call->body};
    TRY(read_revision(call, &change.revision));
    return backtest_update(call->api->app, scope_of(call), &change, call->arena, row, call->error);
}

// A stale change is answered with the backtest as it is now, so that the user can decide.
static enum status explain_stale(struct api_call *call, enum status status)
{
    struct backtest_row current;
    struct error ignored = {0};
    if (status != STATUS_STALE) return status;
    if (backtest_get(call->api->app, call->workspace_id, route_object_id(call), call->arena, &current,
                     &ignored) != STATUS_OK)
        return status;
    BUF_SCOPE(buf, LIMIT_RESPONSE_BYTES);
    struct json_writer w = json_writer_on(&buf);
    put_backtest(&w, &current, false);
    problem_respond_stale(call->request, call->response, call->error, buf_str(&buf));
    reply_etag(call, tag_of(call, &current));
    return status;
}

enum status backtests_update(struct api_call *call)
{
    struct backtest_row row;
    TRY(explain_stale(call, update(call, &row)));
    reply_backtest(call, &row);
    return STATUS_OK;
}

enum status backtests_delete(struct api_call *call)
{
    TRY(backtest_delete(call->api->app, scope_of(call), route_object_id(call), call->arena, call->error));
    call->response->status = 204;
    return STATUS_OK;
}

// "%text%" in lower case with the wildcards of LIKE escaped.
static struct str like_pattern(struct arena *arena, struct str text)
{
    BUF_SCOPE(buf, KIB);
    buf_append_char(&buf, '%');
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        if (c == '%' || c == '_' || c == '\\') buf_append_char(&buf, '\\');
        buf_append_char(&buf, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
    }
    buf_append_char(&buf, '%');
    return str_copy(arena, buf_str(&buf));
}

static enum status read_sort(struct api_call *call, struct backtest_filter *filter)
{
    static const char *const names[] = {"created_at",    "-created_at",   "total_return",
                                        "-total_return", "sharpe",        "-sharpe",
                                        "max_drawdown",  "-max_drawdown", NULL};
    int order = 1;
    TRY(query_choice(call, "sort", names, &order));
    const bool is_descending = names[order][0] == '-';
    filter->direction = is_descending ? -1 : 1;
    filter->sort_figure = str_from_c(names[order] + is_descending);
    return STATUS_OK;
}

static enum status read_position(struct api_call *call, struct backtest_filter *filter)
{
    bool is_given;
    struct str key;
    filter->after_key = -INFINITY;
    TRY(cursor_read(call, 'b', &is_given, &key, &filter->after_id));
    if (is_given && !number_parse(key, &filter->after_key))
        return error_add_field(call->error, "?cursor",
                               "is not a next_cursor of this list; start again without it");
    return STATUS_OK;
}

static enum status read_filter(struct api_call *call, struct backtest_filter *filter, size_t *limit)
{
    static const char *const statuses[] = {"queued", "running", "completed", "failed", "cancelled", NULL};
    int status = -1;
    struct str text = {0};
    (void)query_text(call, "strategy_id", 64, &filter->strategy_id);
    (void)query_text(call, "symbol", LIMIT_SERIES_EXPRESSION_BYTES, &filter->symbol);
    (void)query_choice(call, "status", statuses, &status);
    (void)query_text(call, "q", TEXT_QUERY_MAX, &text);
    (void)read_sort(call, filter);
    (void)query_count(call, "limit", LIMIT_PAGE, limit);
    (void)read_position(call, filter);
    if (status >= 0) filter->status = str_from_c(statuses[status]);
    if (text.len) filter->like = like_pattern(call->arena, text);
    return query_finish(call);
}

static struct str list_cursor(struct api_call *call, const struct backtest_list *list, size_t shown)
{
    char key[NUMBER_TEXT_MAX];
    if (shown == list->count) return (struct str){0};
    const size_t len = number_format(list->sort_keys[shown - 1], key);
    return cursor_write(call->arena, 'b', (struct str){.ptr = key, .len = len}, list->items[shown - 1].id);
}

enum status backtests_list(struct api_call *call)
{
    struct backtest_filter filter = {.workspace_id = call->workspace_id};
    struct backtest_list list;
    size_t limit = DEFAULT_PAGE;
    TRY(read_filter(call, &filter, &limit));
    filter.limit = limit + 1; // one more than is shown tells whether there is a next page
    TRY(backtest_list(call->api->app, &filter, call->arena, &list, call->error));
    const size_t shown = list.count > limit ? limit : list.count;
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "backtests");
    json_begin_array(&w);
    for (size_t i = 0; i < shown; i++)
        put_backtest(&w, &list.items[i], false);
    json_end_array(&w);
    reply_next_cursor(&w, list_cursor(call, &list, shown));
    json_end_object(&w);
    return STATUS_OK;
}
