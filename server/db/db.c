#include "db/db_engine.h"

#include "base/clock.h"

#include <errno.h>
#include <limits.h>
#include <math.h>

enum { PING_WAIT_MS = 1000 };

enum status db_open(const struct db_options *options, struct db **out_db, struct error *error)
{
    const struct db base = {
        .engine = options->postgresql_url.len ? DB_POSTGRESQL : DB_SQLITE,
        .statement_count = options->statement_count,
        .wait_ms = options->busy_timeout_ms > 0 ? options->busy_timeout_ms : DB_WAIT_DEFAULT_MS,
    };
    struct db_options checked = *options;
    if (checked.pool_size == 0) checked.pool_size = DB_POOL_DEFAULT;
    if (checked.pool_size > DB_POOL_MAX)
        return error_set(error, STATUS_INVALID, NULL, "a pool of %zu connections: at most %d are allowed",
                         checked.pool_size, DB_POOL_MAX);
    for (size_t i = 0; i < options->statement_count; i++)
        if (options->statements[i]->id != i)
            return error_set(error, STATUS_INTERNAL, NULL, "statement %s has id %u at place %zu",
                             options->statements[i]->name, options->statements[i]->id, i);
    TRY(base.engine == DB_SQLITE ? db_sqlite_open(&checked, base, out_db, error)
                                 : db_pg_open(&checked, base, out_db, error));
    pthread_mutex_init(&(*out_db)->listeners.mutex, NULL);
    return STATUS_OK;
}

void db_close(struct db *db)
{
    if (!db) return;
    pthread_mutex_destroy(&db->listeners.mutex);
    db->ops->close(db);
}

enum db_engine db_engine_of(const struct db *db)
{
    return db->engine;
}

static enum status begin_within(struct db *db, enum db_access access, int wait_ms, struct db_tx **out_tx,
                                struct error *error)
{
    struct db_tx *tx;
    TRY(db->ops->begin(db, access, clock_monotonic_us() + (int64_t)wait_ms * 1000, &tx, error));
    *tx = (struct db_tx){.db = db, .rows = {.tx = tx}, .access = access};
    *out_tx = tx;
    return STATUS_OK;
}

enum status db_begin(struct db *db, enum db_access access, struct db_tx **out_tx, struct error *error)
{
    return begin_within(db, access, db->wait_ms, out_tx, error);
}

bool db_ping(struct db *db)
{
    DB_TX_SCOPE tx = NULL;
    return begin_within(db, DB_READ, PING_WAIT_MS, &tx, NULL) == STATUS_OK && db->ops->ping(tx);
}

enum status db_check_statement(struct db *db, const struct db_statement *statement, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(db, DB_READ, &tx, error));
    return db->ops->check_statement(tx, statement, error);
}

void db_rollback(struct db_tx **tx)
{
    if (!*tx) return;
    if ((*tx)->rows_open) (*tx)->db->ops->rows_done(*tx);
    (*tx)->db->ops->rollback(*tx);
    *tx = NULL;
}

enum status db_commit(struct db_tx **tx, struct error *error)
{
    if ((*tx)->failed || (*tx)->rows_open) {
        const char *why = (*tx)->failed ? "a statement failed" : "rows are still open";
        db_rollback(tx);
        return error_set(error, STATUS_INTERNAL, NULL, "commit of a transaction in which %s: rolled back",
                         why);
    }
    struct db_tx *ending = *tx;
    *tx = NULL;
    return ending->db->ops->commit(ending, error);
}

// What one engine would take and the other would not, or would take as something else.
static enum status check_value(const struct db_statement *statement, size_t i, const struct db_value *value,
                               struct error *error)
{
    const bool is_text = value->type == DB_TEXT_VALUE && value->bytes.len;
    if (value->type == DB_DOUBLE_VALUE && isnan(value->real))
        return error_set(error, STATUS_INVALID, NULL, "%s: $%zu is not a number", statement->name, i + 1);
    if (is_text && (memchr(value->bytes.ptr, 0, value->bytes.len) || !str_is_utf8(value->bytes)))
        return error_set(error, STATUS_INVALID, NULL, "%s: $%zu is not UTF-8 text", statement->name, i + 1);
    return STATUS_OK;
}

static enum status check_call(struct db_tx *tx, const struct db_statement *statement,
                              const struct db_value *values, size_t count, struct error *error)
{
    size_t expected;
    if (tx->failed || tx->rows_open)
        return error_set(error, STATUS_INTERNAL, NULL, "%s: %s", statement->name,
                         tx->failed ? "an earlier statement of the transaction failed"
                                    : "rows are still open");
    if (statement->id >= tx->db->statement_count + DB_OWN_STATEMENTS)
        return error_set(error, STATUS_INTERNAL, NULL, "%s: not among the statements given to db_open",
                         statement->name);
    TRY(tx->db->ops->param_count(tx, statement, &expected, error));
    if (count != expected)
        return error_set(error, STATUS_INTERNAL, NULL, "%s: %zu values for %zu parameters", statement->name,
                         count, expected);
    for (size_t i = 0; i < count; i++)
        TRY(check_value(statement, i, &values[i], error));
    return STATUS_OK;
}

enum status db_execute(struct db_tx *tx, const struct db_statement *statement, const struct db_value *values,
                       size_t count, int64_t *out_changed, struct error *error)
{
    int64_t changed = 0;
    enum status status = check_call(tx, statement, values, count, error);
    if (status == STATUS_OK) status = tx->db->ops->execute(tx, statement, values, &changed, error);
    if (status == STATUS_OK && out_changed) *out_changed = changed;
    if (status != STATUS_OK) tx->failed = true;
    return status;
}

enum status db_defer(struct db_tx *tx, const struct db_statement *statement, const struct db_value *values,
                     size_t count, struct error *error)
{
    enum status status = check_call(tx, statement, values, count, error);
    if (status == STATUS_OK) status = tx->db->ops->defer(tx, statement, values, error);
    if (status != STATUS_OK) tx->failed = true;
    return status;
}

enum status db_query(struct db_tx *tx, const struct db_statement *statement, const struct db_value *values,
                     size_t count, struct db_rows **out_rows, struct error *error)
{
    enum status status = check_call(tx, statement, values, count, error);
    if (status == STATUS_OK) status = tx->db->ops->query(tx, statement, values, error);
    tx->failed = status != STATUS_OK;
    if (status != STATUS_OK) return status;
    tx->rows_open = true;
    *out_rows = &tx->rows;
    return STATUS_OK;
}

enum status db_next(struct db_rows *rows, bool *out_has_row, struct error *error)
{
    const enum status status = rows->tx->db->ops->next(rows->tx, out_has_row, error);
    if (status != STATUS_OK) rows->tx->failed = true;
    return status;
}

void db_rows_done(struct db_rows **rows)
{
    if (*rows && (*rows)->tx->rows_open) {
        (*rows)->tx->db->ops->rows_done((*rows)->tx);
        (*rows)->tx->rows_open = false;
    }
    *rows = NULL;
}

bool db_is_null(const struct db_rows *rows, int column)
{
    return rows->tx->db->ops->is_null(rows->tx, column);
}

int64_t db_int(const struct db_rows *rows, int column)
{
    return rows->tx->db->ops->as_int(rows->tx, column);
}

double db_double(const struct db_rows *rows, int column)
{
    return rows->tx->db->ops->as_double(rows->tx, column);
}

struct str db_text(const struct db_rows *rows, int column)
{
    return rows->tx->db->ops->as_text(rows->tx, column);
}

struct str db_blob(const struct db_rows *rows, int column)
{
    return rows->tx->db->ops->as_blob(rows->tx, column);
}

enum status db_fail_busy(struct error *error)
{
    return error_set(error, STATUS_UNAVAILABLE, "state_busy", "the state database is busy");
}

enum status db_fail_constraint(struct error *error, const char *detail)
{
    return error_set(error, STATUS_CONFLICT, "constraint", "%s", detail);
}

// Rounded up, so that nobody wakes a little too early and waits again.
static int ms_until(int64_t until_us)
{
    if (until_us == INT64_MAX) return -1;
    const int64_t left_us = until_us - clock_monotonic_us();
    if (left_us <= 0) return 0;
    return left_us / 1000 < INT_MAX ? (int)(left_us / 1000) + 1 : INT_MAX;
}

bool db_wait_for(struct pollfd *sockets, nfds_t count, int64_t until_us)
{
    int ready;
    do
        ready = poll(sockets, count, ms_until(until_us));
    while (ready < 0 && errno == EINTR);
    return ready > 0;
}
