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

// One command without a result.
static enum status command(const struct pg_connection *connection, const char *sql, struct error *error)
{
    PGresult *result = PQexec(connection->handle, sql);
    enum status status = STATUS_OK;
    if (PQresultStatus(result) != PGRES_COMMAND_OK) status = pg_fail(connection, result, sql, error);
    PQclear(result);
    return status;
}

// An idle session may have died with its server: that shows here, before anything was done, and costs only a
// reconnect.
static enum status begin_on(struct pg_connection *connection, struct pg_db *db, enum db_access access,
                            int64_t deadline_us, struct error *error)
{
    const bool was_idle = !pg_connection_is_lost(connection);
    if (was_idle) {
        const enum status status = command(connection, BEGIN[access], error);
        if (status == STATUS_OK || !pg_connection_is_lost(connection)) return status;
    }
    TRY(pg_connection_open(connection, db, deadline_us, error));
    return command(connection, BEGIN[access], error);
}

static enum status pg_begin(struct db *base, enum db_access access, int64_t deadline_us,
                            struct db_tx **out_tx, struct error *error)
{
    struct pg_db *db = pg_of(base);
    struct pg_connection *connection = pool_take(&db->pool, deadline_us);
    if (!connection) return db_fail_busy(error);
    connection->tx.access = access;
    const enum status status = begin_on(connection, db, access, deadline_us, error);
    if (status == STATUS_OK)
        *out_tx = &connection->tx;
    else
        pool_give(&db->pool, connection);
    return status;
}

static void pg_rollback(struct db_tx *tx)
{
    struct pg_connection *connection = connection_of(tx);
    if (!pg_connection_is_lost(connection)) (void)command(connection, "ROLLBACK", NULL);
    pool_give(&pg_of(tx->db)->pool, connection);
}

// Without an answer to COMMIT nobody here knows whether it took place. What only read has lost nothing.
static enum status commit_lost(enum db_access access, struct error *error)
{
    if (access == DB_READ) return STATUS_OK;
    return error_set(
        error, STATUS_UNAVAILABLE, "unknown_outcome",
        "the connection was lost while the change was being made: it may or may not have taken place");
}

static enum status pg_commit(struct db_tx *tx, struct error *error)
{
    struct pg_connection *connection = connection_of(tx);
    PGresult *result = PQexec(connection->handle, "COMMIT");
    enum status status = STATUS_OK;
    if (pg_connection_is_lost(connection))
        status = commit_lost(tx->access, error);
    else if (PQresultStatus(result) != PGRES_COMMAND_OK)
        status = pg_fail(connection, result, "COMMIT", error);
    else if (strcmp(PQcmdStatus(result), "COMMIT") != 0) // PostgreSQL answers ROLLBACK without an error
        status = error_set(error, STATUS_INTERNAL, NULL, "COMMIT was answered by %s", PQcmdStatus(result));
    PQclear(result);
    pool_give(&pg_of(tx->db)->pool, connection);
    return status;
}

// ---- statements

static enum status run(struct pg_connection *connection, const struct db_statement *statement,
                       const struct db_value *values, PGresult **out_result, struct error *error)
{
    const struct pg_statement *prepared;
    TRY(pg_connection_prepare(connection, statement, &prepared, error));
    struct pg_params *params = &connection->params;
    TRY(pg_encode(params, prepared, values, statement->name, error));
    char name[PG_STATEMENT_NAME_MAX];
    (void)snprintf(name, sizeof name, "s%" PRIu32, statement->id);
    PGresult *result = PQexecPrepared(connection->handle, name, (int)prepared->param_count, params->values,
                                      params->lengths, params->formats, 1);
    const ExecStatusType answer = PQresultStatus(result);
    if (answer == PGRES_COMMAND_OK || answer == PGRES_TUPLES_OK) {
        *out_result = result;
        return STATUS_OK;
    }
    const enum status status = pg_fail(connection, result, statement->name, error);
    PQclear(result);
    return status;
}

static enum status pg_param_count(struct db_tx *tx, const struct db_statement *statement, size_t *out_count,
                                  struct error *error)
{
    const struct pg_statement *prepared;
    TRY(pg_connection_prepare(connection_of(tx), statement, &prepared, error));
    *out_count = prepared->param_count;
    return STATUS_OK;
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

static bool pg_ping(struct db_tx *tx)
{
    (void)tx; // BEGIN was answered
    return true;
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

static enum status pg_script(struct db_tx *tx, const char *sql, struct error *error)
{
    const struct pg_connection *connection = connection_of(tx);
    PGresult *result = PQexec(connection->handle, sql);
    const ExecStatusType answer = PQresultStatus(result);
    enum status status = STATUS_OK;
    if (answer != PGRES_COMMAND_OK && answer != PGRES_TUPLES_OK)
        status = pg_fail(connection, result, "migration", error);
    PQclear(result);
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
