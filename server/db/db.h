// The seam to the state database: SQLite or PostgreSQL behind one small interface. Only store/ writes
// statements, only app/ opens transactions. Nobody above knows which engine runs.
#pragma once

#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum db_engine { DB_SQLITE, DB_POSTGRESQL, DB_ENGINE_COUNT };

// A named statement, generated from store/sql/<noun>.sql. Parameters are $1, $2, …
struct db_statement {
    uint32_t id;                      // dense from 0; index of the prepared statement in each connection
    const char *name;                 // "workspace_insert"
    const char *sql[DB_ENGINE_COUNT]; // as a rule the same text twice
};

// A numbered migration, generated from store/migrations/<engine>/NNNN_name.sql.
struct db_migration {
    uint32_t version;
    const char *name;
    const char *sql[DB_ENGINE_COUNT];
};

struct db_options {
    struct str sqlite_path;    // used when url is empty
    struct str postgresql_url; // postgresql://…; takes precedence
    size_t pool_size;          // connections of PostgreSQL / readers of SQLite; 0 = 4
    const struct db_statement *const *statements;
    size_t statement_count;
    int busy_timeout_ms; // how long a writer waits for its turn; 0 = 5000
};

struct db; // a database: pool, prepared statements, reconnect. Safe for all threads.
struct db_tx;
struct db_rows;

// Opens and, for SQLite, creates the file (mode 0600) and takes its process lock: a second process is refused
// with STATUS_CONFLICT "state_locked" naming the pid that holds it, a damaged file with "state_corrupt": it
// is never replaced. STATUS_UNAVAILABLE when PostgreSQL cannot be reached within the busy timeout.
enum status db_open(const struct db_options *options, struct db **out_db, struct error *error);
void db_close(struct db *db); // NULL is fine; its listeners (db_notice.h) have ended before

enum db_engine db_engine_of(const struct db *db);

// Whether the database answers now (for /ready and /health).
bool db_ping(struct db *db);

// Applies what is missing, in order, each in a transaction, under a lock that other processes respect. A
// database newer than the newest migration: STATUS_CONFLICT "state_newer". SQLite: a copy
// `<path>.before-NNNN` is kept first when the database already holds data. `*out_version` is the version now
// in force.
enum status db_migrate(struct db *db, const struct db_migration *migrations, size_t count,
                       uint32_t *out_version, struct error *error);

// The version in force without changing anything; 0 for a database that was never migrated.
enum status db_schema_version(struct db *db, uint32_t *out_version, struct error *error);

// Prepares one statement on a connection without running it: the build test's question. PostgreSQL also
// refuses types that do not cross this seam: parameters are bigint, double precision, text or bytea, results
// also smallint, integer or boolean (read with db_int). sum() of bigint, for one, is numeric there:
// CAST(sum(x) AS bigint).
enum status db_check_statement(struct db *db, const struct db_statement *statement, struct error *error);

enum db_access { DB_READ, DB_WRITE };

// A transaction on a connection of its own until commit or rollback. DB_READ sees one snapshot and refuses
// writes. DB_WRITE: SQLite takes the writer's turn at once (BEGIN IMMEDIATE); PostgreSQL lets writers run
// side by side at READ COMMITTED, so a rule over several rows locks a row first or looks at the number of
// rows changed. STATUS_UNAVAILABLE: "state_busy" when no connection or no turn comes in time,
// "state_unavailable" when PostgreSQL cannot be reached within the same time. Use with DB_TX_SCOPE, so that
// every early return rolls back, and declare the transaction before its rows. After a failed statement a
// transaction can only be rolled back, on both engines.
enum status db_begin(struct db *db, enum db_access access, struct db_tx **out_tx, struct error *error);

// *tx becomes NULL in any case. STATUS_UNAVAILABLE "unknown_outcome": the connection was lost before the
// answer came.
enum status db_commit(struct db_tx **tx, struct error *error);
void db_rollback(struct db_tx **tx); // NULL is fine
#define DB_TX_SCOPE __attribute__((cleanup(db_rollback))) struct db_tx *

enum db_type { DB_NULL_VALUE, DB_INT_VALUE, DB_DOUBLE_VALUE, DB_TEXT_VALUE, DB_BLOB_VALUE };

// A parameter. Text and blobs are borrowed for the call; text is UTF-8 without NUL and numbers are not NaN,
// else STATUS_INVALID.
struct db_value {
    enum db_type type;
    int64_t integer;
    double real;
    struct str bytes;
};

#define DB_NULL ((struct db_value){.type = DB_NULL_VALUE})
#define DB_INT(value) ((struct db_value){.type = DB_INT_VALUE, .integer = (value)})
#define DB_DOUBLE(value) ((struct db_value){.type = DB_DOUBLE_VALUE, .real = (value)})
#define DB_TEXT(value) ((struct db_value){.type = DB_TEXT_VALUE, .bytes = (value)})
#define DB_BLOB(value) ((struct db_value){.type = DB_BLOB_VALUE, .bytes = (value)})

// DB_PARAMS(DB_TEXT(id), DB_INT(5)) gives the pair of arguments `values, count`.
#define DB_PARAMS(...)                                                                                       \
    (const struct db_value[]){__VA_ARGS__},                                                                  \
        sizeof((const struct db_value[]){__VA_ARGS__}) / sizeof(struct db_value)
#define DB_NO_PARAMS NULL, 0

// Runs a statement that gives no rows. `out_changed` (may be NULL) is the number of rows it touched.
// No space left: STATUS_STORAGE_FULL "storage_full". A file system that became read-only: STATUS_UNAVAILABLE
// "read_only". A broken unique or foreign key or check: STATUS_CONFLICT "constraint" with the constraint's
// name in the message. PostgreSQL: serialization failures and deadlocks are STATUS_UNAVAILABLE "state_retry".
enum status db_execute(struct db_tx *tx, const struct db_statement *statement, const struct db_value *values,
                       size_t count, int64_t *out_changed, struct error *error);

// As db_execute, for a statement whose outcome nobody waits for: PostgreSQL gets it together with the next
// one or with the commit, whose failure its own is then. It is run in its place.
enum status db_defer(struct db_tx *tx, const struct db_statement *statement, const struct db_value *values,
                     size_t count, struct error *error);

// Runs a statement that gives rows. End with db_rows_done (or DB_ROWS_SCOPE) before the next statement of the
// same transaction.
enum status db_query(struct db_tx *tx, const struct db_statement *statement, const struct db_value *values,
                     size_t count, struct db_rows **out_rows, struct error *error);

// *out_has_row tells whether there is a row to read now.
enum status db_next(struct db_rows *rows, bool *out_has_row, struct error *error);

// Values of the present row; text and blobs stay valid until db_next or db_rows_done. Column order is the
// statement's. NULL reads as 0 or empty.
bool db_is_null(const struct db_rows *rows, int column);
int64_t db_int(const struct db_rows *rows, int column);
double db_double(const struct db_rows *rows, int column);
struct str db_text(const struct db_rows *rows, int column);
struct str db_blob(const struct db_rows *rows, int column);

void db_rows_done(struct db_rows **rows); // NULL is fine
#define DB_ROWS_SCOPE __attribute__((cleanup(db_rows_done))) struct db_rows *
