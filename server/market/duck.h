// DuckDB behind one thin wrapper: opened hardened, errors as status, results as columns.
// Only server/market includes this. What is not wrapped (the appender) is used through duckdb.h, with
// duck_failure for its errors.
#pragma once

#include "base/error.h"
#include "base/str.h"

#include <duckdb.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum duck_access {
    DUCK_READ,  // takes a shared lock: other readers yes, writers no. The file must exist.
    DUCK_WRITE, // takes the only lock. The file is made when absent.
};

struct duck_options {
    enum duck_access access;
    size_t memory_limit_bytes; // of this database alone; its own default would be 80 % of the machine
    struct str temp_directory; // where a sort beyond the limit goes; "" = such a query fails
};

// Opens a database file with one thread, no extension loading, no other file in reach of SQL, configuration
// locked. The lock belongs to the process, not to the handle: opening or closing the same file elsewhere in
// the process, by whatever means, drops it silently, and two writers in one process are not told apart. Keep
// one handle a process. Errors: STATUS_NOT_FOUND no such file (DUCK_READ), STATUS_INVALID not a regular file,
// STATUS_FORBIDDEN no permission, STATUS_UNAVAILABLE another process has it locked, STATUS_MALFORMED not a
// database or a damaged one.
enum status duck_open(struct str path, const struct duck_options *options, duckdb_database *out_database,
                      struct error *error);
#define DUCK_DATABASE_SCOPE __attribute__((cleanup(duckdb_close))) duckdb_database

// A connection is used by one thread at a time; it is to be gone before its database.
enum status duck_connect(duckdb_database database, duckdb_connection *out_connection, struct error *error);
#define DUCK_CONNECTION_SCOPE __attribute__((cleanup(duckdb_disconnect))) duckdb_connection

// Runs statements that answer no rows of interest. Only text written in server/market, never text of a user.
enum status duck_execute(duckdb_connection connection, const char *sql, struct error *error);

// One prepared statement and the rows it answers, read chunk by chunk. Zero-initialise; not shared between
// threads.
struct duck_query {
    duckdb_prepared_statement prepared;
    duckdb_result result;
    bool has_result;
    const atomic_bool *is_cancelled; // set by the caller; duck_query_run looks at it. NULL: cannot be
    duckdb_data_chunk chunk;
    size_t row_count; // rows of the present chunk, 0 behind the last
};

enum status duck_query_prepare(struct duck_query *query, duckdb_connection connection, const char *sql,
                               struct error *error);

// Parameters are numbered from 1, as in "$1".
enum status duck_query_bind_text(struct duck_query *query, size_t position, struct str value,
                                 struct error *error);
enum status duck_query_bind_int64(struct duck_query *query, size_t position, int64_t value,
                                  struct error *error);

// Runs the statement with what is bound; may be called again, with other parameters or the same.
enum status duck_query_start(struct duck_query *query, struct error *error);

// Runs the statement to its end: for those that change data. STATUS_CANCELLED when the end is asked for
// meanwhile, with nothing changed; it is looked at after every hundred thousand rows or so (2 to 50 ms), but
// the last step of a sort is one piece (0.3 s for 3 million rows).
enum status duck_query_run(struct duck_query *query, struct error *error);

// Fetches the next chunk: query->row_count rows, 0 when there are no more. Pointers into the chunk before end
// here.
enum status duck_query_next(struct duck_query *query, struct error *error);

// Columns of the present chunk, row_count values each, borrowed until the next call of duck_query_next. The
// statement casts to the type that is asked for: BIGINT or TIMESTAMP (microseconds) for int64, DOUBLE for
// double, VARCHAR for text. Values of NULL rows are undefined: ask duck_query_validity.
const int64_t *duck_query_int64s(const struct duck_query *query, size_t column);
const double *duck_query_doubles(const struct duck_query *query, size_t column);
const duckdb_string_t *duck_query_texts(const struct duck_query *query, size_t column);
struct str duck_query_text(const struct duck_query *query, size_t column, size_t row);

// The text of a value, borrowed from its column (short texts lie in the value itself).
static inline struct str duck_text(const duckdb_string_t *value)
{
    const uint32_t len = value->value.inlined.length;
    const bool is_inlined = len <= sizeof value->value.inlined.inlined;
    return (struct str){is_inlined ? value->value.inlined.inlined : value->value.pointer.ptr, len};
}

// NULL when no value of the column is NULL, else the bit mask for duckdb_validity_row_is_valid.
uint64_t *duck_query_validity(const struct duck_query *query, size_t column);
bool duck_query_is_null(const struct duck_query *query, size_t column, size_t row);

void duck_query_done(struct duck_query *query);
#define DUCK_QUERY_SCOPE __attribute__((cleanup(duck_query_done))) struct duck_query

// Records what DuckDB said ("IO Error: …", several lines, with paths) as one line, and answers the status it
// means. NULL is an unknown failure.
enum status duck_failure(const char *message, struct error *error);
