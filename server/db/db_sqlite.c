#include "db/db_sqlite.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// ---- statements

static int bind_one(sqlite3_stmt *statement, int at, const struct db_value *value,
                    sqlite3_destructor_type keep)
{
    const char *bytes = value->bytes.ptr ? value->bytes.ptr : ""; // NULL would bind as NULL
    switch (value->type) {
    case DB_NULL_VALUE: return sqlite3_bind_null(statement, at);
    case DB_INT_VALUE: return sqlite3_bind_int64(statement, at, value->integer);
    case DB_DOUBLE_VALUE: return sqlite3_bind_double(statement, at, value->real);
    case DB_TEXT_VALUE: return sqlite3_bind_text64(statement, at, bytes, value->bytes.len, keep, SQLITE_UTF8);
    case DB_BLOB_VALUE: return sqlite3_bind_blob64(statement, at, bytes, value->bytes.len, keep);
    }
    return SQLITE_MISUSE;
}

// `keep` is SQLITE_STATIC where the values outlive the statement's run, SQLITE_TRANSIENT where they may not.
static enum status bind(struct sqlite_connection *connection, const struct db_statement *statement,
                        const struct db_value *values, sqlite3_destructor_type keep,
                        const struct sqlite_statement **out_prepared, struct error *error)
{
    const struct sqlite_statement *prepared;
    TRY(sqlite_connection_prepare(connection, statement, &prepared, error));
    for (size_t i = 0; i < prepared->param_count; i++) {
        const struct db_value *value = &values[prepared->numbers[i] - 1];
        if (bind_one(prepared->handle, (int)i + 1, value, keep) != SQLITE_OK)
            return sqlite_fail(connection, statement->name, error);
    }
    *out_prepared = prepared;
    return STATUS_OK;
}

static void finish(const struct sqlite_statement *prepared)
{
    (void)sqlite3_reset(prepared->handle);
    (void)sqlite3_clear_bindings(prepared->handle);
}

static enum status sqlite_param_count(struct db_tx *tx, const struct db_statement *statement,
                                      size_t *out_count, struct error *error)
{
    const struct sqlite_statement *prepared;
    TRY(sqlite_connection_prepare(sqlite_connection_of(tx), statement, &prepared, error));
    *out_count = prepared->param_count;
    return STATUS_OK;
}

static enum status sqlite_execute(struct db_tx *tx, const struct db_statement *statement,
                                  const struct db_value *values, int64_t *out_changed, struct error *error)
{
    struct sqlite_connection *connection = sqlite_connection_of(tx);
    const struct sqlite_statement *prepared = NULL;
    TRY(bind(connection, statement, values, SQLITE_STATIC, &prepared, error));
    if (!prepared) return error_set(error, STATUS_INTERNAL, NULL, "%s was not prepared", statement->name);
    int result;
    do
        result = sqlite3_step(prepared->handle);
    while (result == SQLITE_ROW);
    enum status status = STATUS_OK;
    if (result != SQLITE_DONE)
        status = sqlite_fail(connection, statement->name, error);
    else // changes64 keeps the count of the last writer
        *out_changed = sqlite3_stmt_readonly(prepared->handle) ? 0 : sqlite3_changes64(connection->handle);
    finish(prepared);
    return status;
}

static enum status sqlite_defer(struct db_tx *tx, const struct db_statement *statement,
                                const struct db_value *values, struct error *error)
{
    int64_t changed;
    return sqlite_execute(tx, statement, values, &changed, error);
}

static enum status sqlite_query(struct db_tx *tx, const struct db_statement *statement,
                                const struct db_value *values, struct error *error)
{
    struct sqlite_connection *connection = sqlite_connection_of(tx);
    return bind(connection, statement, values, SQLITE_TRANSIENT, &connection->rows, error);
}

static enum status sqlite_next(struct db_tx *tx, bool *out_has_row, struct error *error)
{
    struct sqlite_connection *connection = sqlite_connection_of(tx);
    const int result = sqlite3_step(connection->rows->handle);
    if (result != SQLITE_ROW && result != SQLITE_DONE)
        return sqlite_fail(connection, sqlite3_sql(connection->rows->handle), error);
    *out_has_row = result == SQLITE_ROW;
    return STATUS_OK;
}

static void sqlite_rows_done(struct db_tx *tx)
{
    finish(sqlite_connection_of(tx)->rows);
    sqlite_connection_of(tx)->rows = NULL;
}

static enum status sqlite_check_statement(struct db_tx *tx, const struct db_statement *statement,
                                          struct error *error)
{
    struct sqlite_statement prepared;
    const enum status status = sqlite_statement_init(&prepared, sqlite_connection_of(tx), statement, error);
    sqlite_statement_done(&prepared);
    return status;
}

// BEGIN alone does not touch the file.
static bool sqlite_ping(struct db_tx *tx)
{
    return sqlite3_exec(sqlite_connection_of(tx)->handle, "SELECT count(*) FROM sqlite_schema", NULL, NULL,
                        NULL) == SQLITE_OK;
}

// ---- values of the present row

static sqlite3_stmt *row_of(const struct db_tx *tx)
{
    return sqlite_connection_of(tx)->rows->handle;
}

static bool sqlite_is_null(const struct db_tx *tx, int column)
{
    return sqlite3_column_type(row_of(tx), column) == SQLITE_NULL;
}

static int64_t sqlite_int(const struct db_tx *tx, int column)
{
    return sqlite3_column_int64(row_of(tx), column);
}

static double sqlite_double(const struct db_tx *tx, int column)
{
    return sqlite3_column_double(row_of(tx), column);
}

// One look at the column: a connection without a mutex may ask its values directly.
static struct str sqlite_text(const struct db_tx *tx, int column)
{
    sqlite3_value *value = sqlite3_column_value(row_of(tx), column);
    const char *text = (const char *)sqlite3_value_text(value); // before the length: may convert
    return (struct str){.ptr = text, .len = (size_t)sqlite3_value_bytes(value)};
}

static struct str sqlite_blob(const struct db_tx *tx, int column)
{
    const char *bytes = sqlite3_column_blob(row_of(tx), column);
    return (struct str){.ptr = bytes, .len = (size_t)sqlite3_column_bytes(row_of(tx), column)};
}

// ---- migrations

static enum status sqlite_script(struct db_tx *tx, const char *sql, struct error *error)
{
    const struct sqlite_connection *connection = sqlite_connection_of(tx);
    if (sqlite3_exec(connection->handle, sql, NULL, NULL, NULL) == SQLITE_OK) return STATUS_OK;
    return sqlite_fail(connection, "migration", error);
}

// The writer's turn and the process lock keep everybody else out already.
static enum status sqlite_migration_lock(struct db_tx *tx, struct error *error)
{
    (void)error;
    sqlite_connection_of(tx)->schema_may_change = true;
    return STATUS_OK;
}

static enum status sqlite_keep_copy(struct db_tx *tx, uint32_t version, struct error *error)
{
    const struct sqlite_db *db = sqlite_db_of(tx->db);
    char target[SQLITE_PATH_MAX + 24];
    (void)snprintf(target, sizeof target, "%s.before-%04" PRIu32, db->path, version);
    return sqlite_copy(db, target, error);
}

// ---- open and close

static void sqlite_close(struct db *base)
{
    struct sqlite_db *db = sqlite_db_of(base);
    if (db->connections && db->connections[0].handle)
        sqlite_checkpoint(&db->connections[0], SQLITE_CHECKPOINT_TRUNCATE);
    for (size_t i = db->connection_count; i > 0; i--)
        sqlite_connection_close(&db->connections[i - 1]);
    sqlite_group_done(&db->group);
    pool_done(&db->writers);
    pool_done(&db->readers);
    if (db->is_sound)
        sqlite_file_leave(db->path, db->lock_fd);
    else if (db->lock_fd >= 0)
        close(db->lock_fd);
    free(db->connections);
    free(db);
}

static const struct db_engine_ops SQLITE_OPS = {
    .close = sqlite_close,
    .ping = sqlite_ping,
    .check_statement = sqlite_check_statement,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .execute = sqlite_execute,
    .defer = sqlite_defer,
    .query = sqlite_query,
    .next = sqlite_next,
    .rows_done = sqlite_rows_done,
    .param_count = sqlite_param_count,
    .is_null = sqlite_is_null,
    .as_int = sqlite_int,
    .as_double = sqlite_double,
    .as_text = sqlite_text,
    .as_blob = sqlite_blob,
    .migration_lock = sqlite_migration_lock,
    .keep_copy = sqlite_keep_copy,
    .script = sqlite_script,
};

static enum status open_connections(struct sqlite_db *db, struct error *error)
{
    for (size_t i = 0; i < db->connection_count; i++) {
        const enum db_access access = i == 0 ? DB_WRITE : DB_READ;
        TRY(sqlite_connection_open(&db->connections[i], db, access, error));
        pool_give(sqlite_pool_of(db, access), &db->connections[i]);
    }
    return STATUS_OK;
}

static enum status open_all(struct sqlite_db *db, size_t readers, struct error *error)
{
    db->connections = calloc(readers + 1, sizeof *db->connections);
    if (!db->connections || !pool_init(&db->writers, 1) || !pool_init(&db->readers, readers))
        return error_no_memory(error);
    db->connection_count = readers + 1;
    TRY(sqlite_file_claim(db->path, &db->lock_fd, &db->is_as_left, error));
    TRY(open_connections(db, error));
    db->is_sound = true;
    return STATUS_OK;
}

enum status db_sqlite_open(const struct db_options *options, struct db base, struct db **out_db,
                           struct error *error)
{
    struct sqlite_db *db = calloc(1, sizeof *db);
    if (!db) return error_no_memory(error);
    db->db = base;
    db->db.ops = &SQLITE_OPS;
    db->lock_fd = -1;
    sqlite_group_init(&db->group);
    enum status status;
    if (options->sqlite_path.len == 0 || str_eq(options->sqlite_path, STR(":memory:")))
        status = error_set(error, STATUS_INVALID, NULL, "the state database needs the path of a file");
    else if (!str_to_c(options->sqlite_path, db->path, sizeof db->path))
        status = error_set(error, STATUS_INVALID, NULL,
                           "the path of the state database is longer than %zu bytes", sizeof db->path - 1);
    else
        status = open_all(db, options->pool_size, error);
    if (status == STATUS_OK)
        *out_db = &db->db;
    else
        sqlite_close(&db->db);
    return status;
}
