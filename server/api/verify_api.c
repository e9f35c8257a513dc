#include "api/handlers.h"

#include "api/backtest_noun.h"
#include "api/query.h"
#include "api/reply.h"
#include "app/job_json.h"
#include "app/verify.h"
#include "app/verify_json.h"

static enum status reply_verdict(struct api_call *call, const struct backtest_row *row)
{
    struct verification verification;
    const struct verify_request request = {.workspace_id = row->workspace_id, .backtest_id = row->id};
    TRY(backtest_verify(call->api->app, &request, call->arena, &verification, call->error));
    const struct str text = verify_json(&verification, call->arena);
    if (!text.ptr) return error_no_memory(call->error);
    struct json_writer w = reply_json(call);
    json_raw(&w, text);
    return STATUS_OK;
}

static enum status reply_job(struct api_call *call, const struct backtest_row *row)
{
    struct job job;
    TRY(backtest_verify_enqueue(call->api->app, backtest_scope_of(call), row, call->arena, &job,
                                call->error));
    reply_created(call, str_format(call->arena, "/api/v1/workspaces/%.*s/jobs/%.*s",
                                   STR_ARG(job.workspace_id), STR_ARG(job.id)));
    call->response->status = 202;
    struct json_writer w = reply_json(call);
    job_json_put(&w, &job);
    return STATUS_OK;
}

enum status backtests_verify(struct api_call *call)
{
    struct backtest_row row;
    TRY(backtest_noun_load(call, &backtest_noun_backtests, &row));
    const bool is_now = backtest_verify_is_short(&row) && !query_prefers_async(call);
    return is_now ? reply_verdict(call, &row) : reply_job(call, &row);
}
