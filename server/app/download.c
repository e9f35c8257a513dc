#include "app/download.h"

#include "app/download_job.h"
#include "app/job.h"
#include "app/job_kind.h"
#include "app/market_job.h"
#include "app/once.h"
#include "base/id.h"

static enum status enqueue(const struct app *app, const struct actor *actor, const struct job_spec *spec,
                           struct arena *arena, struct job *out_job, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(once_mark(tx, app, spec->id, spec->now_us, error));
    TRY(job_enqueue(app, tx, spec, arena, out_job, error));
    TRY(download_job_audit(tx, actor, out_job, "download.start", error));
    return job_commit(app, &tx, out_job, error);
}

enum status download_create(const struct app *app, const struct actor *actor,
                            const struct download_request *request, struct arena *arena, struct job *out_job,
                            struct error *error)
{
    const struct id id = id_new(actor->now_us);
    const struct job_spec spec = {
        .kind = job_kind_find(STR("market_download")),
        .id = str_copy(arena, id_str(&id)),
        .workspace_id = LOCAL_WORKSPACE_ID,
        .title = download_request_title(request, arena),
        .payload = download_request_encode(request, arena),
        .place = app->jobs.place,
        .created_by = actor->user_id,
        .now_us = actor->now_us,
    };
    if (!spec.id.ptr || !spec.title.ptr || !spec.payload.ptr) return error_no_memory(error);
    return enqueue(app, actor, &spec, arena, out_job, error);
}

enum status download_get(const struct app *app, struct str id, struct arena *arena, struct job *out_job,
                         struct error *error)
{
    TRY(job_get(app, LOCAL_WORKSPACE_ID, id, arena, out_job, error));
    if (str_eq(out_job->kind, STR("market_download"))) return STATUS_OK;
    return error_set(error, STATUS_NOT_FOUND, NULL, "there is no such download");
}

enum status download_cancel(const struct app *app, const struct actor *actor, struct str id,
                            struct arena *arena, struct job *out_job, struct error *error)
{
    const struct market_job_stop stop = {
        .actor = actor,
        .scope = {.workspace_id = LOCAL_WORKSPACE_ID, .user_id = actor->user_id, .role = ROLE_EDITOR},
        .id = id,
        .act = {"download.stop", "download", "title"},
    };
    TRY(download_get(app, id, arena, out_job, error));
    return market_job_cancel(app, &stop, arena, out_job, error);
}
