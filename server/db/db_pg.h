// Private to the PostgreSQL engine: its connections (pg_connection.c), the values on the wire (pg_value.c),
// its work (db_pg.c), the sessions that listen (pg_link.c).
//
// Statements are prepared once per connection and described at once; parameters and results go in binary, so
// that doubles and bytes are exact without a detour through text. Parameters are bigint, double precision,
// text or bytea; results may also be smallint, integer or boolean. Anything else is refused when the
// statement is prepared.
#pragma once

#include "db/db_engine.h"
#include "db/listener.h"
#include "db/pool.h"

#include <libpq-fe.h>
#include <stdatomic.h>

enum {
    PG_URL_MAX = 2048,
    PG_STATEMENT_NAME_MAX = 16,
    PG_SENT_MAX = 16,
    PG_UNMARKED_MAX = 4096,        // bytes of commands; libpq by itself sends from 8 KiB on
    PG_PAUSE_MAX_US = 1000 * 1000, // a database that is back is noticed within a second
};

struct pg_statement {
    bool ready;
    size_t param_count;
    Oid *param_types; // owned
};

// Parameters in the shape libpq wants them.
struct pg_params {
    const char *values[DB_PARAMS_MAX];
    int lengths[DB_PARAMS_MAX];
    int formats[DB_PARAMS_MAX]; // all binary
    uint64_t words[DB_PARAMS_MAX];
};

// Commands go out together as far as nobody waits for their answers (libpq's pipeline): BEGIN with the first
// statement, deferred ones with the next that is waited for. The end of a transaction that changed nothing is
// not waited for at all; its answer is read when the connection is taken again.
//
// Never is much sent without the mark behind it: only at a mark does the server begin to count how long a
// transaction idles. A process that froze, or a machine that lost its power, between two commands and a mark
// would hold its locks for as long as the connection lasts.
struct pg_connection {
    struct db_tx tx; // first: the caller's handle
    PGconn *handle;  // NULL while not connected
    struct pg_statement *prepared;
    PGresult *result; // while rows are open
    int row;
    struct pg_params params;
    const char *sent[PG_SENT_MAX]; // names of the commands whose answers have not been read
    size_t sent_count;
    size_t unmarked_bytes; // of them, about
    bool is_left;          // nobody has waited for them
    bool has_begun;        // BEGIN was sent
    bool
        is_under_way; // something of the transaction is done or on its way: it cannot be begun anew unnoticed
    int64_t deadline_us; // for finding a server
};

struct pg_db {
    struct db db; // first
    char url[PG_URL_MAX];
    bool is_local; // a socket file or this machine
    struct pool pool;
    struct pg_connection *connections;
    size_t connection_count;
    _Atomic int64_t down_since_us; // 0: the last attempt to connect succeeded
    atomic_flag trying;            // while down for longer than the wait, one thread at a time looks again
    _Atomic int sender_pid;        // of the server's process behind the session that sends our notices; or 0
};

extern const struct db_link_ops PG_LINK_OPS;

// A live session; tries again with growing pauses until the deadline. STATUS_UNAVAILABLE "state_unavailable".
enum status pg_connection_open(struct pg_connection *connection, struct pg_db *db, int64_t deadline_us,
                               struct error *error);
void pg_connection_close(struct pg_connection *connection, size_t statement_count);
bool pg_connection_is_lost(const struct pg_connection *connection);

// What every session begins with, for those that do not wait here: connecting begun and not waited for (NULL:
// no memory), and the settings, a script whose answer ends with a row.
PGconn *pg_start_connecting(const struct pg_db *db);
extern const char PG_SETTINGS[];

// Pauses between attempts: the one after `pause_us` (0: the first), and half to all of it, so that the
// processes of an outage do not come back in step.
int64_t pg_pause_after(int64_t pause_us);
int64_t pg_jitter(int64_t pause_us);

// libpq's messages end with a newline and may have more lines; a log field and an error are one line.
struct str pg_first_line(const char *message);

// ---- the conversation with the server (pg_exchange.c)

// Sends a command and does not wait: `sql` without parameters, or one that is prepared, with the parameters
// that were encoded. `what` names it in errors and lives until it is answered.
enum status pg_send_sql(struct pg_connection *connection, const char *what, const char *sql,
                        struct error *error);
enum status pg_send_prepared(struct pg_connection *connection, const char *what, const char *name,
                             size_t param_count, struct error *error);
enum status pg_send_prepare(struct pg_connection *connection, const char *what, const char *name,
                            const char *sql, struct error *error);

// Waits for the answers of all that was sent; *out_last is the last one's, to be cleared. Those behind the
// first that failed were not run: its failure is theirs.
enum status pg_receive(struct pg_connection *connection, PGresult **out_last, struct error *error);

// Waits for the answers of what was sent if that is much (PG_UNMARKED_MAX).
enum status pg_keep_short(struct pg_connection *connection, struct error *error);

// Sends what has come together; whoever takes the connection next reads the answers first, with pg_take_up,
// which is false when the session turns out to be lost.
void pg_leave(struct pg_connection *connection);
bool pg_take_up(struct pg_connection *connection);

// The statement, prepared and described on this session at first use.
enum status pg_connection_prepare(struct pg_connection *connection, const struct db_statement *statement,
                                  const struct pg_statement **out_statement, struct error *error);

// Prepares without keeping.
enum status pg_connection_check(struct pg_connection *connection, const struct db_statement *statement,
                                struct error *error);

// Turns a failed answer (NULL: none came) into a status. `what` names the statement or act.
enum status pg_fail(const struct pg_connection *connection, const PGresult *result, const char *what,
                    struct error *error);

// Whether the types of a described statement are ones that the seam carries.
enum status pg_check_types(const PGresult *description, const char *what, struct error *error);

// Fills the parameters for `statement`; text and blobs stay borrowed. STATUS_INTERNAL when a value does not
// fit its parameter's type.
enum status pg_encode(struct pg_params *params, const struct pg_statement *prepared,
                      const struct db_value *values, const char *what, struct error *error);

int64_t pg_decode_int(const PGresult *result, int row, int column);
double pg_decode_double(const PGresult *result, int row, int column);
struct str pg_decode_bytes(const PGresult *result, int row, int column);
