// Private to the SQLite engine: its files (sqlite_file.c), its connections (sqlite_connection.c),
// transactions (sqlite_tx.c, sqlite_group.h), its work (db_sqlite.c).
//
// One writer and a few readers, each an own connection in WAL mode. Whoever writes waits for the writer in
// the pool and not in SQLite, whose lock is then free unless a foreign process holds it.
#pragma once

#include "db/db_engine.h"
#include "db/pool.h"
#include "db/sqlite_group.h"

#include <sqlite3.h>

enum { SQLITE_PATH_MAX = 1024 };

// A prepared statement. SQLite numbers "$2" by appearance, the caller by its digits.
struct sqlite_statement {
    sqlite3_stmt *handle; // NULL: not prepared yet
    uint16_t *numbers;    // numbers[i]: the caller's number of SQLite's parameter i + 1
    size_t param_count;
};

struct sqlite_connection {
    struct db_tx tx; // first: the caller's handle
    sqlite3 *handle;
    bool schema_may_change; // only inside a migration
    struct sqlite_statement *prepared;
    size_t prepared_count;
    sqlite3_stmt *begin, *commit, *rollback;
    sqlite3_stmt *savepoint, *release, *rollback_to; // of a member of a group
    const struct sqlite_statement *rows;             // while rows are open
};

struct sqlite_db {
    struct db db; // first
    char path[SQLITE_PATH_MAX];
    int lock_fd;
    bool is_as_left;           // the file has not changed since it was closed, and was sound then
    bool is_sound;             // it was looked through, or need not be
    struct pool writers;       // of one
    struct sqlite_group group; // of its transaction
    struct pool readers;
    struct sqlite_connection *connections; // the writer, then the readers
    size_t connection_count;
};

static inline struct sqlite_connection *sqlite_connection_of(const struct db_tx *tx)
{
    return (struct sqlite_connection *)(uintptr_t)tx; // tx is its first member
}

static inline struct sqlite_db *sqlite_db_of(struct db *db)
{
    return (struct sqlite_db *)db;
}

static inline struct pool *sqlite_pool_of(struct sqlite_db *db, enum db_access access)
{
    return access == DB_WRITE ? &db->writers : &db->readers;
}

// Transactions (sqlite_tx.c), as db_engine.h describes them.
enum status sqlite_begin(struct db *base, enum db_access access, int64_t deadline_us, struct db_tx **out_tx,
                         struct error *error);
enum status sqlite_commit(struct db_tx *tx, struct error *error);
void sqlite_rollback(struct db_tx *tx);

// Takes the process lock `<path>.lock`, which holds our pid, and sees to it that the file exists with mode
// 0600. STATUS_CONFLICT "state_locked" names the pid of the holder. *out_lock_fd is the caller's to give to
// sqlite_file_leave, which notes size and time of the closed file in the lock: *out_is_as_left says whether
// they are still those that the last holder noted. Not given back, the file counts as changed.
enum status sqlite_file_claim(const char *path, int *out_lock_fd, bool *out_is_as_left, struct error *error);
void sqlite_file_leave(const char *path, int lock_fd);

// Opens with the settings of security.md 7.3; the writer looks through a file that is not as it was left. The
// connection owns what it opened also on failure: close it.
enum status sqlite_connection_open(struct sqlite_connection *connection, const struct sqlite_db *db,
                                   enum db_access access, struct error *error);
void sqlite_connection_close(struct sqlite_connection *connection);

// The statement, prepared on first use and kept. `*out_statement` stays the connection's.
enum status sqlite_connection_prepare(struct sqlite_connection *connection,
                                      const struct db_statement *statement,
                                      const struct sqlite_statement **out_statement, struct error *error);

// Prepares without keeping. End with sqlite_statement_done, also after a failure.
enum status sqlite_statement_init(struct sqlite_statement *prepared, struct sqlite_connection *connection,
                                  const struct db_statement *statement, struct error *error);
void sqlite_statement_done(struct sqlite_statement *prepared);

// Turns what SQLite just answered on this connection into a status. `what` names the statement or act.
// A failed fsync ends the process: what is on the disk is unknown, and a second fsync would lie.
enum status sqlite_fail(const struct sqlite_connection *connection, const char *what, struct error *error);

// Moves the log into the database file if it has grown; part of every commit.
void sqlite_checkpoint(struct sqlite_connection *connection, int mode);

// A consistent copy of the database as committed, written beside and then renamed to `target` (mode 0600).
enum status sqlite_copy(const struct sqlite_db *db, const char *target, struct error *error);
