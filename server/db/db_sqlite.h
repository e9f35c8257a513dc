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
#include <stdatomic.h>

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

// What the lock beside a file tells of it.
enum sqlite_past {
    SQLITE_PAST_UNKNOWN, // nothing: it may be a copy, taken while it was written
    SQLITE_PAST_HELD,    // a process had it that died: what SQLite's log brings back is whole
    SQLITE_PAST_LEFT,    // it has not changed since it was closed, and was sound then
};

struct sqlite_db {
    struct db db; // first
    char path[SQLITE_PATH_MAX];
    int lock_fd;
    enum sqlite_past past;
    atomic_bool is_sound;      // it was looked through, or need not be, and no damage has shown since
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
// sqlite_file_leave, which notes size and time of the closed file in the lock, from which the next holder
// knows the file's past.
enum status sqlite_file_claim(const char *path, int *out_lock_fd, enum sqlite_past *out_past,
                              struct error *error);

// Notes that a file of unknown past was found sound.
void sqlite_file_note_checked(int lock_fd);

// Gives the lock back of a file that is damaged: its past tells nothing to the next holder.
void sqlite_file_abandon(int lock_fd);
void sqlite_file_leave(const char *path, int lock_fd);

// Opens with the settings of security.md 7.3; the writer looks through a file that is not as it was left,
// and compares its indexes with its tables when nothing is known of it. The connection owns what it opened
// also on failure: close it.
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
