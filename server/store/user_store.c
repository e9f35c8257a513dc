#include "store/user_store.h"

#include "sql_statements.h"
#include "store/count_rows.h"

enum status user_store_insert_if_absent(struct db_tx *tx, const struct user *user, int64_t now_us,
                                        struct error *error)
{
    return db_defer(tx, &SQL_USER_INSERT_IF_ABSENT,
                    DB_PARAMS(DB_TEXT(user->id), DB_TEXT(user->email), DB_TEXT(user->display_name),
                              DB_INT(user->is_operator), DB_TEXT(user->active_workspace_id), DB_INT(now_us),
                              DB_TEXT(user->email_key)),
                    error);
}

enum status user_store_insert(struct db_tx *tx, const struct user *user, int64_t now_us, struct error *error)
{
    return db_execute(tx, &SQL_USER_INSERT,
                      DB_PARAMS(DB_TEXT(user->id), DB_TEXT(user->email), DB_TEXT(user->email_key),
                                DB_TEXT(user->display_name),
                                user->created_by.ptr ? DB_TEXT(user->created_by) : DB_NULL, DB_INT(now_us)),
                      NULL, error);
}

enum status user_store_get(struct db_tx *tx, struct str id, struct arena *arena, struct user *out_user,
                           struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, &SQL_USER_GET, DB_PARAMS(DB_TEXT(id)), &rows, error));
    TRY(db_next(rows, &has_row, error));
    if (!has_row) return error_set(error, STATUS_NOT_FOUND, NULL, "there is no user %.*s", STR_ARG(id));
    *out_user = (struct user){
        .id = str_copy(arena, db_text(rows, 0)),
        .email = str_copy(arena, db_text(rows, 1)),
        .display_name = str_copy(arena, db_text(rows, 2)),
        .status = str_copy(arena, db_text(rows, 3)),
        .is_operator = db_int(rows, 4) != 0,
        .active_workspace_id = str_copy(arena, db_text(rows, 5)),
    };
    return STATUS_OK;
}

enum status user_store_hold(struct db_tx *tx, struct str id, bool *out_is_active, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, &SQL_USER_HOLD, DB_PARAMS(DB_TEXT(id)), &rows, error));
    TRY(db_next(rows, &has_row, error));
    *out_is_active = has_row && str_eq(db_text(rows, 0), STR("active"));
    return STATUS_OK;
}

enum status user_store_count_made_by(struct db_tx *tx, struct str id, int64_t *out_count, struct error *error)
{
    return count_rows(tx, &SQL_USER_COUNT_MADE_BY, DB_PARAMS(DB_TEXT(id)), out_count, error);
}

enum status user_store_set_active_workspace(struct db_tx *tx, struct str user_id, struct str workspace_id,
                                            struct error *error)
{
    return db_defer(tx, &SQL_USER_SET_ACTIVE_WORKSPACE, DB_PARAMS(DB_TEXT(user_id), DB_TEXT(workspace_id)),
                    error);
}
