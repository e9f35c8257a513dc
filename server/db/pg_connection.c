#include "db/db_pg.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    VERSION_MIN = 140000,
    PAUSE_FIRST_US = 50 * 1000,
};

// Settings of security.md 7.3. A stronger synchronous_commit of the server stays; either way it is pinned, so
// that a changed configuration does not weaken a session that is open. A plan outlives the tables for which
// it was made, and a queue that was empty holds thousands a moment later: every statement has an index that
// gives what it wants in the order in which it wants it, and that is used whatever the statistics say.
// (Sorting all that waits to take the first made a claim among 4,000 jobs cost 16 ms instead of 0.2.)
const char PG_SETTINGS[] =
    "SET default_transaction_isolation = 'read committed';"
    "SET jit = off;" // what is switched off below is priced so high that every plan would be compiled
    "SET enable_sort = off;"
    "SET enable_seqscan = off;"
    "SET plan_cache_mode = force_generic_plan;"
    "SET lock_timeout = '3s';"
    "SET statement_timeout = '10s';"
    "SET idle_in_transaction_session_timeout = '10s';"
    "SELECT set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') = 'remote_apply'"
    " THEN 'remote_apply' ELSE 'on' END, false)";

static enum status unavailable(struct error *error)
{
    return error_set(error, STATUS_UNAVAILABLE, "state_unavailable", "the state database cannot be reached");
}

bool pg_connection_is_lost(const struct pg_connection *connection)
{
    return !connection->handle || PQstatus(connection->handle) != CONNECTION_OK;
}

struct str pg_first_line(const char *message)
{
    const struct str text = str_trim(str_from_c(message));
    return str_slice(text, 0, str_find(text, '\n'));
}

static bool has_class(const char *sqlstate, const char *class)
{
    return strncmp(sqlstate, class, 2) == 0;
}

static enum status fail_as(enum status status, const char *code, const char *what, const PGresult *result,
                           struct error *error)
{
    const struct str detail = pg_first_line(PQresultErrorMessage(result));
    LOG(LOG_ERROR, "state_failed", LOG_C("what", what), LOG_TEXT("detail", detail));
    return error_set(error, status, code, "%s: %.*s", what, STR_ARG(detail));
}

static enum status fail_constraint(const PGresult *result, struct error *error)
{
    const char *name = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
    return db_fail_constraint(error, name ? name : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
}

enum status pg_fail(const struct pg_connection *connection, const PGresult *result, const char *what,
                    struct error *error)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    if (pg_connection_is_lost(connection) || !state || has_class(state, "08") ||
        strncmp(state, "57P0", 4) == 0)
        return unavailable(error);
    if (has_class(state, "23")) return fail_constraint(result, error);
    if (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0)
        return error_set(error, STATUS_UNAVAILABLE, "state_retry", "another transaction came in between");
    if (strcmp(state, "55P03") == 0 || strcmp(state, "57014") == 0)
        return db_fail_busy(error); // lock, statement timeout
    if (strcmp(state, "53100") == 0)
        return error_set(error, STATUS_STORAGE_FULL, "storage_full", "no space left to write");
    if (has_class(state, "53")) return fail_as(STATUS_UNAVAILABLE, NULL, what, result, error);
    if (strcmp(state, "25006") == 0 && connection->tx.access == DB_WRITE)
        return fail_as(STATUS_UNAVAILABLE, "read_only", what, result, error);
    return fail_as(STATUS_INTERNAL, NULL, what, result, error);
}

// ---- sessions

static void log_notice(void *context, const PGresult *result)
{
    (void)context;
    LOG(LOG_DEBUG, "state_notice", LOG_TEXT("detail", pg_first_line(PQresultErrorMessage(result))));
}

// A session begins without prepared statements.
static void forget_statements(struct pg_connection *connection, size_t statement_count)
{
    for (size_t i = 0; connection->prepared && i < statement_count + DB_OWN_STATEMENTS; i++) {
        free(connection->prepared[i].param_types);
        connection->prepared[i] = (struct pg_statement){0};
    }
}

static void disconnect(struct pg_connection *connection, size_t statement_count)
{
    PQfinish(connection->handle);
    connection->handle = NULL;
    connection->sent_count = connection->unmarked_bytes = 0;
    connection->is_left = false;
    connection->has_begun = false;
    forget_statements(connection, statement_count);
}

PGconn *pg_start_connecting(const struct pg_db *db)
{
    // what stands before "dbname" is a default that the URL may override, what stands after it is not
    const char *const names[] = {"sslmode", "tcp_user_timeout", "keepalives_idle",
                                 "dbname",  "application_name", "client_encoding",
                                 NULL};
    const char *const values[] = {
        db->is_local ? "prefer" : "verify-full", "10000", "30", db->url, "tlab", "UTF8", NULL};
    PGconn *handle = PQconnectStartParams(names, values, 1);
    if (handle) (void)PQsetNoticeReceiver(handle, log_notice, NULL);
    return handle;
}

static bool wait_for_socket(PGconn *handle, PostgresPollingStatusType wanted, int64_t deadline_us)
{
    struct pollfd socket = {.fd = PQsocket(handle),
                            .events = wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT};
    return db_wait_for(&socket, 1, deadline_us);
}

static bool finish_connecting(PGconn *handle, int64_t deadline_us)
{
    PostgresPollingStatusType wanted = PGRES_POLLING_WRITING;
    while (wanted == PGRES_POLLING_READING || wanted == PGRES_POLLING_WRITING) {
        if (PQstatus(handle) == CONNECTION_BAD || !wait_for_socket(handle, wanted, deadline_us)) return false;
        wanted = PQconnectPoll(handle);
    }
    return wanted == PGRES_POLLING_OK;
}

// What will not get better by trying again.
static enum status check_server(PGconn *handle, struct error *error)
{
    const char *encoding = PQparameterStatus(handle, "server_encoding");
    if (PQserverVersion(handle) < VERSION_MIN)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "PostgreSQL %d is too old: 14 or newer is needed",
                         PQserverVersion(handle) / 10000);
    if (!encoding || strcmp(encoding, "UTF8") != 0)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "the database's encoding is %s: UTF8 is needed",
                         encoding ? encoding : "unknown");
    return STATUS_OK;
}

static enum status set_up(struct pg_connection *connection, struct error *error)
{
    TRY(check_server(connection->handle, error));
    PGresult *set = PQexec(connection->handle, PG_SETTINGS);
    enum status status = STATUS_OK;
    if (PQresultStatus(set) != PGRES_TUPLES_OK || !PQenterPipelineMode(connection->handle))
        status = pg_fail(connection, set, "SET", error);
    PQclear(set);
    return status;
}

// One line when it goes and one when it comes back, however many ask meanwhile.
static void note_outage(struct pg_db *db, struct str why)
{
    int64_t up = 0;
    if (atomic_compare_exchange_strong(&db->down_since_us, &up, clock_monotonic_us()))
        LOG(LOG_WARN, "state_unreachable", LOG_TEXT("detail", why.len ? why : STR("no answer in time")));
}

static void note_return(struct pg_db *db)
{
    const int64_t since_us = atomic_exchange(&db->down_since_us, 0);
    if (since_us)
        LOG(LOG_INFO, "state_reachable", LOG_INT("after_ms", (clock_monotonic_us() - since_us) / 1000));
}

// A handle that failed is kept for its message: pg_connection_is_lost sees that it is no session.
static enum status connect_once(struct pg_connection *connection, struct pg_db *db, int64_t deadline_us,
                                struct error *error)
{
    disconnect(connection, db->db.statement_count);
    connection->handle = pg_start_connecting(db);
    if (!connection->handle) return error_no_memory(error);
    if (!finish_connecting(connection->handle, deadline_us)) {
        note_outage(db, pg_first_line(PQerrorMessage(connection->handle)));
        return unavailable(error);
    }
    const enum status status = set_up(connection, error);
    if (status == STATUS_OK)
        note_return(db);
    else
        disconnect(connection, db->db.statement_count);
    return status;
}

int64_t pg_jitter(int64_t pause_us)
{
    uint16_t random;
    rand_bytes(&random, sizeof random);
    return pause_us / 2 + pause_us / 2 * random / UINT16_MAX;
}

int64_t pg_pause_after(int64_t pause_us)
{
    if (pause_us == 0) return PAUSE_FIRST_US;
    return pause_us * 2 < PG_PAUSE_MAX_US ? pause_us * 2 : PG_PAUSE_MAX_US;
}

static void pause_about(int64_t pause_us, int64_t deadline_us)
{
    int64_t jittered_us = pg_jitter(pause_us);
    const int64_t left_us = deadline_us - clock_monotonic_us();
    if (jittered_us > left_us) jittered_us = left_us;
    clock_pause_us(jittered_us);
}

static enum status connect_until(struct pg_connection *connection, struct pg_db *db, int64_t deadline_us,
                                 struct error *error)
{
    for (int64_t pause_us = pg_pause_after(0);; pause_us = pg_pause_after(pause_us)) {
        const enum status status = connect_once(connection, db, deadline_us, error);
        if (status != STATUS_UNAVAILABLE) return status;
        pause_about(pause_us, deadline_us);
        if (clock_monotonic_us() >= deadline_us) return status;
    }
}

enum status pg_connection_open(struct pg_connection *connection, struct pg_db *db, int64_t deadline_us,
                               struct error *error)
{
    const int64_t now_us = clock_monotonic_us(), wait_us = (int64_t)db->db.wait_ms * 1000;
    const int64_t down_since_us = atomic_load(&db->down_since_us);
    if (!down_since_us || now_us - down_since_us < wait_us)
        return connect_until(connection, db, deadline_us, error);
    // An outage known for longer than anybody waits: one looks whether it is over, the others do not queue up
    // behind it, so that what needs no state database goes on being served.
    if (atomic_flag_test_and_set(&db->trying)) return unavailable(error);
    const enum status status = connect_once(connection, db, deadline_us, error);
    atomic_flag_clear(&db->trying);
    return status;
}

void pg_connection_close(struct pg_connection *connection, size_t statement_count)
{
    disconnect(connection, statement_count);
    free(connection->prepared);
    connection->prepared = NULL;
}

// ---- statements

static enum status read_description(struct pg_statement *prepared, const PGresult *description,
                                    struct error *error)
{
    const int count = PQnparams(description);
    Oid *types = calloc((size_t)count + 1, sizeof *types);
    if (!types) return error_no_memory(error);
    for (int i = 0; i < count; i++)
        types[i] = PQparamtype(description, i);
    *prepared = (struct pg_statement){.ready = true, .param_count = (size_t)count, .param_types = types};
    return STATUS_OK;
}

// Prepares under `name` and describes: parameter and result types as the server infers them.
static enum status prepare(struct pg_connection *connection, const struct db_statement *statement,
                           const char *name, struct pg_statement *out_prepared, struct error *error)
{
    PGresult *description;
    TRY(pg_send_prepare(connection, statement->name, name, statement->sql[DB_POSTGRESQL], error));
    TRY(pg_receive(connection, &description, error));
    enum status status = pg_check_types(description, statement->name, error);
    if (status == STATUS_OK) status = read_description(out_prepared, description, error);
    PQclear(description);
    return status;
}

enum status pg_connection_prepare(struct pg_connection *connection, const struct db_statement *statement,
                                  const struct pg_statement **out_statement, struct error *error)
{
    struct pg_statement *prepared = &connection->prepared[statement->id];
    if (!prepared->ready) {
        char name[PG_STATEMENT_NAME_MAX];
        (void)snprintf(name, sizeof name, "s%" PRIu32, statement->id);
        TRY(prepare(connection, statement, name, prepared, error));
    }
    *out_statement = prepared;
    return STATUS_OK;
}

enum status pg_connection_check(struct pg_connection *connection, const struct db_statement *statement,
                                struct error *error)
{
    struct pg_statement prepared = {0};
    const enum status status = prepare(connection, statement, "", &prepared, error);
    free(prepared.param_types);
    return status;
}
