#include "db/db_sqlite.h"

#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    SQL_BYTES_MAX = 100000,
    CHECKPOINT_PAGES = 1000,
    ANSWER_MAX = 256,
};

// Settings of security.md 7.3; the writer moves the log itself, in checkpoint_hook.
static const char COMMON_SETTINGS[] = "PRAGMA journal_mode=WAL;"
                                      "PRAGMA synchronous=FULL;"
                                      "PRAGMA foreign_keys=ON;"
                                      "PRAGMA recursive_triggers=ON;"
                                      "PRAGMA trusted_schema=OFF;"
                                      "PRAGMA cell_size_check=ON;"
                                      "PRAGMA mmap_size=0;"
                                      "PRAGMA temp_store=MEMORY;"
                                      "PRAGMA journal_size_limit=67108864;"
                                      "PRAGMA wal_autocheckpoint=0;";
static const char READER_SETTINGS[] = "PRAGMA query_only=ON;";

static enum status fail_as(enum status status, const char *code, const char *what, const char *detail,
                           struct error *error)
{
    LOG(LOG_ERROR, "state_failed", LOG_C("what", what), LOG_C("detail", detail));
    return error_set(error, status, code, "%s: %s", what, detail);
}

static void stop_after_failed_sync(int result)
{
    if (result != SQLITE_IOERR_FSYNC && result != SQLITE_IOERR_DIR_FSYNC) return;
    LOG(LOG_ERROR, "state_sync_failed", LOG_C("detail", "the disk did not confirm a write; stopping"));
    _exit(EXIT_FAILURE);
}

// While it is opened, the operator is told; later, users: the log says it, and the next start looks again.
static enum status fail_corrupt(const struct sqlite_connection *connection, const char *what,
                                const char *detail, struct error *error)
{
    const bool is_in_use = connection->begin && connection->tx.db;
    if (is_in_use) atomic_store(&sqlite_db_of(connection->tx.db)->is_sound, false);
    return fail_as(is_in_use ? STATUS_INTERNAL : STATUS_CONFLICT, is_in_use ? NULL : "state_corrupt", what,
                   detail, error);
}

enum status sqlite_fail(const struct sqlite_connection *connection, const char *what, struct error *error)
{
    const int result = sqlite3_extended_errcode(connection->handle);
    const char *detail = sqlite3_errmsg(connection->handle);
    stop_after_failed_sync(result);
    switch (result & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return db_fail_busy(error);
    case SQLITE_CONSTRAINT: return db_fail_constraint(error, detail);
    case SQLITE_FULL: return error_set(error, STATUS_STORAGE_FULL, "storage_full", "no space left to write");
    case SQLITE_NOMEM: return error_no_memory(error);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return fail_corrupt(connection, what, detail, error);
    case SQLITE_READONLY:
        // on a reader a write is a defect of ours, on the writer it is the file system
        if (connection->tx.access == DB_WRITE)
            return fail_as(STATUS_UNAVAILABLE, "read_only", what, detail, error);
        return fail_as(STATUS_INTERNAL, NULL, what, "a write in a read-only transaction", error);
    case SQLITE_CANTOPEN: return fail_as(STATUS_UNAVAILABLE, NULL, what, detail, error);
    default: return fail_as(STATUS_INTERNAL, NULL, what, detail, error);
    }
}

static bool changes_schema(int action)
{
    return (action >= SQLITE_CREATE_INDEX && action <= SQLITE_CREATE_VIEW) ||
           (action >= SQLITE_DROP_INDEX && action <= SQLITE_DROP_VIEW) || action == SQLITE_ALTER_TABLE ||
           action == SQLITE_CREATE_VTABLE || action == SQLITE_DROP_VTABLE || action == SQLITE_REINDEX ||
           action == SQLITE_ANALYZE;
}

// ALTER TABLE looks by itself at the rows that are there, as later releases do in every STRICT table.
static bool touches_settings(int action, const char *name, bool schema_may_change)
{
    return action == SQLITE_PRAGMA && !(schema_may_change && strcmp(name, "quick_check") == 0);
}

// What no statement of ours needs: other files, other settings, and changes of the schema outside a
// migration.
static int authorize(void *context, int action, const char *a, const char *b, const char *c, const char *d)
{
    const bool schema_may_change = ((const struct sqlite_connection *)context)->schema_may_change;
    (void)b, (void)c, (void)d;
    const bool outside =
        action == SQLITE_ATTACH || action == SQLITE_DETACH || touches_settings(action, a, schema_may_change);
    return outside || (changes_schema(action) && !schema_may_change) ? SQLITE_DENY : SQLITE_OK;
}

void sqlite_checkpoint(struct sqlite_connection *connection, int mode)
{
    // a busy reader only delays it; but an unsure disk must not be written on
    stop_after_failed_sync(sqlite3_wal_checkpoint_v2(connection->handle, NULL, mode, NULL, NULL));
}

// SQLite's own automatic checkpoint would swallow a failed fsync.
static int checkpoint_hook(void *context, sqlite3 *handle, const char *name, int pages)
{
    (void)handle, (void)name;
    if (pages >= CHECKPOINT_PAGES) sqlite_checkpoint(context, SQLITE_CHECKPOINT_PASSIVE);
    return SQLITE_OK;
}

static enum status run(struct sqlite_connection *connection, const char *what, const char *sql,
                       struct error *error)
{
    if (sqlite3_exec(connection->handle, sql, NULL, NULL, NULL) == SQLITE_OK) return STATUS_OK;
    return sqlite_fail(connection, what, error);
}

// The first value a setting or check answers with, cut to the buffer.
static enum status ask(struct sqlite_connection *connection, const char *path, const char *sql,
                       char answer[static ANSWER_MAX], struct error *error)
{
    sqlite3_stmt *question = NULL;
    enum status status = STATUS_OK;
    if (sqlite3_prepare_v2(connection->handle, sql, -1, &question, NULL) != SQLITE_OK ||
        sqlite3_step(question) != SQLITE_ROW)
        status = sqlite_fail(connection, path, error);
    else
        (void)str_to_c(str_from_c((const char *)sqlite3_column_text(question, 0)), answer, ANSWER_MAX);
    sqlite3_finalize(question);
    return status;
}

// Every page of it is read: seconds for a gigabyte. A copy that was taken while pages were being written may
// have each of them whole, and a table that is newer than its index: that takes twice as long to see.
static enum status look_through(struct sqlite_connection *connection, const struct sqlite_db *db,
                                struct error *error)
{
    const char *path = db->path;
    char answer[ANSWER_MAX];
    TRY(ask(connection, path,
            db->past == SQLITE_PAST_UNKNOWN ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)", answer,
            error));
    if (strcmp(answer, "ok") == 0) return STATUS_OK;
    return error_set(error, STATUS_CONFLICT, "state_corrupt", "%s is damaged: %s%s", path, answer,
                     db->past == SQLITE_PAST_UNKNOWN
                         ? "; if it was copied while a server ran, copy it with sqlite3's .backup"
                         : "");
}

// A file system without shared memory cannot have a write-ahead log.
static enum status check_journal_mode(struct sqlite_connection *connection, const char *path,
                                      struct error *error)
{
    char answer[ANSWER_MAX];
    TRY(ask(connection, path, "PRAGMA journal_mode", answer, error));
    if (strcmp(answer, "wal") == 0) return STATUS_OK;
    return error_set(error, STATUS_UNSUPPORTED, NULL,
                     "%s: its file system gives journal mode %s, wal is needed", path, answer);
}

static void set_limits(sqlite3 *handle)
{
    (void)sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    (void)sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    (void)sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    (void)sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, SQL_BYTES_MAX);
    (void)sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
    (void)sqlite3_limit(handle, SQLITE_LIMIT_VARIABLE_NUMBER, DB_PARAMS_MAX);
}

static enum status prepare_control(struct sqlite_connection *connection, enum db_access access,
                                   struct error *error)
{
    const struct {
        const char *sql;
        sqlite3_stmt **out_statement;
    } statements[] = {
        {access == DB_WRITE ? "BEGIN IMMEDIATE" : "BEGIN", &connection->begin},
        {"COMMIT", &connection->commit},
        {"ROLLBACK", &connection->rollback},
        {"SAVEPOINT member", &connection->savepoint},
        {"RELEASE member", &connection->release},
        {"ROLLBACK TO member", &connection->rollback_to},
    };
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        if (sqlite3_prepare_v3(connection->handle, statements[i].sql, -1, SQLITE_PREPARE_PERSISTENT,
                               statements[i].out_statement, NULL) != SQLITE_OK)
            return sqlite_fail(connection, statements[i].sql, error);
    return STATUS_OK;
}

static enum status configure(struct sqlite_connection *connection, const struct sqlite_db *db,
                             enum db_access access, struct error *error)
{
    sqlite3_busy_timeout(connection->handle, db->db.wait_ms);
    TRY(run(connection, db->path, COMMON_SETTINGS, error));
    if (access == DB_READ) TRY(run(connection, db->path, READER_SETTINGS, error));
    if (access == DB_WRITE && db->past != SQLITE_PAST_LEFT) TRY(look_through(connection, db, error));
    if (access == DB_WRITE) TRY(check_journal_mode(connection, db->path, error));
    if (access == DB_WRITE) sqlite3_wal_hook(connection->handle, checkpoint_hook, connection);
    TRY(prepare_control(connection, access, error));
    sqlite3_set_authorizer(connection->handle, authorize, connection);
    return STATUS_OK;
}

enum status sqlite_connection_open(struct sqlite_connection *connection, const struct sqlite_db *db,
                                   enum db_access access, struct error *error)
{
    connection->tx.access = access;
    connection->prepared_count = db->db.statement_count + DB_OWN_STATEMENTS;
    connection->prepared = calloc(connection->prepared_count, sizeof *connection->prepared);
    if (!connection->prepared) return error_no_memory(error);
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int result = sqlite3_open_v2(db->path, &connection->handle, flags, NULL);
    if (!connection->handle) return error_no_memory(error);
    if (result != SQLITE_OK) return sqlite_fail(connection, db->path, error);
    set_limits(connection->handle);
    return configure(connection, db, access, error);
}

void sqlite_connection_close(struct sqlite_connection *connection)
{
    for (size_t i = 0; connection->prepared && i < connection->prepared_count; i++)
        sqlite_statement_done(&connection->prepared[i]);
    free(connection->prepared);
    sqlite3_finalize(connection->begin);
    sqlite3_finalize(connection->commit);
    sqlite3_finalize(connection->rollback);
    sqlite3_finalize(connection->savepoint);
    sqlite3_finalize(connection->release);
    sqlite3_finalize(connection->rollback_to);
    sqlite3_close(connection->handle);
}

// "$12" is 12; 0 for anything else.
static uint16_t param_number(const char *name)
{
    int64_t number = 0;
    if (!name || name[0] != '$' || !str_to_int64(str_from_c(name + 1), &number)) return 0;
    return number > 0 && number <= DB_PARAMS_MAX ? (uint16_t)number : 0;
}

static enum status map_params(struct sqlite_statement *prepared, const struct db_statement *statement,
                              struct error *error)
{
    const int count = sqlite3_bind_parameter_count(prepared->handle);
    uint16_t highest = 0;
    prepared->numbers = calloc((size_t)count + 1, sizeof *prepared->numbers);
    if (!prepared->numbers) return error_no_memory(error);
    for (int i = 0; i < count; i++) {
        const uint16_t number = param_number(sqlite3_bind_parameter_name(prepared->handle, i + 1));
        if (number == 0)
            return error_set(error, STATUS_INTERNAL, NULL, "%s: parameters are $1, $2, …", statement->name);
        if (number > highest) highest = number;
        prepared->numbers[i] = number;
    }
    if (highest != count)
        return error_set(error, STATUS_INTERNAL, NULL, "%s: $%d is used, but only %d parameters",
                         statement->name, highest, count);
    prepared->param_count = (size_t)count;
    return STATUS_OK;
}

enum status sqlite_statement_init(struct sqlite_statement *prepared, struct sqlite_connection *connection,
                                  const struct db_statement *statement, struct error *error)
{
    *prepared = (struct sqlite_statement){0};
    const char *sql = statement->sql[DB_SQLITE], *rest = "";
    if (sqlite3_prepare_v3(connection->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared->handle,
                           &rest) != SQLITE_OK)
        return sqlite_fail(connection, statement->name, error);
    if (!prepared->handle || str_trim(str_from_c(rest)).len)
        return error_set(error, STATUS_INTERNAL, NULL, "%s: not one statement", statement->name);
    return map_params(prepared, statement, error);
}

void sqlite_statement_done(struct sqlite_statement *prepared)
{
    sqlite3_finalize(prepared->handle);
    free(prepared->numbers);
    *prepared = (struct sqlite_statement){0};
}

enum status sqlite_connection_prepare(struct sqlite_connection *connection,
                                      const struct db_statement *statement,
                                      const struct sqlite_statement **out_statement, struct error *error)
{
    struct sqlite_statement *prepared = &connection->prepared[statement->id];
    if (!prepared->handle) {
        const enum status status = sqlite_statement_init(prepared, connection, statement, error);
        if (status != STATUS_OK) {
            sqlite_statement_done(prepared);
            return status;
        }
    }
    *out_statement = prepared;
    return STATUS_OK;
}
