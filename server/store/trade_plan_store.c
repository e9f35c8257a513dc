#include "store/trade_plan_store.h"

#include "base/limits.h"
#include "sql_statements.h"
#include "store/count_rows.h"
#include "store/decimal_value.h"

const char *const trade_type_names[] = {"single", "pair", "basket", NULL};
const char *const trade_plan_status_names[] = {"planned", "open", "closed", "cancelled", NULL};
const char *const trade_plan_reason_names[] = {"manual", "stop", "target", "invalidation", "reset", NULL};
const char *const trade_plan_action_names[] = {"create", "edit",       "open", "close",
                                               "cancel", "invalidate", NULL};
const char *const leg_side_names[] = {"long", "short", NULL};

enum { COLUMN_LEG = 23 };

static struct db_value name_value(const char *const names[], int index)
{
    return DB_TEXT(str_from_c(names[index]));
}

static struct db_value amount_or_null(struct decimal_values *values, struct decimal amount)
{
    return decimal_is_zero(amount) ? DB_NULL : decimal_value(values, amount);
}

static struct db_value time_or_null(int64_t time_us)
{
    return time_us ? DB_INT(time_us) : DB_NULL;
}

// ---- writing

static enum status insert_legs(struct db_tx *tx, const struct trade_plan *plan, struct error *error)
{
    for (size_t i = 0; i < plan->leg_count; i++) {
        struct decimal_values values = {0};
        const struct trade_plan_leg *leg = &plan->legs[i];
        TRY(db_defer(tx, &SQL_TRADE_PLAN_LEG_INSERT,
                     DB_PARAMS(DB_TEXT(plan->workspace_id), DB_TEXT(plan->id), DB_TEXT(leg->id),
                               DB_TEXT(leg->symbol), name_value(leg_side_names, (int)leg->side),
                               decimal_value(&values, leg->planned_quantity),
                               decimal_value(&values, leg->planned_entry_price),
                               amount_or_null(&values, leg->stop_price),
                               amount_or_null(&values, leg->target_price)),
                     error));
    }
    return STATUS_OK;
}

enum status trade_plan_store_count(struct db_tx *tx, struct str workspace_id, int64_t *out_count,
                                   struct error *error)
{
    return count_rows(tx, &SQL_TRADE_PLAN_COUNT, DB_PARAMS(DB_TEXT(workspace_id)), out_count, error);
}

enum status trade_plan_store_insert(struct db_tx *tx, const struct trade_plan *plan, struct error *error)
{
    struct decimal_values values = {0};
    TRY(db_defer(tx, &SQL_TRADE_PLAN_INSERT,
                 DB_PARAMS(DB_TEXT(plan->workspace_id), DB_TEXT(plan->id), DB_TEXT(plan->account_id),
                           name_value(trade_type_names, (int)plan->type), text_or_null(plan->strategy_tag),
                           text_or_null(plan->thesis), text_or_null(plan->invalidation),
                           text_or_null(plan->invalidation_rule),
                           amount_or_null(&values, plan->max_risk_amount), DB_INT(plan->auto_close),
                           text_or_null(plan->notes), DB_TEXT(plan->tags_json), DB_TEXT(plan->created_by),
                           DB_INT(plan->created_at_us)),
                 error));
    return insert_legs(tx, plan, error);
}

enum status trade_plan_store_replace_legs(struct db_tx *tx, const struct trade_plan *plan,
                                          struct error *error)
{
    TRY(db_defer(tx, &SQL_TRADE_PLAN_LEG_DELETE_ALL,
                 DB_PARAMS(DB_TEXT(plan->workspace_id), DB_TEXT(plan->id)), error));
    return insert_legs(tx, plan, error);
}

enum status trade_plan_store_save_leg(struct db_tx *tx, const struct trade_plan *plan,
                                      const struct trade_plan_leg *leg, struct error *error)
{
    struct decimal_values values = {0};
    return db_defer(
        tx, &SQL_TRADE_PLAN_LEG_SAVE,
        DB_PARAMS(DB_TEXT(plan->workspace_id), DB_TEXT(plan->id), DB_TEXT(leg->id),
                  amount_or_null(&values, leg->stop_price), amount_or_null(&values, leg->target_price),
                  decimal_value(&values, leg->quantity_open), decimal_value(&values, leg->quantity_closed),
                  decimal_value(&values, leg->entry_notional), decimal_value(&values, leg->exit_notional),
                  decimal_value(&values, leg->fees)),
        error);
}

static struct db_value reason_or_null(const struct trade_plan *plan)
{
    return plan->status == PLAN_CLOSED ? name_value(trade_plan_reason_names, (int)plan->close_reason)
                                       : DB_NULL;
}

static enum status save(struct db_tx *tx, const struct trade_plan *plan, enum trade_plan_status from,
                        int64_t *out_changed, struct error *error)
{
    struct decimal_values values = {0};
    return db_execute(tx, &SQL_TRADE_PLAN_SAVE,
                      DB_PARAMS(DB_TEXT(plan->workspace_id), DB_TEXT(plan->id), DB_INT(plan->version),
                                name_value(trade_plan_status_names, (int)from),
                                name_value(trade_type_names, (int)plan->type),
                                text_or_null(plan->strategy_tag), text_or_null(plan->thesis),
                                text_or_null(plan->invalidation), text_or_null(plan->invalidation_rule),
                                amount_or_null(&values, plan->max_risk_amount), DB_INT(plan->auto_close),
                                text_or_null(plan->notes), DB_TEXT(plan->tags_json),
                                name_value(trade_plan_status_names, (int)plan->status), reason_or_null(plan),
                                DB_INT(plan->watched_from_us), DB_INT(plan->updated_at_us),
                                time_or_null(plan->opened_at_us), time_or_null(plan->closed_at_us),
                                time_or_null(plan->cancelled_at_us), time_or_null(plan->invalidated_at_us)),
                      out_changed, error);
}

enum status trade_plan_store_save(struct db_tx *tx, struct trade_plan *plan, enum trade_plan_status from,
                                  struct error *error)
{
    int64_t changed;
    TRY(save(tx, plan, from, &changed, error));
    if (changed != 1)
        return error_set(error, STATUS_STALE, NULL,
                         "the plan has changed since it was read; read it again and repeat the change");
    plan->version++;
    return STATUS_OK;
}

// ---- reading

static struct str text_of_column(const struct db_rows *rows, int column, struct arena *arena)
{
    return db_is_null(rows, column) ? (struct str){0} : str_copy(arena, db_text(rows, column));
}

static int name_of_column(const struct db_rows *rows, int column, const char *const names[], bool *is_damaged)
{
    if (db_is_null(rows, column)) return 0;
    for (int i = 0; names[i]; i++)
        if (str_eq(db_text(rows, column), str_from_c(names[i]))) return i;
    *is_damaged = true;
    return 0;
}

// Columns in the order of trade_plan_get.
static struct trade_plan read_plan(const struct db_rows *rows, struct arena *arena, bool *is_damaged)
{
    return (struct trade_plan){
        .workspace_id = text_of_column(rows, 0, arena),
        .id = text_of_column(rows, 1, arena),
        .account_id = text_of_column(rows, 2, arena),
        .type = (enum trade_type)name_of_column(rows, 3, trade_type_names, is_damaged),
        .strategy_tag = text_of_column(rows, 4, arena),
        .thesis = text_of_column(rows, 5, arena),
        .invalidation = text_of_column(rows, 6, arena),
        .invalidation_rule = text_of_column(rows, 7, arena),
        .max_risk_amount = decimal_of_column(rows, 8, is_damaged),
        .auto_close = db_int(rows, 9) != 0,
        .notes = text_of_column(rows, 10, arena),
        .tags_json = text_of_column(rows, 11, arena),
        .status = (enum trade_plan_status)name_of_column(rows, 12, trade_plan_status_names, is_damaged),
        .close_reason = (enum trade_plan_reason)name_of_column(rows, 13, trade_plan_reason_names, is_damaged),
        .version = db_int(rows, 14),
        .watched_from_us = db_int(rows, 15),
        .created_by = text_of_column(rows, 16, arena),
        .created_at_us = db_int(rows, 17),
        .updated_at_us = db_int(rows, 18),
        .opened_at_us = db_int(rows, 19),
        .closed_at_us = db_int(rows, 20),
        .cancelled_at_us = db_int(rows, 21),
        .invalidated_at_us = db_int(rows, 22),
    };
}

static struct trade_plan_leg read_leg(const struct db_rows *rows, struct arena *arena, bool *is_damaged)
{
    return (struct trade_plan_leg){
        .id = text_of_column(rows, COLUMN_LEG, arena),
        .symbol = text_of_column(rows, COLUMN_LEG + 1, arena),
        .side = (enum leg_side)name_of_column(rows, COLUMN_LEG + 2, leg_side_names, is_damaged),
        .planned_quantity = decimal_of_column(rows, COLUMN_LEG + 3, is_damaged),
        .planned_entry_price = decimal_of_column(rows, COLUMN_LEG + 4, is_damaged),
        .stop_price = decimal_of_column(rows, COLUMN_LEG + 5, is_damaged),
        .target_price = decimal_of_column(rows, COLUMN_LEG + 6, is_damaged),
        .quantity_open = decimal_of_column(rows, COLUMN_LEG + 7, is_damaged),
        .quantity_closed = decimal_of_column(rows, COLUMN_LEG + 8, is_damaged),
        .entry_notional = decimal_of_column(rows, COLUMN_LEG + 9, is_damaged),
        .exit_notional = decimal_of_column(rows, COLUMN_LEG + 10, is_damaged),
        .fees = decimal_of_column(rows, COLUMN_LEG + 11, is_damaged),
    };
}

// A row is the next leg of the last plan, or the first of the next one.
static enum status read_row(const struct db_rows *rows, struct arena *arena, struct trade_plan_list *list,
                            struct error *error)
{
    bool is_damaged = false;
    struct trade_plan *plan = list->count ? &list->items[list->count - 1] : NULL;
    if (!plan || !str_eq(db_text(rows, 1), plan->id)) {
        plan = &list->items[list->count++];
        *plan = read_plan(rows, arena, &is_damaged);
        plan->legs = ARENA_ARRAY(arena, struct trade_plan_leg, LIMIT_PLAN_LEGS);
    }
    if (!plan->legs || !plan->created_by.ptr) return error_no_memory(error);
    if (plan->leg_count == LIMIT_PLAN_LEGS) return decimal_damaged("the legs of plan", plan->id, error);
    plan->legs[plan->leg_count++] = read_leg(rows, arena, &is_damaged);
    return is_damaged ? decimal_damaged("the plan", plan->id, error) : STATUS_OK;
}

static enum status read_all(struct db_rows *rows, size_t limit, struct arena *arena,
                            struct trade_plan_list *out_list, struct error *error)
{
    struct trade_plan_list list = {.items = ARENA_ARRAY(arena, struct trade_plan, limit)};
    bool has_row;
    if (!list.items) return error_no_memory(error);
    TRY(db_next(rows, &has_row, error));
    while (has_row) {
        TRY(read_row(rows, arena, &list, error));
        TRY(db_next(rows, &has_row, error));
    }
    *out_list = list;
    return STATUS_OK;
}

enum status trade_plan_store_get(struct db_tx *tx, struct trade_plan_place place, struct arena *arena,
                                 struct trade_plan *out_plan, struct error *error)
{
    struct trade_plan_list list;
    DB_ROWS_SCOPE rows = NULL;
    TRY(db_query(tx, &SQL_TRADE_PLAN_GET, DB_PARAMS(DB_TEXT(place.workspace_id), DB_TEXT(place.plan_id)),
                 &rows, error));
    TRY(read_all(rows, 1, arena, &list, error));
    if (list.count == 0)
        return error_set(error, STATUS_NOT_FOUND, NULL, "there is no such trade plan in this workspace");
    *out_plan = list.items[0];
    return STATUS_OK;
}

enum status trade_plan_store_list(struct db_tx *tx, const struct trade_plan_filter *filter,
                                  struct arena *arena, struct trade_plan_list *out_list, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    TRY(db_query(tx, &SQL_TRADE_PLAN_LIST,
                 DB_PARAMS(DB_TEXT(filter->workspace_id), DB_TEXT(filter->status),
                           DB_TEXT(filter->account_id), DB_TEXT(filter->tag_json), DB_TEXT(filter->tag),
                           DB_TEXT(filter->symbol), DB_TEXT(filter->created_by), DB_TEXT(filter->like),
                           DB_INT(filter->before_us), DB_TEXT(filter->before_id),
                           DB_INT((int64_t)filter->limit)),
                 &rows, error));
    return read_all(rows, filter->limit, arena, out_list, error);
}

// ---- changes

enum status trade_plan_store_append_change(struct db_tx *tx, struct trade_plan_place place,
                                           const struct trade_plan_change *change, struct error *error)
{
    return db_defer(tx, &SQL_TRADE_PLAN_CHANGE_INSERT,
                    DB_PARAMS(DB_TEXT(place.workspace_id), DB_TEXT(place.plan_id), DB_INT(change->version),
                              name_value(trade_plan_action_names, (int)change->action),
                              DB_TEXT(change->actor_id), DB_INT(change->created_at_us),
                              DB_TEXT(change->request_id), DB_TEXT(change->detail_json)),
                    error);
}

static enum status read_change(const struct db_rows *rows, struct arena *arena,
                               struct trade_plan_change *out_change, struct error *error)
{
    bool is_damaged = false;
    *out_change = (struct trade_plan_change){
        .version = db_int(rows, 0),
        .action = (enum trade_plan_action)name_of_column(rows, 1, trade_plan_action_names, &is_damaged),
        .actor_id = text_of_column(rows, 2, arena),
        .created_at_us = db_int(rows, 3),
        .request_id = text_of_column(rows, 4, arena),
        .detail_json = text_of_column(rows, 5, arena),
    };
    return out_change->detail_json.ptr ? STATUS_OK : error_no_memory(error);
}

enum status trade_plan_store_list_changes(struct db_tx *tx, struct trade_plan_place place,
                                          struct trade_plan_change_page page, struct arena *arena,
                                          struct trade_plan_change_list *out_list, struct error *error)
{
    struct trade_plan_change_list list = {.items = ARENA_ARRAY(arena, struct trade_plan_change, page.limit)};
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    if (!list.items) return error_no_memory(error);
    TRY(db_query(tx, &SQL_TRADE_PLAN_CHANGE_LIST,
                 DB_PARAMS(DB_TEXT(place.workspace_id), DB_TEXT(place.plan_id), DB_INT(page.before),
                           DB_INT((int64_t)page.limit)),
                 &rows, error));
    TRY(db_next(rows, &has_row, error));
    while (has_row && list.count < page.limit) {
        TRY(read_change(rows, arena, &list.items[list.count++], error));
        TRY(db_next(rows, &has_row, error));
    }
    *out_list = list;
    return STATUS_OK;
}
