#include "api/backtest_noun.h"

#include "api/backtest_list.h"
#include "api/backtest_list_csv.h"
#include "api/backtest_reply.h"
#include "api/precondition.h"
#include "api/problem.h"
#include "api/query.h"
#include "api/reply.h"
#include "api/routes.h"
#include "api/sweep_reply.h"
#include "base/limits.h"

const struct backtest_noun backtest_noun_backtests = {
    .plural = "backtests", .path = "backtests", .put = backtest_put};
const struct backtest_noun backtest_noun_sweeps = {
    .plural = "sweeps", .path = "backtests/sweeps", .is_sweep = true, .put = sweep_put};

struct backtest_scope backtest_scope_of(const struct api_call *call)
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

static void reply_row(struct api_call *call, const struct backtest_noun *noun, const struct backtest_row *row)
{
    struct json_writer w = reply_json(call);
    reply_etag(call, tag_of(call, row));
    noun->put(&w, row, true);
}

void backtest_reply_new(struct api_call *call, const struct backtest_noun *noun,
                        const struct backtest_row *row)
{
    reply_created(call, str_format(call->arena, "/api/v1/workspaces/%.*s/%s/%.*s", STR_ARG(row->workspace_id),
                                   noun->path, STR_ARG(row->id)));
    const bool was_waited_for = !query_prefers_async(call) && call->api->app->jobs.backtest_wait_ms > 0;
    if (!row->finished_at_us || !was_waited_for) call->response->status = 202;
    reply_row(call, noun, row);
}

enum status backtest_blame_symbol(struct api_call *call, enum status status)
{
    const bool is_symbol = str_eq(str_from_c(call->error->code), STR("invalid_symbol"));
    return is_symbol ? query_blame(call, status, "/symbol") : status;
}

enum status backtest_noun_load(struct api_call *call, const struct backtest_noun *noun,
                               struct backtest_row *out_row)
{
    TRY(backtest_get(call->api->app, call->workspace_id, route_object_id(call), call->arena, out_row,
                     call->error));
    return backtest_check_kind(out_row, noun->is_sweep, call->error);
}

enum status backtest_noun_get(struct api_call *call, const struct backtest_noun *noun)
{
    struct backtest_row row;
    TRY(backtest_noun_load(call, noun, &row));
    reply_row(call, noun, &row);
    return STATUS_OK;
}

enum status backtest_noun_rerun(struct api_call *call, const struct backtest_noun *noun)
{
    struct backtest_row row, again;
    TRY(backtest_noun_load(call, noun, &row));
    TRY(backtest_rerun(call->api->app, backtest_scope_of(call), &row, call->arena, &again, call->error));
    backtest_reply_new(call, noun, &again);
    return STATUS_OK;
}

enum status backtest_noun_cancel(struct api_call *call, const struct backtest_noun *noun)
{
    struct backtest_row row;
    TRY(backtest_noun_load(call, noun, &row));
    TRY(backtest_cancel(call->api->app, backtest_scope_of(call), row.id, call->arena, &row, call->error));
    reply_row(call, noun, &row);
    return STATUS_OK;
}

enum status backtest_noun_delete(struct api_call *call, const struct backtest_noun *noun)
{
    struct backtest_row row;
    TRY(backtest_noun_load(call, noun, &row));
    TRY(backtest_delete(call->api->app, &call->actor, backtest_scope_of(call), row.id, call->arena,
                        call->error));
    call->response->status = 204;
    return STATUS_OK;
}

// If-Match is honoured where it comes. What has not ended has a new tag at every look: its label is then
// changed by whoever asks last.
static enum status read_revision(struct api_call *call, const struct backtest_row *row, int64_t *out_revision)
{
    *out_revision = 0;
    if (!precondition_is_given(call)) return STATUS_OK;
    if (row->finished_at_us && !precondition_holds(call, tag_of(call, row)))
        return error_set(call->error, STATUS_STALE, NULL,
                         "it has changed since it was read; read it again and repeat the change");
    *out_revision = row->revision;
    return STATUS_OK;
}

static enum status update(struct api_call *call, const struct backtest_noun *noun, struct backtest_row *row)
{
    struct backtest_change change = {.members = call->body};
    TRY(backtest_noun_load(call, noun, row));
    TRY(read_revision(call, row, &change.revision));
    change.id = row->id;
    return backtest_update(call->api->app, backtest_scope_of(call), &change, call->arena, row, call->error);
}

// A stale change is answered with what it is now, so that the user can decide.
static enum status explain_stale(struct api_call *call, const struct backtest_noun *noun, enum status status)
{
    struct backtest_row current;
    struct error ignored = {0};
    if (status != STATUS_STALE) return status;
    if (backtest_get(call->api->app, call->workspace_id, route_object_id(call), call->arena, &current,
                     &ignored) != STATUS_OK)
        return status;
    BUF_SCOPE(buf, LIMIT_RESPONSE_BYTES);
    struct json_writer w = json_writer_on(&buf);
    noun->put(&w, &current, false);
    problem_respond_stale(call->request, call->response, call->error, buf_str(&buf));
    reply_etag(call, tag_of(call, &current));
    return status;
}

enum status backtest_noun_update(struct api_call *call, const struct backtest_noun *noun)
{
    struct backtest_row row;
    TRY(explain_stale(call, noun, update(call, noun, &row)));
    reply_row(call, noun, &row);
    return STATUS_OK;
}

enum status backtest_noun_list(struct api_call *call, const struct backtest_noun *noun)
{
    struct backtest_list_query query;
    struct backtest_list list;
    TRY(backtest_list_query_read(call, noun->is_sweep, &query));
    TRY(backtest_list(call->api->app, &query.filter, call->arena, &list, call->error));
    const size_t shown = list.count > query.limit ? query.limit : list.count;
    const struct str next_cursor = backtest_list_cursor(call, &list, shown);
    if (query.is_csv) return backtest_list_reply_csv(call, &list, shown, noun->is_sweep, next_cursor);
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, noun->plural);
    json_begin_array(&w);
    for (size_t i = 0; i < shown; i++)
        noun->put(&w, &list.items[i], false);
    json_end_array(&w);
    reply_next_cursor(&w, next_cursor);
    json_end_object(&w);
    return STATUS_OK;
}
