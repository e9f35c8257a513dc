#include "app/paper_watch_job.h"

#include "app/paper_watch.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/paper_watch_store.h"
#include "json/json.h"

enum { PAGE = 500 };

enum status paper_watch_job_check(struct str payload, struct arena *arena, struct error *error)
{
    const struct json_value *object;
    return json_parse_object(arena, payload, &object, error);
}

enum status paper_watch_job_tell(struct db_tx *tx, const struct job *job, int64_t now_us, struct error *error)
{
    (void)tx;
    (void)job;
    (void)now_us;
    (void)error;
    return STATUS_OK;
}

// What is wrong with one order or plan keeps the others from nothing; what is wrong with the database, or the
// machine, is looked at again later.
static enum status log_fault(enum status status, const char *what, struct str id, struct error *error)
{
    const bool is_its_own = status == STATUS_INVALID || status == STATUS_CONFLICT || status == STATUS_STALE ||
                            status == STATUS_NOT_FOUND || status == STATUS_INTERNAL;
    if (!is_its_own) return status;
    LOG(LOG_WARN, "paper_watch_failed", LOG_C("what", what), LOG_TEXT("id", id),
        LOG_C("reason", error->message));
    *error = (struct error){0};
    return STATUS_OK;
}

// ---- orders

static enum status list_orders(const struct app *app, const struct paper_order_page *page,
                               struct arena *arena, struct paper_order_list *out_list, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(paper_order_store_list_resting(tx, page, arena, out_list, error));
    return db_commit(&tx, error);
}

static enum status watch_orders(struct task *task, const struct paper_order_list *list, struct error *error)
{
    for (size_t i = 0; i < list->count; i++) {
        if (task_is_stopped(task)) return task_stopped(task, error);
        const enum status status = paper_watch_order(task->app, &list->items[i], clock_wall_us(), error);
        TRY(log_fault(status, "order", list->items[i].id, error));
    }
    return STATUS_OK;
}

static enum status watch_all_orders(struct task *task, struct error *error)
{
    ARENA_SCOPE(arena, LIMIT_REQUEST_ARENA_BYTES);
    struct paper_order_page page = {.after_workspace_id = STR(""), .after_id = STR(""), .limit = PAGE};
    struct paper_order_list list;
    do {
        TRY(list_orders(task->app, &page, &arena, &list, error));
        TRY(watch_orders(task, &list, error));
        if (list.count == 0) break;
        page.after_workspace_id = list.items[list.count - 1].workspace_id;
        page.after_id = list.items[list.count - 1].id;
    } while (list.count == PAGE);
    return STATUS_OK;
}

// ---- plans

static enum status list_plans(const struct app *app, struct trade_plan_place after, struct arena *arena,
                              struct paper_watch_place_list *out_list, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(paper_watch_store_list_plans(tx, after, PAGE, arena, out_list, error));
    return db_commit(&tx, error);
}

static enum status watch_plans(struct task *task, const struct paper_watch_place_list *list,
                               struct error *error)
{
    for (size_t i = 0; i < list->count; i++) {
        if (task_is_stopped(task)) return task_stopped(task, error);
        const enum status status = paper_watch_plan(task->app, list->items[i], clock_wall_us(), error);
        TRY(log_fault(status, "plan", list->items[i].plan_id, error));
    }
    return STATUS_OK;
}

static enum status watch_all_plans(struct task *task, struct error *error)
{
    ARENA_SCOPE(arena, LIMIT_REQUEST_ARENA_BYTES);
    struct trade_plan_place after = {STR(""), STR("")};
    struct paper_watch_place_list list;
    do {
        TRY(list_plans(task->app, after, &arena, &list, error));
        TRY(watch_plans(task, &list, error));
        if (list.count > 0) after = list.items[list.count - 1];
    } while (list.count == PAGE);
    return STATUS_OK;
}

enum status paper_watch_job_run(struct task *task, struct error *error)
{
    TRY(watch_all_orders(task, error));
    TRY(watch_all_plans(task, error));
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(task->app->db, DB_WRITE, &tx, error));
    TRY(paper_watch_store_forget_jobs(tx, error));
    return task_complete(task, &tx, (struct str){0}, error);
}
