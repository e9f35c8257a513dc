// Private to db/: what an engine does for db.c, and the parts of a connection that both engines share.
//
// Invariants
// - A transaction owns one connection from begin to commit or rollback; a connection is used by one thread at
// a time.
// - A transaction and its open rows live inside the connection, so that neither is allocated.
// - After a failed statement db.c lets nothing through but rollback, on both engines alike.
#pragma once

#include "db/db.h"

#include <poll.h>
#include <pthread.h>

enum {
    DB_PARAMS_MAX = 500, // SQLite is limited to the same number
    DB_POOL_DEFAULT = 4,
    DB_POOL_MAX = 64,
    DB_WAIT_DEFAULT_MS = 5000,
    DB_OWN_STATEMENTS = 2, // of migrate.c; their ids follow those of the caller
};

struct db_rows {
    struct db_tx *tx;
};

struct db_tx {
    struct db *db;
    struct db_rows rows;
    enum db_access access;
    bool rows_open;
    bool failed; // a statement failed: only rollback is left
};

struct db_engine_ops {
    const struct db_link_ops *link; // to the listeners of other processes (listener.h); NULL: there are none

    void (*close)(struct db *db);
    bool (*ping)(struct db_tx *tx);
    enum status (*check_statement)(struct db_tx *tx, const struct db_statement *statement,
                                   struct error *error);

    enum status (*begin)(struct db *db, enum db_access access, int64_t deadline_us, struct db_tx **out_tx,
                         struct error *error);
    enum status (*commit)(struct db_tx *tx, struct error *error); // gives the connection back in any case
    void (*rollback)(struct db_tx *tx);                           // likewise

    enum status (*execute)(struct db_tx *tx, const struct db_statement *statement,
                           const struct db_value *values, int64_t *out_changed, struct error *error);
    enum status (*defer)(struct db_tx *tx, const struct db_statement *statement,
                         const struct db_value *values, struct error *error);
    enum status (*query)(struct db_tx *tx, const struct db_statement *statement,
                         const struct db_value *values, struct error *error);
    enum status (*next)(struct db_tx *tx, bool *out_has_row, struct error *error);
    void (*rows_done)(struct db_tx *tx);
    // How many parameters the statement has, preparing it if need be.
    enum status (*param_count)(struct db_tx *tx, const struct db_statement *statement, size_t *out_count,
                               struct error *error);

    bool (*is_null)(const struct db_tx *tx, int column);
    int64_t (*as_int)(const struct db_tx *tx, int column);
    double (*as_double)(const struct db_tx *tx, int column);
    struct str (*as_text)(const struct db_tx *tx, int column);
    struct str (*as_blob)(const struct db_tx *tx, int column);

    // For migrations, inside a write transaction: keep other processes out and allow schema changes until it
    // ends; refuse a database that holds foreign tables; keep a copy of the database as committed; run a
    // whole script.
    enum status (*migration_lock)(struct db_tx *tx, struct error *error);
    enum status (*keep_copy)(struct db_tx *tx, uint32_t version, struct error *error);
    enum status (*script)(struct db_tx *tx, const char *sql, struct error *error);
};

// Those who listen (listener.c), in the order in which they came. The mutex also guards what waits for them.
struct db_listeners {
    pthread_mutex_t mutex;
    struct db_listener *first; // sends to other processes for all
};

// First member of each engine's database.
struct db {
    const struct db_engine_ops *ops;
    enum db_engine engine;
    size_t statement_count; // of the caller
    int wait_ms;
    struct db_listeners listeners; // db.c makes and ends it, not the engine
};

// The two engines. `base` is filled but for its ops.
enum status db_sqlite_open(const struct db_options *options, struct db base, struct db **out_db,
                           struct error *error);
enum status db_pg_open(const struct db_options *options, struct db base, struct db **out_db,
                       struct error *error);

// Shared wordings.
enum status db_fail_busy(struct error *error);
enum status db_fail_constraint(struct error *error, const char *detail);

// Waits for one of the sockets until a time of clock_monotonic_us (INT64_MAX: for ever). False when that came
// first.
bool db_wait_for(struct pollfd *sockets, nfds_t count, int64_t until_us);
