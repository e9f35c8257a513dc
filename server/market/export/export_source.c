#include "market/export/export_source.h"

#include "base/cancel.h"
#include "base/clock.h"
#include "base/limits.h"
#include "market/candle_schema.h"
#include "market/writer_lock.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>

#define MEMORY_BYTES (256 * MIB)
#define WRITERS_PATIENCE_US 10000000
#define RETRY_US 20000

enum { SQL_MAX_BYTES = 32 * 1024 };

static enum status attach(const struct export_reader *reader, struct error *error)
{
    BUF_SCOPE(sql, SQL_MAX_BYTES);
    buf_append_str(&sql, STR("ATTACH "));
    duck_append_literal(&sql, reader->database_path);
    buf_append_str(&sql, STR(" AS stored (READ_ONLY); USE stored"));
    buf_append_char(&sql, '\0');
    return sql.failed ? error_no_memory(error) : duck_execute(reader->scratch.connection, sql.data, error);
}

// An import has the file for itself while it writes.
static enum status attach_patiently(const struct export_reader *reader, const struct export_request *request,
                                    struct error *error)
{
    const int64_t deadline_us = clock_monotonic_us() + WRITERS_PATIENCE_US;
    WRITER_LOCK_WAIT_SCOPE waiting = -1;
    for (;;) {
        struct error cause = {0};
        const enum status status = attach(reader, &cause);
        if (status == STATUS_OK) return STATUS_OK;
        if (status != STATUS_UNAVAILABLE || clock_monotonic_us() >= deadline_us)
            return error_set(error, status, NULL, "%.*s: %.300s",
                             STR_ARG(str_prefix(reader->database_path, 200)), cause.message);
        TRY(cancel_check(request->is_cancelled, error));
        if (waiting < 0) waiting = writer_lock_wait(reader->database_path);
        clock_pause_us(RETRY_US);
    }
}

void export_source_append_select(const struct export_source *source, struct str columns, struct buf *sql)
{
    const struct export_request *request = source->request;
    buf_append_format(sql, "SELECT %.*s FROM stored_candle WHERE symbol = ", STR_ARG(columns));
    if (!source->is_ours) buf_append_str(sql, STR("upper("));
    duck_append_literal(sql, request->symbol);
    if (!source->is_ours) buf_append_char(sql, ')');
    buf_append_format(sql,
                      " AND \"interval\" = '%s' AND open_time >= make_timestamp(%" PRId64
                      "::BIGINT) AND open_time < make_timestamp(%" PRId64 "::BIGINT)",
                      interval_name(request->interval), request->from_us, request->until_us);
    if (!source->is_ordered) buf_append_str(sql, STR(" ORDER BY open_time"));
}

static enum status count_rows(struct duck_query *rows, struct export_source *source, struct error *error)
{
    int64_t last_us = INT64_MIN;
    for (;;) {
        TRY(duck_query_next(rows, error));
        if (rows->row_count == 0) return cancel_check(source->request->is_cancelled, error);
        const int64_t *time_us = duck_query_int64s(rows, 0);
        for (size_t i = 0; i < rows->row_count; i++) {
            if (time_us[i] <= last_us) source->is_ordered = false;
            last_us = time_us[i];
        }
        source->row_count += (int64_t)rows->row_count;
    }
}

// Reads the open times once, as they lie in the file: they are a small part of it, and a sort that is not
// needed would be the most expensive part of the whole.
static enum status measure(struct export_source *source, struct error *error)
{
    BUF_SCOPE(sql, SQL_MAX_BYTES);
    DUCK_QUERY_SCOPE rows = {0};
    source->is_ordered = true;
    export_source_append_select(source, STR("open_time"), &sql);
    buf_append_char(&sql, '\0');
    if (sql.failed) return error_no_memory(error);
    TRY(duck_query_prepare(&rows, source->connection, sql.data, error));
    TRY(duck_query_start(&rows, error));
    TRY(count_rows(&rows, source, error));
    source->is_ordered = source->is_ordered && source->is_ours; // a view that is computed has no order
    if (source->row_count > 0) return STATUS_OK;
    return error_set(error, STATUS_NOT_FOUND, "no_candles", "%.*s has no candles of %s then",
                     STR_ARG(source->request->symbol), interval_name(source->request->interval));
}

enum status export_reader_open(struct str database_path, struct str output, struct str spill,
                               struct export_reader *out_reader, struct error *error)
{
    char log[PATH_MAX];
    const int len = snprintf(log, sizeof log, "%.*s.wal", STR_ARG(database_path));
    if (len < 0 || (size_t)len >= sizeof log)
        return error_set(error, STATUS_INVALID, NULL, "the path of the database is too long");
    const struct str files[] = {database_path, str_from_c(log), output};
    const struct duck_scratch_options options = {.files = files,
                                                 .file_count = output.len > 0 ? 3 : 2,
                                                 .memory_limit_bytes = MEMORY_BYTES,
                                                 .temp_directory = spill};
    struct export_reader reader = {.database_path = database_path};
    TRY(duck_scratch_open(&options, &reader.scratch, error));
    *out_reader = reader;
    return STATUS_OK;
}

void export_reader_close(struct export_reader *reader)
{
    duck_scratch_close(&reader->scratch);
}

enum status export_source_begin(struct export_reader *reader, const struct export_request *request,
                                struct export_source *out_source, struct error *error)
{
    EXPORT_SOURCE_SCOPE source = {.request = request};
    TRY(attach_patiently(reader, request, error));
    source.connection = reader->scratch.connection;
    TRY(candle_schema_view(source.connection, &source.is_ours, error));
    TRY(measure(&source, error));
    *out_source = source;
    source = (struct export_source){0};
    return STATUS_OK;
}

// What cannot be let go of is closed with the reader; the next series would be told that it is there already.
void export_source_end(struct export_source *source)
{
    struct error ignored = {0};
    if (source->connection) (void)duck_execute(source->connection, "USE memory; DETACH stored", &ignored);
    source->connection = NULL;
}

enum status export_source_tell(const struct export_source *source, int64_t row_count, struct error *error)
{
    const struct export_request *request = source->request;
    if (request->on_rows) request->on_rows(request->context, row_count);
    return cancel_check(request->is_cancelled, error);
}
