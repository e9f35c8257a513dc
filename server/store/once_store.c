#include "store/once_store.h"

#include "sql_statements.h"

enum status once_store_insert(struct db_tx *tx, struct once_key key, const struct once_row *row,
                              bool *out_is_first, struct error *error)
{
    int64_t changed;
    TRY(db_execute(tx, &SQL_ONCE_INSERT,
                   DB_PARAMS(DB_TEXT(key.scope), DB_TEXT(key.key), DB_BLOB(row->fingerprint),
                             DB_INT(row->created_at_us), DB_TEXT(row->object_id)),
                   &changed, error));
    *out_is_first = changed == 1;
    return STATUS_OK;
}

enum status once_store_get(struct db_tx *tx, struct once_key key, struct arena *arena,
                           struct once_row *out_row, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, &SQL_ONCE_GET, DB_PARAMS(DB_TEXT(key.scope), DB_TEXT(key.key)), &rows, error));
    TRY(db_next(rows, &has_row, error));
    if (!has_row) return error_set(error, STATUS_NOT_FOUND, NULL, "this key was not used yet");
    *out_row = (struct once_row){
        .fingerprint = str_copy(arena, db_blob(rows, 0)),
        .created_at_us = db_int(rows, 1),
        .object_id = str_copy(arena, db_text(rows, 2)),
        .status = db_int(rows, 3),
        .headers = str_copy(arena, db_text(rows, 4)),
        .body = str_copy(arena, db_blob(rows, 5)),
    };
    return STATUS_OK;
}

enum status once_store_answer(struct db_tx *tx, struct once_key key, const struct once_row *row,
                              struct error *error)
{
    return db_defer(tx, &SQL_ONCE_ANSWER,
                    DB_PARAMS(DB_TEXT(key.scope), DB_TEXT(key.key), DB_INT(row->status),
                              DB_TEXT(row->headers), DB_BLOB(row->body)),
                    error);
}

enum status once_store_forget(struct db_tx *tx, int64_t before_us, int64_t limit, int64_t *out_count,
                              struct error *error)
{
    return db_execute(tx, &SQL_ONCE_FORGET, DB_PARAMS(DB_INT(before_us), DB_INT(limit)), out_count, error);
}
