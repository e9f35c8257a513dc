#include "app/market_job.h"

#include "app/audit.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/limits.h"
#include "json/writer.h"

enum { WRITER_PAUSE_US = 5 * 1000 * 1000 };

enum status market_job_open_writer(struct task *task, struct candle_writer **out_writer, struct error *error)
{
    const enum status status =
        candle_writer_open(task->app->jobs.market_db_path, clock_wall_us(), out_writer, error);
    if (status == STATUS_CONFLICT) task_wait(task, WRITER_PAUSE_US);
    if (status == STATUS_OK) task_found(task);
    return status;
}

static struct str detail_of(const struct job *job, const char *title_name, struct arena *arena)
{
    BUF_SCOPE(buf, 4 * KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_str(&w, title_name, job->title);
    if (job->status == JOB_FAILED) json_put_str(&w, "error", job->error_code);
    json_end_object(&w);
    return buf_copy(&buf, arena);
}

enum status market_job_audit(struct db_tx *tx, const struct actor *actor, const struct job *job,
                             const struct market_job_act *act, struct error *error)
{
    ARENA_SCOPE(arena, 16 * KIB);
    const struct audit_event event = {
        .log = STR(""),
        .action = act->action,
        .outcome = job->status == JOB_FAILED ? AUDIT_FAILED : AUDIT_OK,
        .object_type = act->object_type,
        .object_id = job->id,
        .detail_json = detail_of(job, act->title_name, &arena),
    };
    return audit_append(tx, actor, &event, error);
}

enum status market_job_cancel(const struct app *app, const struct market_job_stop *stop, struct arena *arena,
                              struct job *out_job, struct error *error)
{
    bool is_new;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(job_hold(tx, stop->scope, stop->id, arena, out_job, error));
    TRY(job_cancel_held(tx, out_job, &is_new, error));
    if (!is_new) return STATUS_OK;
    TRY(market_job_audit(tx, stop->actor, out_job, &stop->act, error));
    return job_commit(app, &tx, out_job, error);
}

enum status market_job_complete(struct task *task, struct str result, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    if (!result.ptr) return error_no_memory(error);
    TRY(db_begin(task->app->db, DB_WRITE, &tx, error));
    return task_complete_done(task, &tx, result, error);
}
