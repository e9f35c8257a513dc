#include "db/db_sqlite.h"

#include "base/clock.h"

// A statement without parameters and rows, stepped once.
static enum status step_once(const struct sqlite_connection *connection, sqlite3_stmt *statement,
                             struct error *error)
{
    enum status status = STATUS_OK;
    if (sqlite3_step(statement) != SQLITE_DONE)
        status = sqlite_fail(connection, sqlite3_sql(statement), error);
    (void)sqlite3_reset(statement);
    return status;
}

static void run_quietly(sqlite3_stmt *statement)
{
    (void)sqlite3_step(statement);
    (void)sqlite3_reset(statement);
}

static bool is_in_transaction(const struct sqlite_connection *connection)
{
    return !sqlite3_get_autocommit(connection->handle);
}

// The last step for everybody whose changes are in the transaction; the connection is still the caller's.
static void commit_all(struct sqlite_db *db, struct sqlite_connection *connection)
{
    struct error error = {0};
    const enum status status = step_once(connection, connection->commit, &error);
    if (is_in_transaction(connection)) run_quietly(connection->rollback);
    sqlite_group_settle(&db->group, status, &error);
}

// The writer's turn is over. Others whose changes are in the transaction wait for the disk: the next writer
// sees to that, or the caller where there is none.
static void end_turn(struct sqlite_db *db, struct sqlite_connection *connection)
{
    connection->schema_may_change = false;
    if (sqlite_group_is_open(&db->group)) {
        if (db->group.count < SQLITE_GROUP_MAX && pool_give_if_awaited(&db->writers, connection)) return;
        commit_all(db, connection);
    }
    pool_give(&db->writers, connection);
}

static enum status begin_write(struct sqlite_db *db, struct sqlite_connection *connection,
                               struct error *error)
{
    const bool is_member = sqlite_group_is_open(&db->group);
    const enum status status =
        step_once(connection, is_member ? connection->savepoint : connection->begin, error);
    if (status != STATUS_OK) end_turn(db, connection);
    return status;
}

static enum status begin_read(struct sqlite_db *db, struct sqlite_connection *connection, struct error *error)
{
    const enum status status = step_once(connection, connection->begin, error);
    if (status != STATUS_OK) pool_give(&db->readers, connection);
    return status;
}

enum status sqlite_begin(struct db *base, enum db_access access, int64_t deadline_us, struct db_tx **out_tx,
                         struct error *error)
{
    struct sqlite_db *db = sqlite_db_of(base);
    struct sqlite_connection *connection = pool_take(sqlite_pool_of(db, access), deadline_us);
    if (!connection) return db_fail_busy(error);
    // what is left of the wait is for a foreign process that holds SQLite's own lock
    const int64_t left_ms = (deadline_us - clock_monotonic_us()) / 1000;
    (void)sqlite3_busy_timeout(connection->handle, left_ms > 0 ? (int)left_ms : 1);
    connection->tx.access = access;
    if (access == DB_READ)
        TRY(begin_read(db, connection, error));
    else
        TRY(begin_write(db, connection, error));
    *out_tx = &connection->tx;
    return STATUS_OK;
}

// SQLite has rolled back by itself when the disk was full or failed: the changes of all members are gone.
static void tell_of_loss(struct sqlite_db *db, const struct sqlite_connection *connection)
{
    struct error error = {0};
    if (!sqlite_group_is_open(&db->group)) return;
    const enum status status = sqlite_fail(connection, "a transaction that others shared", &error);
    sqlite_group_settle(&db->group, status, &error);
}

// Where others wait to write they go first, and the disk is flushed once for all.
static enum status end_with_group(struct sqlite_db *db, struct sqlite_connection *connection,
                                  struct error *error)
{
    struct sqlite_member member = {.error = error};
    sqlite_group_join(&db->group, &member);
    end_turn(db, connection);
    return sqlite_group_wait(&db->group, &member);
}

// Whoever leaves may do so for what another one has changed: that others can see it, too, before anybody is
// told.
static void leave_group(struct sqlite_db *db, struct sqlite_connection *connection)
{
    struct error unused = {0};
    run_quietly(connection->rollback_to);
    run_quietly(connection->release);
    (void)end_with_group(db, connection, &unused);
}

static void rollback_write(struct sqlite_db *db, struct sqlite_connection *connection)
{
    if (is_in_transaction(connection) && sqlite_group_is_open(&db->group)) {
        leave_group(db, connection);
        return;
    }
    if (is_in_transaction(connection))
        run_quietly(connection->rollback);
    else
        tell_of_loss(db, connection);
    end_turn(db, connection);
}

static void rollback_read(struct sqlite_db *db, struct sqlite_connection *connection)
{
    if (is_in_transaction(connection)) run_quietly(connection->rollback);
    pool_give(&db->readers, connection);
}

void sqlite_rollback(struct db_tx *tx)
{
    if (tx->access == DB_READ)
        rollback_read(sqlite_db_of(tx->db), sqlite_connection_of(tx));
    else
        rollback_write(sqlite_db_of(tx->db), sqlite_connection_of(tx));
}

static enum status commit_write(struct sqlite_db *db, struct sqlite_connection *connection,
                                struct error *error)
{
    if (sqlite_group_is_open(&db->group)) {
        const enum status status = step_once(connection, connection->release, error);
        if (status != STATUS_OK) {
            rollback_write(db, connection);
            return status;
        }
    }
    return end_with_group(db, connection, error);
}

enum status sqlite_commit(struct db_tx *tx, struct error *error)
{
    struct sqlite_connection *connection = sqlite_connection_of(tx);
    if (tx->access == DB_WRITE) return commit_write(sqlite_db_of(tx->db), connection, error);
    const enum status status = step_once(connection, connection->commit, error);
    rollback_read(sqlite_db_of(tx->db), connection); // ends it if the commit did not
    return status;
}
