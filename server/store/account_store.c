#include "store/account_store.h"

#include "sql_statements.h"
#include "store/count_rows.h"

// Columns in the order of user_list.
static struct account read_account(const struct db_rows *rows, struct arena *arena)
{
    return (struct account){
        .id = str_copy(arena, db_text(rows, 0)),
        .email = str_copy(arena, db_text(rows, 1)),
        .display_name = str_copy(arena, db_text(rows, 2)),
        .is_active = str_eq(db_text(rows, 3), STR("active")),
        .is_operator = db_int(rows, 4) != 0,
        .created_at_us = db_int(rows, 5),
        .version = db_int(rows, 6),
        .seen_at_us = db_int(rows, 7),
        .has_password = db_int(rows, 8) != 0,
    };
}

enum status account_store_list(struct db_tx *tx, struct account_page page, struct arena *arena,
                               struct account_list *out_list, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    struct account_list list = {.items = ARENA_ARRAY(arena, struct account, page.limit)};
    bool has_row;
    if (!list.items) return error_no_memory(error);
    TRY(db_query(tx, &SQL_USER_LIST,
                 DB_PARAMS(DB_INT(page.after_created_at_us), DB_TEXT(page.after_id), DB_TEXT(page.search),
                           DB_INT((int64_t)page.limit)),
                 &rows, error));
    TRY(db_next(rows, &has_row, error));
    while (has_row && list.count < page.limit) {
        list.items[list.count++] = read_account(rows, arena);
        TRY(db_next(rows, &has_row, error));
    }
    *out_list = list;
    return STATUS_OK;
}

enum status account_store_get(struct db_tx *tx, struct str id, struct arena *arena,
                              struct account *out_account, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, &SQL_USER_GET_ACCOUNT, DB_PARAMS(DB_TEXT(id)), &rows, error));
    TRY(db_next(rows, &has_row, error));
    if (!has_row)
        return error_set(error, STATUS_NOT_FOUND, NULL, "there is no user %.*s",
                         STR_ARG(str_slice(id, 0, 40)));
    *out_account = read_account(rows, arena);
    return STATUS_OK;
}

enum status account_store_put(struct db_tx *tx, const struct account *account, struct error *error)
{
    return db_defer(tx, &SQL_USER_SET_STATUS,
                    DB_PARAMS(DB_TEXT(account->id),
                              DB_TEXT(account->is_active ? STR("active") : STR("disabled")),
                              DB_INT(account->is_operator)),
                    error);
}

enum status account_store_count_operators(struct db_tx *tx, int64_t *out_count, struct error *error)
{
    return count_rows(tx, &SQL_USER_COUNT_OPERATORS, DB_NO_PARAMS, out_count, error);
}

enum status account_store_set_name(struct db_tx *tx, struct str id, struct str name, struct error *error)
{
    return db_defer(tx, &SQL_USER_SET_NAME, DB_PARAMS(DB_TEXT(id), DB_TEXT(name)), error);
}

enum status preferences_store_get(struct db_tx *tx, struct str user_id, struct arena *arena,
                                  struct preferences *out_preferences, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, &SQL_PREFERENCES_GET, DB_PARAMS(DB_TEXT(user_id)), &rows, error));
    TRY(db_next(rows, &has_row, error));
    *out_preferences = has_row ? (struct preferences){str_copy(arena, db_text(rows, 0)), db_int(rows, 1)}
                               : (struct preferences){STR("{}"), 0};
    return STATUS_OK;
}

enum status preferences_store_put(struct db_tx *tx, struct str user_id, const struct preferences *preferences,
                                  int64_t now_us, struct error *error)
{
    int64_t changed;
    TRY(db_execute(
        tx, &SQL_PREFERENCES_PUT,
        DB_PARAMS(DB_TEXT(user_id), DB_TEXT(preferences->data), DB_INT(now_us), DB_INT(preferences->version)),
        &changed, error));
    if (changed > 0) return STATUS_OK;
    return error_set(error, STATUS_STALE, NULL,
                     "the preferences have changed since they were read; read them again first");
}
