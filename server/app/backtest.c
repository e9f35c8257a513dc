#include "app/backtest.h"

#include "app/audit.h"
#include "app/backtest_job.h"
#include "app/backtest_json.h"
#include "app/backtest_label.h"
#include "app/backtest_rows.h"
#include "app/backtest_submit.h"
#include "app/event.h"
#include "app/job.h"
#include "app/job_state.h"
#include "app/momentum.h"
#include "app/momentum_json.h"
#include "app/sweep.h"
#include "base/clock.h"
#include "base/limits.h"
#include "store/category_set_store.h"
#include "json/json.h"
#include "json/writer.h"

static struct backtest_submission submission_of(const struct backtest_request *request,
                                                const struct series *series,
                                                const struct backtest_window *window, struct arena *arena)
{
    return (struct backtest_submission){
        .job_kind = "backtest",
        .title = str_format(arena, "%s %s %s", request->strategy->id, series->name,
                            interval_name(request->interval)),
        .payload = backtest_json_request(request, series, arena),
        .is_short = window->to - window->from <= BACKTEST_SHORT_BARS,
        .row = {.kind = STR("single"),
                .strategy_id = str_from_c(request->strategy->id),
                .symbol = str_from_c(series->name),
                .interval = str_from_c(interval_name(request->interval)),
                .name = request->name,
                .tags_json = request->tags_json,
                .notes = request->notes},
        .categories = request->categories,
    };
}

enum status backtest_create(const struct app *app, struct backtest_scope scope,
                            const struct backtest_request *request, struct arena *arena,
                            struct backtest_row *out_row, struct error *error)
{
    SERIES_SCOPE series = NULL;
    struct backtest_window window;
    struct backtest_request resolved = *request;
    TRY(backtest_series(app, scope.workspace_id, &resolved, &series, error));
    TRY(backtest_window_find(&resolved, series, &window, error));
    const struct backtest_submission submission = submission_of(&resolved, series, &window, arena);
    return backtest_submit(app, scope, &submission, arena, out_row, error);
}

// The stored request as it would be sent again: what carries no name keeps those of the row.
static enum status repeat(const struct app *app, struct backtest_scope scope, const struct backtest_row *row,
                          struct arena *arena, struct backtest_row *out_row, struct error *error)
{
    const struct json_value *object;
    struct backtest_request request;
    TRY(json_parse(arena, row->request_json, &object, error));
    TRY(backtest_request_decode(object, arena, &request, error));
    request.categories.is_recorded = true;
    request.name = row->name;
    request.notes = row->notes;
    request.tags_json = row->tags_json;
    return backtest_create(app, scope, &request, arena, out_row, error);
}

// The kinds of backtests that can be run once more.
static const struct backtest_kind {
    const char *name;
    enum status (*repeat)(const struct app *app, struct backtest_scope scope, const struct backtest_row *row,
                          struct arena *arena, struct backtest_row *out_row, struct error *error);
} kinds[] = {
    {"single", repeat},
    {"category_momentum", momentum_repeat},
    {"sweep", sweep_repeat},
};

enum status backtest_rerun(const struct app *app, struct backtest_scope scope, const struct backtest_row *row,
                           struct arena *arena, struct backtest_row *out_row, struct error *error)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_eq(row->kind, str_from_c(kinds[i].name)))
            return kinds[i].repeat(app, scope, row, arena, out_row, error);
    return error_set(error, STATUS_CONFLICT, "conflict",
                     "a backtest of the kind \"%.*s\" cannot be run again", STR_ARG(row->kind));
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

// The row, read behind a lock on its job, which whoever changes either takes first.
struct locked {
    struct backtest_row row;
    struct job job;
};

static enum status audit_delete(struct db_tx *tx, const struct actor *actor, const struct backtest_row *row,
                                struct error *error)
{
    BUF_SCOPE(buf, 8 * KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_str(&w, "name", row->name);
    json_put_str(&w, "strategy_id", row->strategy_id);
    json_put_str(&w, "created_by", row->created_by);
    json_end_object(&w);
    const struct audit_event event = {.log = actor->workspace_id,
                                      .action = "backtest.delete",
                                      .object_type = "backtest",
                                      .object_id = row->id,
                                      .detail_json = buf_str(&buf)};
    return audit_append(tx, actor, &event, error);
}

// Row, rows and job, in the transaction that has locked the job, and the categories that nobody else needs.
static enum status delete_locked(struct db_tx *tx, const struct actor *actor, const struct locked *locked,
                                 struct arena *arena, struct error *error)
{
    const struct job *job = &locked->job;
    struct str set_id;
    TRY(category_set_store_of_backtest(tx, job->workspace_id, job->id, arena, &set_id, error));
    TRY(backtest_store_delete(tx, job->workspace_id, job->id, error));
    if (set_id.len) TRY(category_set_store_prune(tx, job->workspace_id, set_id, error));
    TRY(job_store_delete(tx, job->workspace_id, job->id, error));
    TRY(audit_delete(tx, actor, &locked->row, error));
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

static enum status lock(struct db_tx *tx, struct str workspace_id, struct str id, struct arena *arena,
                        struct locked *out_locked, struct error *error)
{
    struct backtest_row *row = &out_locked->row;
    TRY(backtest_store_get(tx, workspace_id, id, arena, row, error)); // its id is no other job's
    TRY(job_store_lock(tx, workspace_id, id, arena, &out_locked->job, error));
    return backtest_store_get(tx, workspace_id, id, arena, row, error);
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
    struct locked locked;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(lock(tx, scope.workspace_id, change->id, arena, &locked, error));
    TRY(check_owner(&locked.row, scope, "changing", error));
    TRY(relabel(change, arena, &locked.row, error));
    TRY(backtest_store_update_label(tx, &locked.row, error));
    TRY(event_append_backtest(tx, &locked.job, false, clock_wall_us(), error));
    *out_row = locked.row;
    return event_commit(app, &tx, scope.workspace_id, error);
}

enum status backtest_delete(const struct app *app, const struct actor *actor, struct backtest_scope scope,
                            struct str id, struct arena *arena, struct error *error)
{
    struct locked locked;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(lock(tx, scope.workspace_id, id, arena, &locked, error));
    TRY(check_owner(&locked.row, scope, "deleting", error));
    if (!job_state_is_final(locked.job.status))
        return error_set(error, STATUS_CONFLICT, "not_ended", "the backtest is %s; cancel it first",
                         job_status_name(locked.job.status));
    TRY(delete_locked(tx, actor, &locked, arena, error));
    return event_commit(app, &tx, scope.workspace_id, error);
}

enum status backtest_check_kind(const struct backtest_row *row, bool is_sweep, struct error *error)
{
    static const char *const nouns[] = {"backtest", "sweep"};
    if (str_eq(row->kind, STR("sweep")) == is_sweep) return STATUS_OK;
    return error_set(error, STATUS_NOT_FOUND, NULL, "there is no such %s in this workspace; this is a %s",
                     nouns[is_sweep], nouns[!is_sweep]);
}

// Sizes of the records of each part; 0: it differs from run to run, by symbols or by when it was stored.
static const size_t record_bytes[] = {
    [BACKTEST_EQUITY] = sizeof(struct stored_point),
    [BACKTEST_TRADES] = 0,
    [BACKTEST_REBALANCES] = 0,
};

// A rebalance tells of every symbol: of many symbols fewer are shown at a time.
static size_t page_limit(const struct backtest_page_request *request, size_t symbols)
{
    const size_t most = symbols > 0 ? LIMIT_REBALANCE_PAGE_VALUES / symbols + 1 : request->limit;
    return request->part == BACKTEST_REBALANCES && most < request->limit ? most : request->limit;
}

enum status backtest_page(const struct app *app, const struct backtest_page_request *request,
                          struct arena *arena, struct backtest_page *out_page, struct error *error)
{
    struct backtest_row row;
    struct backtest_page page = {
        .list = {.part = request->part, .record_bytes = record_bytes[request->part], .first = request->from}};
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(backtest_store_get(tx, request->workspace_id, request->id, arena, &row, error));
    TRY(backtest_check_kind(&row, false, error));
    if (row.status != JOB_COMPLETED)
        return error_set(error, STATUS_CONFLICT, "no_result",
                         "the backtest is %s; it has equity and trades when it is completed",
                         job_status_name(row.status));
    if (request->part != BACKTEST_EQUITY)
        TRY(momentum_symbols_read(row.outcome.data_json, arena, &page.symbols, error));
    const size_t limit = page_limit(request, page.symbols.count);
    TRY(backtest_store_read_rows(tx, &row, limit + 1, arena, &page.list, error));
    TRY(db_commit(&tx, error));
    page.symbol = row.symbol;
    page.has_more = page.list.count > limit;
    if (page.has_more) page.list.count = limit;
    *out_page = page;
    return STATUS_OK;
}
