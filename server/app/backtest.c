#include "app/backtest.h"

#include "app/backtest_job.h"
#include "app/backtest_json.h"
#include "app/backtest_label.h"
#include "app/backtest_rows.h"
#include "app/event.h"
#include "app/job.h"
#include "app/job_kind.h"
#include "app/job_state.h"
#include "app/job_wait.h"
#include "app/task.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/limits.h"
#include "json/json.h"

enum { SHORT_BARS = 250000 }; // a run that takes a few milliseconds is done where it is asked for

static struct job_spec spec_of(struct backtest_scope scope, const struct backtest_request *request,
                               const struct series *series, struct arena *arena)
{
    const int64_t now_us = clock_wall_us();
    const struct id id = id_new(now_us);
    return (struct job_spec){
        .kind = job_kind_find(STR("backtest")),
        .id = str_copy(arena, id_str(&id)),
        .workspace_id = scope.workspace_id,
        .title = str_format(arena, "%s %s %s", request->strategy->id, series->name,
                            interval_name(request->interval)),
        .payload = backtest_json_request(request, series, arena),
        .created_by = scope.user_id,
        .now_us = now_us,
    };
}

static enum status insert(struct db_tx *tx, const struct backtest_request *request,
                          const struct series *series, const struct job *job, struct error *error)
{
    const struct backtest_row row = {
        .workspace_id = job->workspace_id,
        .id = job->id,
        .kind = STR("single"),
        .strategy_id = str_from_c(request->strategy->id),
        .symbol = str_from_c(series->name),
        .interval = str_from_c(interval_name(request->interval)),
        .name = request->name,
        .tags_json = request->tags_json,
        .notes = request->notes,
        .created_by = job->created_by,
        .created_at_us = job->created_at_us,
    };
    return backtest_store_insert(tx, &row, error);
}

static bool is_short(const struct backtest_window *window)
{
    return window->to - window->from <= SHORT_BARS;
}

// One call of backtest_create.
struct creation {
    const struct app *app;
    const struct backtest_request *request;
    const struct series *series;
    struct job_spec spec;
    struct arena *arena;
};

// By this thread, which takes no longer than handing it over would.
static enum status do_now(const struct creation *creation, struct error *error)
{
    const struct app *app = creation->app;
    struct job job;
    struct task task;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(job_begin(app, tx, &creation->spec, creation->arena, &job, error));
    TRY(insert(tx, creation->request, creation->series, &job, error));
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
    TRY(job_enqueue(creation->app, tx, &creation->spec, creation->arena, &job, error));
    TRY(insert(tx, creation->request, creation->series, &job, error));
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

enum status backtest_create(const struct app *app, struct backtest_scope scope,
                            const struct backtest_request *request, struct arena *arena,
                            struct backtest_row *out_row, struct error *error)
{
    SERIES_SCOPE series = NULL;
    struct backtest_window window;
    TRY(market_series(app->market, request->symbol, request->interval, &series, error));
    TRY(backtest_window_find(request, series, &window, error));
    const struct creation creation = {.app = app,
                                      .request = request,
                                      .series = series,
                                      .spec = spec_of(scope, request, series, arena),
                                      .arena = arena};
    if (!creation.spec.id.ptr || !creation.spec.title.ptr || !creation.spec.payload.ptr)
        return error_no_memory(error);
    const bool must_wait = !scope.is_async && app->jobs.backtest_wait_ms > 0;
    if (must_wait && is_short(&window)) {
        TRY(do_now(&creation, error));
    } else {
        TRY(enqueue(&creation, error));
        if (must_wait) TRY(wait_for_end(&creation, error));
    }
    return backtest_get(app, scope.workspace_id, creation.spec.id, arena, out_row, error);
}

// The stored request as it would be sent again: what carries no name keeps those of the row.
static enum status request_of(const struct backtest_row *row, struct arena *arena,
                              struct backtest_request *out_request, struct error *error)
{
    const struct json_value *object;
    TRY(json_parse(arena, row->request_json, &object, error));
    TRY(backtest_request_decode(object, arena, out_request, error));
    out_request->name = row->name;
    out_request->notes = row->notes;
    out_request->tags_json = row->tags_json;
    return STATUS_OK;
}

enum status backtest_rerun(const struct app *app, struct backtest_scope scope, struct str id,
                           struct arena *arena, struct backtest_row *out_row, struct error *error)
{
    struct backtest_row row;
    struct backtest_request request;
    TRY(backtest_get(app, scope.workspace_id, id, arena, &row, error));
    TRY(request_of(&row, arena, &request, error));
    return backtest_create(app, scope, &request, arena, out_row, error);
}

enum status backtest_cancel(const struct app *app, struct backtest_scope scope, struct str id,
                            struct arena *arena, struct backtest_row *out_row, struct error *error)
{
    const struct job_scope job_scope = {scope.workspace_id, scope.user_id, scope.role};
    struct job job;
    TRY(backtest_get(app, scope.workspace_id, id, arena, out_row, error)); // its id is no other job's
    TRY(job_cancel(app, job_scope, id, arena, &job, error));
    return backtest_get(app, scope.workspace_id, id, arena, out_row, error);
}

enum status backtest_get(const struct app *app, struct str workspace_id, struct str id, struct arena *arena,
                         struct backtest_row *out_row, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(backtest_store_get(tx, workspace_id, id, arena, out_row, error));
    return db_commit(&tx, error);
}

enum status backtest_list(const struct app *app, const struct backtest_filter *filter, struct arena *arena,
                          struct backtest_list *out_list, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(backtest_store_list(tx, filter, arena, out_list, error));
    return db_commit(&tx, error);
}

// Row, rows and job, in the transaction that has locked the job.
static enum status delete_locked(struct db_tx *tx, const struct job *job, struct error *error)
{
    TRY(backtest_store_delete(tx, job->workspace_id, job->id, error));
    TRY(job_store_delete(tx, job->workspace_id, job->id, error));
    return event_append_backtest(tx, job, true, clock_wall_us(), error);
}

// Rows that somebody else made are an editor's business.
static enum status check_owner(const struct backtest_row *row, struct backtest_scope scope, const char *what,
                               struct error *error)
{
    if (scope.role >= ROLE_EDITOR || str_eq(row->created_by, scope.user_id)) return STATUS_OK;
    return error_set(error, STATUS_FORBIDDEN, NULL,
                     "somebody else ran this backtest; %s it takes the role editor", what);
}

// The row, read behind a lock on its job, which whoever changes either takes first.
static enum status lock(struct db_tx *tx, struct backtest_scope scope, struct str id, struct arena *arena,
                        struct backtest_row *out_row, struct job *out_job, struct error *error)
{
    TRY(backtest_store_get(tx, scope.workspace_id, id, arena, out_row, error)); // its id is no other job's
    TRY(job_store_lock(tx, scope.workspace_id, id, arena, out_job, error));
    return backtest_store_get(tx, scope.workspace_id, id, arena, out_row, error);
}

static enum status relabel(const struct backtest_change *change, struct arena *arena,
                           struct backtest_row *row, struct error *error)
{
    struct backtest_label label = {
        .name = row->name, .notes = row->notes, .tags_json = row->tags_json, .is_starred = row->is_starred};
    if (change->revision && change->revision != row->revision)
        return error_set(error, STATUS_STALE, NULL,
                         "the backtest has changed since it was read; read it again and repeat the change");
    TRY(backtest_label_change(change->members, arena, &label, error));
    row->name = label.name;
    row->notes = label.notes;
    row->tags_json = label.tags_json;
    row->is_starred = label.is_starred;
    row->revision++;
    return STATUS_OK;
}

enum status backtest_update(const struct app *app, struct backtest_scope scope,
                            const struct backtest_change *change, struct arena *arena,
                            struct backtest_row *out_row, struct error *error)
{
    struct job job;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(lock(tx, scope, change->id, arena, out_row, &job, error));
    TRY(check_owner(out_row, scope, "changing", error));
    TRY(relabel(change, arena, out_row, error));
    TRY(backtest_store_update_label(tx, out_row, error));
    TRY(event_append_backtest(tx, &job, false, clock_wall_us(), error));
    return event_commit(app, &tx, scope.workspace_id, error);
}

enum status backtest_delete(const struct app *app, struct backtest_scope scope, struct str id,
                            struct arena *arena, struct error *error)
{
    struct backtest_row row;
    struct job job;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(lock(tx, scope, id, arena, &row, &job, error));
    TRY(check_owner(&row, scope, "deleting", error));
    if (!job_state_is_final(job.status))
        return error_set(error, STATUS_CONFLICT, "not_ended", "the backtest is %s; cancel it first",
                         job_status_name(job.status));
    TRY(delete_locked(tx, &job, error));
    return event_commit(app, &tx, scope.workspace_id, error);
}

enum status backtest_page(const struct app *app, const struct backtest_page_request *request,
                          struct arena *arena, struct backtest_page *out_page, struct error *error)
{
    static const size_t record_bytes[] = {sizeof(struct stored_point), sizeof(struct stored_trade)};
    struct backtest_row row;
    struct backtest_page page = {
        .list = {.part = request->part, .record_bytes = record_bytes[request->part], .first = request->from}};
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(backtest_store_get(tx, request->workspace_id, request->id, arena, &row, error));
    if (row.status != JOB_COMPLETED)
        return error_set(error, STATUS_CONFLICT, "no_result",
                         "the backtest is %s; it has equity and trades when it is completed",
                         job_status_name(row.status));
    TRY(backtest_store_read_rows(tx, &row, request->limit + 1, arena, &page.list, error));
    TRY(db_commit(&tx, error));
    page.symbol = row.symbol;
    page.has_more = page.list.count > request->limit;
    if (page.has_more) page.list.count = request->limit;
    *out_page = page;
    return STATUS_OK;
}
