#include "api/handlers.h"

#include "api/cursor.h"
#include "api/job_query.h"
#include "api/reply.h"
#include "api/routes.h"
#include "app/job.h"
#include "app/job_json.h"

enum status jobs_list(struct api_call *call)
{
    struct job_filter filter = {.workspace_id = call->workspace_id};
    struct job_list list;
    TRY(job_query_read(call, &filter));
    TRY(job_list(call->api->app, &filter, call->arena, &list, call->error));
    job_query_reply(call, "jobs", &filter, &list, job_json_put);
    return STATUS_OK;
}

enum status jobs_get(struct api_call *call)
{
    struct job job;
    TRY(job_get(call->api->app, call->workspace_id, route_object_id(call), call->arena, &job, call->error));
    struct json_writer w = reply_json(call);
    job_json_put(&w, &job);
    return STATUS_OK;
}

enum status jobs_cancel(struct api_call *call)
{
    const struct job_scope scope = {call->workspace_id, call->user_id, call->role};
    struct job job;
    TRY(job_cancel(call->api->app, scope, route_object_id(call), call->arena, &job, call->error));
    struct json_writer w = reply_json(call);
    job_json_put(&w, &job);
    return STATUS_OK;
}
