#include "app/backtest_submit.h"

#include "app/job.h"
#include "app/job_kind.h"
#include "app/job_state.h"
#include "app/job_wait.h"
#include "app/once.h"
#include "app/task.h"
#include "base/clock.h"
#include "base/id.h"
#include "store/category_set_store.h"

// One call of backtest_submit.
struct creation {
    const struct app *app;
    const struct backtest_submission *submission;
    struct job_spec spec;
    struct arena *arena;
};

// Whoever has named it looks for the name.
static struct str title_of(const struct backtest_submission *submission, struct arena *arena)
{
    const struct str name = submission->row.name, title = submission->title;
    if (name.len == 0 || !title.ptr) return title;
    return str_format(arena, "%.*s: %.*s", STR_ARG(name), STR_ARG(title));
}

static struct job_spec spec_of(struct backtest_scope scope, const struct backtest_submission *submission,
                               struct arena *arena)
{
    const int64_t now_us = clock_wall_us();
    const struct id id = id_new(now_us);
    return (struct job_spec){
        .kind = job_kind_find(str_from_c(submission->job_kind)),
        .id = str_copy(arena, id_str(&id)),
        .workspace_id = scope.workspace_id,
        .title = title_of(submission, arena),
        .payload = submission->payload,
        .created_by = scope.user_id,
        .now_us = now_us,
    };
}

static enum status insert(const struct creation *creation, struct db_tx *tx, const struct job *job,
                          struct error *error)
{
    struct backtest_row row = creation->submission->row;
    row.workspace_id = job->workspace_id;
    row.id = job->id;
    row.created_by = job->created_by;
    row.created_at_us = job->created_at_us;
    const struct category_choice *categories = &creation->submission->categories;
    const struct category_place place = {
        .workspace_id = job->workspace_id, .set_id = categories->set_id, .version = categories->version};
    TRY(backtest_store_insert(tx, &row, error));
    return place.set_id.len ? category_set_store_refer(tx, row.id, place, error) : STATUS_OK;
}

static enum status do_now(const struct creation *creation, struct error *error)
{
    const struct app *app = creation->app;
    struct job job;
    struct task task;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(once_mark(tx, app, creation->spec.id, creation->spec.now_us, error));
    TRY(job_begin(app, tx, &creation->spec, creation->arena, &job, error));
    TRY(insert(creation, tx, &job, error));
    TRY(db_commit(&tx, error));
    task_init(&task, app, &job);
    task_run(&task);
    return STATUS_OK;
}

static enum status enqueue(const struct creation *creation, struct error *error)
{
    struct job job;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(creation->app->db, DB_WRITE, &tx, error));
    TRY(once_mark(tx, creation->app, creation->spec.id, creation->spec.now_us, error));
    TRY(job_enqueue(creation->app, tx, &creation->spec, creation->arena, &job, error));
    TRY(insert(creation, tx, &job, error));
    return job_commit(creation->app, &tx, &job, error);
}

static enum status wait_for_end(const struct creation *creation, struct error *error)
{
    const struct app *app = creation->app;
    const int64_t deadline_us = clock_monotonic_us() + app->jobs.backtest_wait_ms * 1000;
    struct job job = {.status = JOB_QUEUED};
    struct job_wait wait;
    enum status status = STATUS_OK;
    if (!job_wait_begin(&wait, app->waits, creation->spec.id)) return STATUS_OK;
    do
        status = job_get(app, creation->spec.workspace_id, creation->spec.id, creation->arena, &job, error);
    while (status == STATUS_OK && !job_state_is_final(job.status) && job_wait_until(&wait, deadline_us));
    job_wait_end(&wait);
    return status;
}

static enum status read_back(const struct creation *creation, struct backtest_row *out_row,
                             struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(creation->app->db, DB_READ, &tx, error));
    TRY(backtest_store_get(tx, creation->spec.workspace_id, creation->spec.id, creation->arena, out_row,
                           error));
    return db_commit(&tx, error);
}

enum status backtest_submit(const struct app *app, struct backtest_scope scope,
                            const struct backtest_submission *submission, struct arena *arena,
                            struct backtest_row *out_row, struct error *error)
{
    const struct creation creation = {
        .app = app, .submission = submission, .spec = spec_of(scope, submission, arena), .arena = arena};
    if (!creation.spec.id.ptr || !creation.spec.title.ptr || !creation.spec.payload.ptr)
        return error_no_memory(error);
    const bool must_wait = !scope.is_async && app->jobs.backtest_wait_ms > 0;
    if (must_wait && submission->is_short) {
        TRY(do_now(&creation, error));
    } else {
        TRY(enqueue(&creation, error));
        if (must_wait) TRY(wait_for_end(&creation, error));
    }
    return read_back(&creation, out_row, error);
}
