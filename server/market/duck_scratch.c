#include "market/duck_scratch.h"

#include "base/limits.h"

enum { SQL_MAX_BYTES = 64 * 1024 };

static void append_quoted(struct buf *sql, char quote, struct str text)
{
    buf_append_char(sql, quote);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == quote) buf_append_char(sql, quote);
        buf_append_char(sql, text.ptr[i]);
    }
    buf_append_char(sql, quote);
}

void duck_append_literal(struct buf *sql, struct str text)
{
    append_quoted(sql, '\'', text);
}

void duck_append_identifier(struct buf *sql, struct str name)
{
    append_quoted(sql, '"', name);
}

static void append_settings(struct buf *sql, const struct duck_scratch_options *options)
{
    buf_append_format(sql, "SET threads = 1; SET memory_limit = '%zuMiB'; SET temp_directory = ",
                      options->memory_limit_bytes / MIB);
    duck_append_literal(sql, options->temp_directory);
    buf_append_str(sql, STR("; SET enable_progress_bar = true; SET enable_progress_bar_print = false"));
    buf_append_str(sql,
                   STR("; SET autoload_known_extensions = false; SET autoinstall_known_extensions = false"
                       "; SET allow_community_extensions = false; SET allowed_paths = ["));
    for (size_t i = 0; i < options->file_count; i++) {
        if (i > 0) buf_append_char(sql, ',');
        duck_append_literal(sql, options->files[i]);
    }
    buf_append_str(sql, STR("]; SET enable_external_access = false; SET lock_configuration = true"));
    buf_append_char(sql, '\0');
}

enum status duck_scratch_open(const struct duck_scratch_options *options, struct duck_scratch *out_scratch,
                              struct error *error)
{
    BUF_SCOPE(sql, SQL_MAX_BYTES);
    append_settings(&sql, options);
    if (sql.failed) return error_no_memory(error);
    DUCK_SCRATCH_SCOPE scratch = {0};
    char *message = NULL;
    if (duckdb_open_ext(NULL, &scratch.database, NULL, &message) != DuckDBSuccess) {
        const enum status status = duck_failure(message, error);
        duckdb_free(message);
        return status;
    }
    TRY(duck_connect(scratch.database, &scratch.connection, error));
    TRY(duck_execute(scratch.connection, sql.data, error));
    *out_scratch = scratch;
    scratch = (struct duck_scratch){0};
    return STATUS_OK;
}

void duck_scratch_close(struct duck_scratch *scratch)
{
    if (scratch->connection) duckdb_disconnect(&scratch->connection);
    if (scratch->database) duckdb_close(&scratch->database);
}
