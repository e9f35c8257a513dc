#include "app/trade_plan.h"

#include "app/event.h"
#include "app/once.h"
#include "app/paper_watch.h"
#include "app/trade_plan_change.h"
#include "app/trade_plan_request.h"
#include "app/trade_plan_state.h"
#include "base/id.h"
#include "base/limits.h"

// ---- what all changes share

int64_t trade_plan_next_time(const struct trade_plan *plan, int64_t now_us)
{
    const int64_t after = plan->updated_at_us + 1;
    return now_us > after ? now_us : after;
}

enum status trade_plan_check_room(const struct trade_plan *plan, struct error *error)
{
    if (plan->version < LIMIT_PLAN_VERSIONS) return STATUS_OK;
    return error_set(error, STATUS_CONFLICT, "too_many_versions",
                     "the plan was changed %d times, which is the most; it can only be closed as a whole",
                     LIMIT_PLAN_VERSIONS);
}

static enum status check_version(const struct trade_plan *plan, int64_t version, struct error *error)
{
    if (version == 0 || version == plan->version) return STATUS_OK;
    return error_set(error, STATUS_STALE, NULL,
                     "the plan has changed since it was read: it is %s, at version %lld; read it again and "
                     "repeat the change",
                     trade_plan_status_names[plan->status], (long long)plan->version);
}

enum status trade_plan_hold(struct db_tx *tx, const struct trade_plan_target *target, struct arena *arena,
                            struct paper_account *out_account, struct trade_plan *out_plan,
                            struct error *error)
{
    struct trade_plan plan; // its account never changes; whether the rest did is seen behind the lock
    TRY(trade_plan_store_get(tx, target->place, arena, &plan, error));
    TRY(paper_account_store_lock(tx, plan.workspace_id, plan.account_id, arena, out_account, error));
    TRY(trade_plan_store_get(tx, target->place, arena, out_plan, error));
    return check_version(out_plan, target->version, error);
}

// ---- creating

static enum status check_account(struct db_tx *tx, const struct trade_plan *plan, struct arena *arena,
                                 struct error *error)
{
    struct paper_account account;
    struct error fault = {0};
    const enum status status =
        paper_account_store_get(tx, plan->workspace_id, plan->account_id, arena, &account, &fault);
    if (status == STATUS_NOT_FOUND) return error_add_field(error, "/account_id", "%.200s", fault.message);
    if (status != STATUS_OK) *error = fault;
    return status;
}

// Counted without a lock: whoever makes some at the same moment may get one or two more.
static enum status check_count(struct db_tx *tx, struct str workspace_id, struct error *error)
{
    int64_t count;
    TRY(trade_plan_store_count(tx, workspace_id, &count, error));
    if (count < LIMIT_PLANS) return STATUS_OK;
    return error_set(
        error, STATUS_CONFLICT, "too_many_plans",
        "the workspace has %lld plans, closed and cancelled ones among them, which is the most it may "
        "have; go on in another workspace",
        (long long)count);
}

static enum status insert(const struct app *app, const struct actor *actor, const struct trade_plan *plan,
                          struct arena *arena, struct error *error)
{
    const struct trade_plan_record record = {.action = PLAN_DID_CREATE, .after = plan};
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(once_mark(tx, app, plan->id, actor->now_us, error));
    TRY(check_account(tx, plan, arena, error));
    TRY(check_count(tx, plan->workspace_id, error));
    TRY(trade_plan_store_insert(tx, plan, error));
    TRY(trade_plan_record(tx, actor, &record, error));
    return event_commit(app, &tx, plan->workspace_id, error);
}

enum status trade_plan_create(const struct app *app, const struct actor *actor, const struct json_value *body,
                              struct arena *arena, struct trade_plan *out_plan, struct error *error)
{
    struct trade_plan plan;
    const struct id id = id_new(actor->now_us);
    TRY(trade_plan_request_read(app, body, arena, &plan, error));
    plan.workspace_id = actor->workspace_id;
    plan.id = str_copy(arena, id_str(&id));
    plan.status = PLAN_PLANNED;
    plan.version = 1;
    plan.created_by = actor->user_id;
    plan.created_at_us = plan.updated_at_us = actor->now_us;
    if (!plan.id.ptr) return error_no_memory(error);
    TRY(insert(app, actor, &plan, arena, error));
    *out_plan = plan;
    return STATUS_OK;
}

// ---- changing

// Candles from before the change are not held against what was changed of an open plan.
static void watch_from_now(const struct app *app, const struct trade_plan *before, struct trade_plan *after)
{
    const bool watches_anew = after->legs != before->legs || after->auto_close != before->auto_close ||
                              !str_eq(after->invalidation_rule, before->invalidation_rule);
    if (after->status == PLAN_OPEN && watches_anew)
        after->watched_from_us = paper_watch_plan_from(app, after, NULL, after->updated_at_us);
}

static enum status store_legs(struct db_tx *tx, const struct trade_plan *before,
                              const struct trade_plan *after, struct error *error)
{
    if (after->legs == before->legs) return STATUS_OK;
    if (after->status == PLAN_PLANNED) return trade_plan_store_replace_legs(tx, after, error);
    for (size_t i = 0; i < after->leg_count; i++)
        TRY(trade_plan_store_save_leg(tx, after, &after->legs[i], error));
    return STATUS_OK;
}

static enum status store_edit(const struct app *app, const struct actor *actor,
                              const struct trade_plan *before, struct arena *arena, struct trade_plan *after,
                              struct error *error)
{
    struct paper_account account;
    const struct trade_plan_record record = {.action = PLAN_DID_EDIT, .before = before, .after = after};
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(paper_account_store_lock(tx, after->workspace_id, after->account_id, arena, &account, error));
    TRY(trade_plan_store_save(tx, after, before->status, error));
    TRY(store_legs(tx, before, after, error));
    TRY(trade_plan_record(tx, actor, &record, error));
    return event_commit(app, &tx, after->workspace_id, error);
}

enum status trade_plan_edit(const struct app *app, const struct actor *actor,
                            const struct trade_plan_edition *edition, struct arena *arena,
                            struct trade_plan *out_plan, struct error *error)
{
    struct trade_plan before, after;
    TRY(trade_plan_get(app, edition->target.place, arena, &before, error));
    TRY(check_version(&before, edition->target.version, error));
    after = before;
    TRY(trade_plan_request_change(app, edition->members, arena, &after, error));
    if (trade_plan_differs(&before, &after)) {
        TRY(trade_plan_check_room(&before, error));
        after.updated_at_us = trade_plan_next_time(&before, actor->now_us);
        watch_from_now(app, &before, &after);
        TRY(store_edit(app, actor, &before, arena, &after, error));
    }
    *out_plan = after;
    return STATUS_OK;
}

static enum status cancel_in(struct db_tx *tx, const struct actor *actor, const struct trade_plan *before,
                             struct trade_plan *after, struct error *error)
{
    const struct trade_plan_record record = {.action = PLAN_DID_CANCEL, .before = before, .after = after};
    TRY(trade_plan_state_check(before, PLAN_STEP_CANCEL, error));
    (void)trade_plan_state_after(before->status, PLAN_STEP_CANCEL, &after->status);
    after->updated_at_us = after->cancelled_at_us = trade_plan_next_time(before, actor->now_us);
    TRY(trade_plan_store_save(tx, after, before->status, error));
    return trade_plan_record(tx, actor, &record, error);
}

enum status trade_plan_cancel(const struct app *app, const struct actor *actor,
                              const struct trade_plan_target *target, struct arena *arena,
                              struct trade_plan *out_plan, struct error *error)
{
    struct paper_account account;
    struct trade_plan before, after;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(trade_plan_hold(tx, target, arena, &account, &before, error));
    after = before;
    TRY(cancel_in(tx, actor, &before, &after, error));
    TRY(event_commit(app, &tx, after.workspace_id, error));
    *out_plan = after;
    return STATUS_OK;
}

// ---- reading

enum status trade_plan_get(const struct app *app, struct trade_plan_place place, struct arena *arena,
                           struct trade_plan *out_plan, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(trade_plan_store_get(tx, place, arena, out_plan, error));
    return db_commit(&tx, error);
}

enum status trade_plan_list(const struct app *app, const struct trade_plan_filter *filter,
                            struct arena *arena, struct trade_plan_list *out_list, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(trade_plan_store_list(tx, filter, arena, out_list, error));
    return db_commit(&tx, error);
}

enum status trade_plan_list_fills(const struct app *app, struct trade_plan_place place,
                                  struct trade_plan_fills_page page, struct arena *arena,
                                  struct journal_list *out_list, struct error *error)
{
    struct trade_plan plan;
    const struct journal_of_plan of = {place.workspace_id, place.plan_id, page.after, page.limit};
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(trade_plan_store_get(tx, place, arena, &plan, error));
    TRY(journal_store_list_of_plan(tx, &of, arena, out_list, error));
    return db_commit(&tx, error);
}

enum status trade_plan_list_changes(const struct app *app, struct trade_plan_place place,
                                    struct trade_plan_change_page page, struct arena *arena,
                                    struct trade_plan_change_list *out_list, struct error *error)
{
    struct trade_plan plan;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(trade_plan_store_get(tx, place, arena, &plan, error));
    TRY(trade_plan_store_list_changes(tx, place, page, arena, out_list, error));
    return db_commit(&tx, error);
}
