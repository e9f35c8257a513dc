#include "store/secret_store.h"

#include "sql_statements.h"

enum status secret_store_insert_if_absent(struct db_tx *tx, struct str name, struct str value,
                                          struct error *error)
{
    return db_defer(tx, &SQL_SECRET_INSERT_IF_ABSENT, DB_PARAMS(DB_TEXT(name), DB_BLOB(value)), error);
}

enum status secret_store_get(struct db_tx *tx, struct str name, struct arena *arena, struct str *out_value,
                             struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, &SQL_SECRET_GET, DB_PARAMS(DB_TEXT(name)), &rows, error));
    TRY(db_next(rows, &has_row, error));
    if (!has_row) return error_set(error, STATUS_NOT_FOUND, NULL, "there is no secret %.*s", STR_ARG(name));
    *out_value = str_copy(arena, db_blob(rows, 0));
    return STATUS_OK;
}
