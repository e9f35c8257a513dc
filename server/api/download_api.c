#include "api/handlers.h"

#include "api/job_query.h"
#include "api/reply.h"
#include "api/routes.h"
#include "app/download.h"
#include "app/download_job.h"
#include "app/job.h"
#include "base/datetime.h"

enum status downloads_list(struct api_call *call)
{
    struct job_filter filter = {.workspace_id = call->workspace_id, .kind = STR("market_download")};
    struct job_list list;
    TRY(job_query_read(call, &filter));
    TRY(job_list(call->api->app, &filter, call->arena, &list, call->error));
    job_query_reply(call, "downloads", &filter, &list, download_job_put);
    return STATUS_OK;
}

static void reply_download(struct api_call *call, const struct job *job)
{
    struct json_writer w = reply_json(call);
    download_job_put(&w, job);
}

enum status downloads_create(struct api_call *call)
{
    struct download_request request;
    struct job job;
    const int64_t today = datetime_day_us(call->actor.now_us);
    TRY(download_request_decode(call->body, today, call->arena, &request, call->error));
    TRY(download_create(call->api->app, &call->actor, &request, call->arena, &job, call->error));
    reply_created(call, str_format(call->arena, "/api/v1/market/downloads/%.*s", STR_ARG(job.id)));
    call->response->status = 202;
    reply_download(call, &job);
    return STATUS_OK;
}

enum status downloads_get(struct api_call *call)
{
    struct job job;
    TRY(download_get(call->api->app, route_object_id(call), call->arena, &job, call->error));
    reply_download(call, &job);
    return STATUS_OK;
}

enum status downloads_cancel(struct api_call *call)
{
    struct job job;
    TRY(download_cancel(call->api->app, &call->actor, route_object_id(call), call->arena, &job, call->error));
    reply_download(call, &job);
    return STATUS_OK;
}
