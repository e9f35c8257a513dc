#include "store/throttle_store.h"

#include "sql_statements.h"

static enum status read_row(struct db_tx *tx, const struct db_statement *sql, struct str key,
                            struct throttle *out_throttle, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, sql, DB_PARAMS(DB_TEXT(key)), &rows, error));
    TRY(db_next(rows, &has_row, error));
    *out_throttle = has_row ? (struct throttle){.level = db_int(rows, 0), .updated_at_us = db_int(rows, 1)}
                            : (struct throttle){0};
    return STATUS_OK;
}

enum status throttle_store_get(struct db_tx *tx, struct str key, struct throttle *out_throttle,
                               struct error *error)
{
    return read_row(tx, &SQL_THROTTLE_GET, key, out_throttle, error);
}

enum status throttle_store_lock(struct db_tx *tx, struct str key, struct throttle *out_throttle,
                                struct error *error)
{
    TRY(db_defer(tx, &SQL_THROTTLE_INSERT_IF_ABSENT, DB_PARAMS(DB_TEXT(key)), error));
    return read_row(tx, &SQL_THROTTLE_LOCK, key, out_throttle, error);
}

enum status throttle_store_put(struct db_tx *tx, struct str key, const struct throttle *throttle,
                               struct error *error)
{
    return db_defer(tx, &SQL_THROTTLE_PUT,
                    DB_PARAMS(DB_TEXT(key), DB_INT(throttle->level), DB_INT(throttle->updated_at_us)), error);
}

enum status throttle_store_forget(struct db_tx *tx, int64_t before_us, int64_t limit, int64_t *out_count,
                                  struct error *error)
{
    return db_execute(tx, &SQL_THROTTLE_FORGET, DB_PARAMS(DB_INT(before_us), DB_INT(limit)), out_count,
                      error);
}
