#include "api/handlers.h"

#include "api/job_query.h"
#include "api/query.h"
#include "api/reply.h"
#include "app/import.h"
#include "app/import_job.h"
#include "app/job.h"
#include "base/limits.h"

enum { FILENAME_BYTES = 255 };

enum status imports_list(struct api_call *call)
{
    struct job_filter filter = {.kind = STR("market_import")};
    struct job_list list;
    TRY(job_query_read(call, &filter));
    TRY(job_list(call->api->app, &filter, call->arena, &list, call->error));
    job_query_reply(call, "imports", &filter, &list, import_job_put);
    return STATUS_OK;
}

static enum status read_request(struct api_call *call, struct import_request *request)
{
    static const char *const answers[] = {"false", "true", NULL};
    int skip_bad = 0;
    (void)query_required_text(call, "filename", FILENAME_BYTES, &request->filename);
    (void)query_text(call, "symbol", LIMIT_SYMBOL_BYTES, &request->symbol);
    (void)query_text(call, "interval", 8, &request->interval);
    (void)query_choice(call, "skip_bad", answers, &skip_bad);
    TRY(query_finish(call));
    request->skip_bad = skip_bad == 1;
    request->upload_path = call->request->body_path;
    request->bytes = (int64_t)call->request->body_bytes;
    return import_check(request, call->error);
}

static void reply_import(struct api_call *call, const struct job *job)
{
    struct json_writer w = reply_json(call);
    import_job_put(&w, job);
}

enum status imports_create(struct api_call *call)
{
    struct import_request request = {0};
    struct job job;
    TRY(read_request(call, &request));
    TRY(import_create(call->api->app, &call->actor, &request, call->arena, &job, call->error));
    reply_created(call, str_format(call->arena, "/api/v1/market/imports/%.*s", STR_ARG(job.id)));
    call->response->status = 202;
    reply_import(call, &job);
    return STATUS_OK;
}

// The path has no workspace, so that its one parameter comes first.
static struct str import_id(const struct api_call *call)
{
    return call->params[0];
}

enum status imports_get(struct api_call *call)
{
    struct job job;
    TRY(job_get(call->api->app, STR(""), import_id(call), call->arena, &job, call->error));
    reply_import(call, &job);
    return STATUS_OK;
}

enum status imports_cancel(struct api_call *call)
{
    struct job job;
    TRY(import_cancel(call->api->app, &call->actor, import_id(call), call->arena, &job, call->error));
    reply_import(call, &job);
    return STATUS_OK;
}
