#include "market/duck.h"

#include "base/cancel.h"
#include "base/limits.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, MESSAGE_BYTES = 300 };

// How DuckDB words what went wrong (1.5); the first part that is found decides.
static const struct {
    const char *part;
    enum status status;
    const char *plain; // said instead of DuckDB's own words, which name processes and paths
} failures[] = {
    {"Could not set lock on file", STATUS_UNAVAILABLE, "another process has the file open"},
    {"No space left on device", STATUS_STORAGE_FULL, "no space left on the device"},
    {"Permission denied", STATUS_FORBIDDEN, "no permission to open the file"},
    {"Is a directory", STATUS_INVALID, "it is a directory, not a file"},
    {"database does not exist", STATUS_NOT_FOUND, "there is no such file"},
    {"not a valid DuckDB database file", STATUS_MALFORMED, "it is not a DuckDB database"},
    {"Out of Memory Error", STATUS_NO_MEMORY, NULL},
    {"IO Error", STATUS_MALFORMED, NULL},
    {"Serialization Error", STATUS_MALFORMED, NULL},
};

enum status duck_failure(const char *message, struct error *error)
{
    const struct str said = message ? str_from_c(message) : STR("it does not say why");
    const struct str line = str_trim(str_slice(said, 0, str_find(said, '\n')));
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
        if (!str_contains(line, str_from_c(failures[i].part))) continue;
        const struct str plain = failures[i].plain ? str_from_c(failures[i].plain) : line;
        return error_set(error, failures[i].status, NULL, "%.*s",
                         STR_ARG(str_slice(plain, 0, MESSAGE_BYTES)));
    }
    return error_set(error, STATUS_INTERNAL, NULL, "duckdb: %.*s",
                     STR_ARG(str_slice(line, 0, MESSAGE_BYTES)));
}

// What can be told without opening: DuckDB would wait for a pipe and words the rest less clearly.
static enum status check_file(const char *path, enum duck_access access_wanted, struct error *error)
{
    struct stat file;
    if (stat(path, &file) != 0) {
        if (errno == EACCES) return duck_failure("Permission denied", error);
        if (access_wanted == DUCK_WRITE && errno == ENOENT) return STATUS_OK;
        return error_set(error, STATUS_NOT_FOUND, NULL, "there is no such file");
    }
    if (S_ISDIR(file.st_mode)) return duck_failure("Is a directory", error);
    if (!S_ISREG(file.st_mode)) return error_set(error, STATUS_INVALID, NULL, "it is not a regular file");
    if (access(path, access_wanted == DUCK_WRITE ? R_OK | W_OK : R_OK) != 0)
        return duck_failure("Permission denied", error);
    if (access_wanted == DUCK_READ && file.st_size == 0)
        return error_set(error, STATUS_NOT_FOUND, NULL, "the file is empty");
    return STATUS_OK;
}

static void destroy_config(duckdb_config *config)
{
    duckdb_destroy_config(config);
}

static enum status set_options(duckdb_config config, const struct duck_options *options, struct error *error)
{
    char memory_limit[32], temp_directory[PATH_BYTES];
    (void)snprintf(memory_limit, sizeof memory_limit, "%zuMiB", options->memory_limit_bytes / MIB);
    if (!str_to_c(options->temp_directory, temp_directory, sizeof temp_directory))
        return error_set(error, STATUS_INVALID, NULL, "the path of the temporary directory is too long");
    const struct {
        const char *name, *value;
    } settings[] = {
        {"access_mode", options->access == DUCK_READ ? "READ_ONLY" : "READ_WRITE"},
        {"threads", "1"}, // one connection a reader and one thread a database: the best throughput, measured
        {"memory_limit", memory_limit},
        {"temp_directory", temp_directory},
        {"enable_external_access", "false"},
        {"autoload_known_extensions", "false"},
        {"autoinstall_known_extensions", "false"},
        {"allow_community_extensions", "false"},
        {"lock_configuration", "true"},
    };
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        if (duckdb_set_config(config, settings[i].name, settings[i].value) != DuckDBSuccess)
            return error_set(error, STATUS_INTERNAL, NULL, "duckdb refuses the setting %s", settings[i].name);
    return STATUS_OK;
}

enum status duck_open(struct str path, const struct duck_options *options, duckdb_database *out_database,
                      struct error *error)
{
    char path_c[PATH_BYTES];
    if (!str_to_c(path, path_c, sizeof path_c) || path.len == 0)
        return error_set(error, STATUS_INVALID, NULL, "the path is empty or too long");
    TRY(check_file(path_c, options->access, error));
    __attribute__((cleanup(destroy_config))) duckdb_config config = NULL;
    if (duckdb_create_config(&config) != DuckDBSuccess) return error_no_memory(error);
    TRY(set_options(config, options, error));
    duckdb_database database = NULL;
    char *message = NULL;
    if (duckdb_open_ext(path_c, &database, config, &message) != DuckDBSuccess) {
        const enum status status = duck_failure(message, error);
        duckdb_free(message);
        return status;
    }
    *out_database = database;
    return STATUS_OK;
}

enum status duck_connect(duckdb_database database, duckdb_connection *out_connection, struct error *error)
{
    duckdb_connection connection = NULL;
    if (duckdb_connect(database, &connection) != DuckDBSuccess) return duck_failure(NULL, error);
    *out_connection = connection;
    return STATUS_OK;
}

enum status duck_execute(duckdb_connection connection, const char *sql, struct error *error)
{
    duckdb_result result;
    enum status status = STATUS_OK;
    if (duckdb_query(connection, sql, &result) != DuckDBSuccess)
        status = duck_failure(duckdb_result_error(&result), error);
    duckdb_destroy_result(&result);
    return status;
}

enum status duck_query_prepare(struct duck_query *query, duckdb_connection connection, const char *sql,
                               struct error *error)
{
    if (duckdb_prepare(connection, sql, &query->prepared) != DuckDBSuccess)
        return duck_failure(duckdb_prepare_error(query->prepared), error);
    return STATUS_OK;
}

enum status duck_query_bind_text(struct duck_query *query, size_t position, struct str value,
                                 struct error *error)
{
    const char *bytes = value.ptr ? value.ptr : "";
    if (duckdb_bind_varchar_length(query->prepared, position, bytes, value.len) != DuckDBSuccess)
        return duck_failure(duckdb_prepare_error(query->prepared), error);
    return STATUS_OK;
}

enum status duck_query_bind_int64(struct duck_query *query, size_t position, int64_t value,
                                  struct error *error)
{
    if (duckdb_bind_int64(query->prepared, position, value) != DuckDBSuccess)
        return duck_failure(duckdb_prepare_error(query->prepared), error);
    return STATUS_OK;
}

static void drop_chunk(struct duck_query *query)
{
    if (query->chunk) duckdb_destroy_data_chunk(&query->chunk);
    query->chunk = NULL;
    query->row_count = 0;
}

static void drop_result(struct duck_query *query)
{
    drop_chunk(query);
    if (query->has_result) duckdb_destroy_result(&query->result);
    query->has_result = false;
}

enum status duck_query_start(struct duck_query *query, struct error *error)
{
    drop_result(query);
    query->has_result = true;
    // streaming: the rows are copied once, into our columns, and never stand whole in DuckDB's memory
    if (duckdb_execute_prepared_streaming(query->prepared, &query->result) != DuckDBSuccess)
        return duck_failure(duckdb_result_error(&query->result), error);
    return STATUS_OK;
}

enum status duck_query_next(struct duck_query *query, struct error *error)
{
    drop_chunk(query);
    query->chunk = duckdb_fetch_chunk(query->result);
    if (query->chunk) {
        query->row_count = duckdb_data_chunk_get_size(query->chunk);
        return STATUS_OK;
    }
    const char *message = duckdb_result_error(&query->result); // a damaged block shows while rows are fetched
    return message && message[0] ? duck_failure(message, error) : STATUS_OK;
}

// Dropping what is pending ends it.
static enum status run_tasks(const struct duck_query *query, duckdb_pending_result pending,
                             struct error *error)
{
    for (;;) {
        const duckdb_pending_state state = duckdb_pending_execute_task(pending);
        if (state == DUCKDB_PENDING_ERROR) return duck_failure(duckdb_pending_error(pending), error);
        if (duckdb_pending_execution_is_finished(state)) return STATUS_OK;
        TRY(cancel_check(query->is_cancelled, error));
    }
}

enum status duck_query_run(struct duck_query *query, struct error *error)
{
    drop_result(query);
    __attribute__((cleanup(duckdb_destroy_pending))) duckdb_pending_result pending = NULL;
    if (duckdb_pending_prepared(query->prepared, &pending) != DuckDBSuccess)
        return duck_failure(duckdb_pending_error(pending), error);
    TRY(run_tasks(query, pending, error));
    query->has_result = true;
    if (duckdb_execute_pending(pending, &query->result) != DuckDBSuccess)
        return duck_failure(duckdb_result_error(&query->result), error);
    return STATUS_OK;
}

static void *column_data(const struct duck_query *query, size_t column)
{
    return duckdb_vector_get_data(duckdb_data_chunk_get_vector(query->chunk, column));
}

const int64_t *duck_query_int64s(const struct duck_query *query, size_t column)
{
    return column_data(query, column);
}

const double *duck_query_doubles(const struct duck_query *query, size_t column)
{
    return column_data(query, column);
}

const duckdb_string_t *duck_query_texts(const struct duck_query *query, size_t column)
{
    return column_data(query, column);
}

struct str duck_query_text(const struct duck_query *query, size_t column, size_t row)
{
    return duck_text(&duck_query_texts(query, column)[row]);
}

uint64_t *duck_query_validity(const struct duck_query *query, size_t column)
{
    return duckdb_vector_get_validity(duckdb_data_chunk_get_vector(query->chunk, column));
}

bool duck_query_is_null(const struct duck_query *query, size_t column, size_t row)
{
    uint64_t *validity = duck_query_validity(query, column);
    return validity && !duckdb_validity_row_is_valid(validity, row);
}

void duck_query_done(struct duck_query *query)
{
    drop_result(query);
    if (query->prepared) duckdb_destroy_prepare(&query->prepared);
    query->prepared = NULL;
}
