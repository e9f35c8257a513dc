#include "db/db_pg.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct pg_connection *connection_of(const struct db_tx *tx)
{
    return (struct pg_connection *)(uintptr_t)tx; // tx is its first member
}

static struct pg_db *pg_of(struct db *db)
{
    return (struct pg_db *)db;
}

// ---- transactions

static const char *const BEGIN[] = {
    [DB_READ] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    [DB_WRITE] = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
};

static enum status pg_begin(struct db *base, enum db_access access, int64_t deadline_us,
                            struct db_tx **out_tx, struct error *error)
{
    struct pg_db *db = pg_of(base);
    struct pg_connection *connection = pool_take(&db->pool, deadline_us);
    if (!connection) return db_fail_busy(error);
    connection->tx.access = access;
    connection->deadline_us = deadline_us;
    connection->is_under_way = false;
    enum status status = STATUS_OK;
    if (!pg_take_up(connection)) status = pg_connection_open(connection, db, deadline_us, error);
    connection->has_begun = false;
    if (status == STATUS_OK)
        *out_tx = &connection->tx;
    else
        pool_give(&db->pool, connection);
    return status;
}

static enum status send_begin(struct pg_connection *connection, struct error *error)
{
    if (connection->has_begun) return STATUS_OK;
    connection->has_begun = true;
    return pg_send_sql(connection, "BEGIN", BEGIN[connection->tx.access], error);
}

// Ends what changed nothing, or shall not.
static void leave(struct pg_connection *connection, const char *sql)
{
    if (connection->has_begun && !pg_connection_is_lost(connection) &&
        pg_send_sql(connection, sql, sql, NULL) == STATUS_OK)
        pg_leave(connection);
    pool_give(&pg_of(connection->tx.db)->pool, connection);
}

static void pg_rollback(struct db_tx *tx)
{
    leave(connection_of(tx), "ROLLBACK");
}

// Without an answer to COMMIT nobody here knows whether it took place.
static enum status commit_lost(struct error *error)
{
    return error_set(
        error, STATUS_UNAVAILABLE, "unknown_outcome",
        "the connection was lost while the change was being made: it may or may not have taken place");
}

static enum status commit_writes(struct pg_connection *connection, struct error *error)
{
    PGresult *result;
    TRY(pg_send_sql(connection, "COMMIT", "COMMIT", error));
    TRY(pg_receive(connection, &result, error));
    enum status status = STATUS_OK;
    if (strcmp(PQcmdStatus(result), "COMMIT") != 0) // PostgreSQL answers ROLLBACK without an error
        status = error_set(error, STATUS_INTERNAL, NULL, "COMMIT was answered by %s", PQcmdStatus(result));
    PQclear(result);
    return status;
}

static enum status pg_commit(struct db_tx *tx, struct error *error)
{
    struct pg_connection *connection = connection_of(tx);
    if (tx->access == DB_READ || !connection->has_begun) {
        leave(connection, "COMMIT"); // what only read has lost nothing, whatever the answer
        return STATUS_OK;
    }
    const enum status status = commit_writes(connection, error);
    if (status == STATUS_OK)
        pool_give(&pg_of(tx->db)->pool, connection);
    else
        leave(connection, "ROLLBACK"); // of a deferred statement that failed, else without effect
    return pg_connection_is_lost(connection) ? commit_lost(error) : status;
}

// ---- statements

static enum status send(struct pg_connection *connection, const struct db_statement *statement,
                        const struct db_value *values, struct error *error)
{
    const struct pg_statement *prepared;
    char name[PG_STATEMENT_NAME_MAX];
    TRY(pg_connection_prepare(connection, statement, &prepared, error));
    TRY(pg_encode(&connection->params, prepared, values, statement->name, error));
    TRY(send_begin(connection, error));
    (void)snprintf(name, sizeof name, "s%" PRIu32, statement->id);
    return pg_send_prepared(connection, statement->name, name, prepared->param_count, error);
}

static enum status run_once(struct pg_connection *connection, const struct db_statement *statement,
                            const struct db_value *values, PGresult **out_result, struct error *error)
{
    TRY(send(connection, statement, values, error));
    TRY(pg_receive(connection, out_result, error));
    connection->is_under_way = true;
    return STATUS_OK;
}

// An idle session may have died with its server. Where that shows before anything was done it costs only a
// reconnect.
static bool may_begin_anew(const struct pg_connection *connection)
{
    return pg_connection_is_lost(connection) && !connection->is_under_way;
}

static enum status begin_anew(struct pg_connection *connection, struct error *error)
{
    return pg_connection_open(connection, pg_of(connection->tx.db), connection->deadline_us, error);
}

static enum status run(struct pg_connection *connection, const struct db_statement *statement,
                       const struct db_value *values, PGresult **out_result, struct error *error)
{
    const enum status status = run_once(connection, statement, values, out_result, error);
    if (status == STATUS_OK || !may_begin_anew(connection)) return status;
    TRY(begin_anew(connection, error));
    return run_once(connection, statement, values, out_result, error);
}

static enum status pg_param_count(struct db_tx *tx, const struct db_statement *statement, size_t *out_count,
                                  struct error *error)
{
    struct pg_connection *connection = connection_of(tx);
    const struct pg_statement *prepared;
    enum status status = pg_connection_prepare(connection, statement, &prepared, error);
    if (status != STATUS_OK && may_begin_anew(connection)) {
        TRY(begin_anew(connection, error));
        status = pg_connection_prepare(connection, statement, &prepared, error);
    }
    if (status == STATUS_OK) *out_count = prepared->param_count;
    return status;
}

static enum status pg_execute(struct db_tx *tx, const struct db_statement *statement,
                              const struct db_value *values, int64_t *out_changed, struct error *error)
{
    PGresult *result = NULL;
    TRY(run(connection_of(tx), statement, values, &result, error));
    (void)str_to_int64(str_from_c(PQcmdTuples(result)), out_changed); // "" for what touches no rows
    PQclear(result);
    return STATUS_OK;
}

static enum status pg_defer(struct db_tx *tx, const struct db_statement *statement,
                            const struct db_value *values, struct error *error)
{
    struct pg_connection *connection = connection_of(tx);
    TRY(send(connection, statement, values, error));
    connection->is_under_way = true;
    return pg_keep_short(connection, error);
}

static enum status pg_query(struct db_tx *tx, const struct db_statement *statement,
                            const struct db_value *values, struct error *error)
{
    struct pg_connection *connection = connection_of(tx);
    connection->row = -1;
    return run(connection, statement, values, &connection->result, error);
}

static enum status pg_next(struct db_tx *tx, bool *out_has_row, struct error *error)
{
    (void)error; // all rows are here already
    struct pg_connection *connection = connection_of(tx);
    const int count = PQntuples(connection->result);
    if (connection->row < count) connection->row++;
    *out_has_row = connection->row < count;
    return STATUS_OK;
}

static void pg_rows_done(struct db_tx *tx)
{
    PQclear(connection_of(tx)->result);
    connection_of(tx)->result = NULL;
}

static enum status pg_check_statement(struct db_tx *tx, const struct db_statement *statement,
                                      struct error *error)
{
    return pg_connection_check(connection_of(tx), statement, error);
}

// BEGIN, and what was deferred, with their answers.
static enum status begin_now(struct pg_connection *connection, struct error *error)
{
    PGresult *result = NULL;
    TRY(send_begin(connection, error));
    if (connection->sent_count > 0) TRY(pg_receive(connection, &result, error));
    PQclear(result);
    return STATUS_OK;
}

static bool pg_ping(struct db_tx *tx)
{
    struct pg_connection *connection = connection_of(tx);
    if (begin_now(connection, NULL) == STATUS_OK) return true;
    return may_begin_anew(connection) && begin_anew(connection, NULL) == STATUS_OK &&
           begin_now(connection, NULL) == STATUS_OK;
}

// ---- values of the present row

static bool pg_is_null(const struct db_tx *tx, int column)
{
    return PQgetisnull(connection_of(tx)->result, connection_of(tx)->row, column);
}

static int64_t pg_int(const struct db_tx *tx, int column)
{
    return pg_decode_int(connection_of(tx)->result, connection_of(tx)->row, column);
}

static double pg_double(const struct db_tx *tx, int column)
{
    return pg_decode_double(connection_of(tx)->result, connection_of(tx)->row, column);
}

static struct str pg_bytes(const struct db_tx *tx, int column)
{
    return pg_decode_bytes(connection_of(tx)->result, connection_of(tx)->row, column);
}

// ---- migrations

static enum status run_script(struct pg_connection *connection, const char *sql, struct error *error)
{
    PGresult *result = PQexec(connection->handle, sql);
    const ExecStatusType answer = PQresultStatus(result);
    enum status status = STATUS_OK;
    if (answer != PGRES_COMMAND_OK && answer != PGRES_TUPLES_OK)
        status = pg_fail(connection, result, "migration", error);
    PQclear(result);
    return status;
}

// Several commands in one text go out by themselves.
static enum status pg_script(struct db_tx *tx, const char *sql, struct error *error)
{
    struct pg_connection *connection = connection_of(tx);
    TRY(begin_now(connection, error));
    connection->is_under_way = true;
    if (!PQexitPipelineMode(connection->handle)) return pg_fail(connection, NULL, "migration", error);
    const enum status status = run_script(connection, sql, error);
    if (!PQenterPipelineMode(connection->handle) && status == STATUS_OK)
        return pg_fail(connection, NULL, "migration", error);
    return status;
}

// Held to the end of the transaction. The number is ours alone: "tlab" in ASCII.
static enum status pg_migration_lock(struct db_tx *tx, struct error *error)
{
    return pg_script(tx,
                     "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '60s';"
                     "SELECT 1 FROM pg_advisory_xact_lock(1953259874)",
                     error);
}

// A backup of PostgreSQL is its operator's; here the transaction alone guards.
static enum status pg_keep_copy(struct db_tx *tx, uint32_t version, struct error *error)
{
    (void)tx, (void)version, (void)error;
    return STATUS_OK;
}

// ---- open and close

static void pg_close(struct db *base)
{
    struct pg_db *db = pg_of(base);
    for (size_t i = 0; i < db->connection_count; i++)
        pg_connection_close(&db->connections[i], db->db.statement_count);
    pool_done(&db->pool);
    free(db->connections);
    free(db);
}

static const struct db_engine_ops PG_OPS = {
    .link = &PG_LINK_OPS,
    .close = pg_close,
    .ping = pg_ping,
    .check_statement = pg_check_statement,
    .begin = pg_begin,
    .commit = pg_commit,
    .rollback = pg_rollback,
    .execute = pg_execute,
    .defer = pg_defer,
    .query = pg_query,
    .next = pg_next,
    .rows_done = pg_rows_done,
    .param_count = pg_param_count,
    .is_null = pg_is_null,
    .as_int = pg_int,
    .as_double = pg_double,
    .as_text = pg_bytes,
    .as_blob = pg_bytes,
    .migration_lock = pg_migration_lock,
    .keep_copy = pg_keep_copy,
    .script = pg_script,
};

static bool is_this_machine(const char *host)
{
    return host[0] == '\0' || host[0] == '/' || host[0] == '@' || strcmp(host, "localhost") == 0 ||
           strcmp(host, "127.0.0.1") == 0 || strcmp(host, "::1") == 0;
}

static enum status read_url(struct pg_db *db, struct str url, struct error *error)
{
    if (!str_to_c(url, db->url, sizeof db->url))
        return error_set(error, STATUS_INVALID, NULL, "the database URL is longer than %zu bytes",
                         sizeof db->url - 1);
    PQconninfoOption *parts = PQconninfoParse(db->url, NULL);
    // libpq's own message would repeat the URL, and the password in it
    if (!parts)
        return error_set(error, STATUS_INVALID, NULL, "the database URL is not of the form postgresql://…");
    db->is_local = true;
    for (const PQconninfoOption *part = parts; part->keyword; part++)
        if (strncmp(part->keyword, "host", 4) == 0 && part->val && !is_this_machine(part->val))
            db->is_local = false;
    PQconninfoFree(parts);
    return STATUS_OK;
}

static enum status make_pool(struct pg_db *db, size_t connections, struct error *error)
{
    db->connections = calloc(connections, sizeof *db->connections);
    if (!db->connections || !pool_init(&db->pool, connections)) return error_no_memory(error);
    db->connection_count = connections;
    for (size_t i = 0; i < connections; i++) {
        struct pg_connection *connection = &db->connections[i];
        connection->prepared =
            calloc(db->db.statement_count + DB_OWN_STATEMENTS, sizeof *connection->prepared);
        if (!connection->prepared) return error_no_memory(error);
        pool_give(&db->pool, connection);
    }
    return STATUS_OK;
}

// Whoever starts the server is told what libpq says; later it goes into the log alone.
static enum status connect_first(struct pg_db *db, struct error *error)
{
    struct pg_connection *first = &db->connections[0];
    const int64_t deadline_us = clock_monotonic_us() + (int64_t)db->db.wait_ms * 1000;
    const enum status status = pg_connection_open(first, db, deadline_us, error);
    if (status != STATUS_UNAVAILABLE || !first->handle) return status;
    return error_set(error, STATUS_UNAVAILABLE, "state_unavailable",
                     "the state database cannot be reached: %.*s",
                     STR_ARG(pg_first_line(PQerrorMessage(first->handle))));
}

enum status db_pg_open(const struct db_options *options, struct db base, struct db **out_db,
                       struct error *error)
{
    struct pg_db *db = calloc(1, sizeof *db);
    if (!db) return error_no_memory(error);
    db->db = base;
    db->db.ops = &PG_OPS;
    atomic_flag_clear(&db->trying);
    enum status status = read_url(db, options->postgresql_url, error);
    if (status == STATUS_OK) status = make_pool(db, options->pool_size, error);
    if (status == STATUS_OK) status = connect_first(db, error);
    if (status == STATUS_OK)
        *out_db = &db->db;
    else
        pg_close(&db->db);
    return status;
}
