#include "store/paper_watch_store.h"

#include "sql_statements.h"

enum status paper_watch_store_any(struct db_tx *tx, bool *out_is_any, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, &SQL_PAPER_WATCH_ANY, DB_NO_PARAMS, &rows, error));
    TRY(db_next(rows, &has_row, error));
    *out_is_any = has_row && db_int(rows, 0) != 0;
    return STATUS_OK;
}

enum status paper_watch_store_list_plans(struct db_tx *tx, struct trade_plan_place after, size_t limit,
                                         struct arena *arena, struct paper_watch_place_list *out_list,
                                         struct error *error)
{
    struct paper_watch_place_list list = {.items = ARENA_ARRAY(arena, struct trade_plan_place, limit)};
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    if (!list.items) return error_no_memory(error);
    TRY(db_query(tx, &SQL_PAPER_WATCH_LIST_PLANS,
                 DB_PARAMS(DB_TEXT(after.workspace_id), DB_TEXT(after.plan_id), DB_INT((int64_t)limit)),
                 &rows, error));
    TRY(db_next(rows, &has_row, error));
    while (has_row && list.count < limit) {
        struct trade_plan_place *place = &list.items[list.count++];
        place->workspace_id = str_copy(arena, db_text(rows, 0));
        place->plan_id = str_copy(arena, db_text(rows, 1));
        if (!place->workspace_id.ptr || !place->plan_id.ptr) return error_no_memory(error);
        TRY(db_next(rows, &has_row, error));
    }
    *out_list = list;
    return STATUS_OK;
}

enum status paper_watch_store_plan_on(struct db_tx *tx, const struct trade_plan *plan, int64_t from_us,
                                      struct error *error)
{
    return db_execute(
        tx, &SQL_PAPER_WATCH_PLAN_ON,
        DB_PARAMS(DB_TEXT(plan->workspace_id), DB_TEXT(plan->id), DB_INT(plan->version), DB_INT(from_us)),
        NULL, error);
}

enum status paper_watch_store_forget_jobs(struct db_tx *tx, struct error *error)
{
    return db_execute(tx, &SQL_PAPER_WATCH_FORGET_JOBS, DB_NO_PARAMS, NULL, error);
}
