#include "market/candle_sources.h"

static void append_text(duckdb_appender appender, struct str text)
{
    (void)duckdb_append_varchar_length(appender, text.ptr, text.len);
}

static void append_time(duckdb_appender appender, int64_t time_us)
{
    (void)duckdb_append_timestamp(appender, (duckdb_timestamp){.micros = time_us});
}

// In the order of the columns. Ending the row fails when one of its values was refused.
static enum status append_row(duckdb_appender appender, const struct candle_sources *sources, size_t index,
                              struct error *error)
{
    const struct candle_write *write = &sources->writes[index];
    const struct candle_batch *batch = &write->batch;
    append_text(appender, write->source.file_name);
    append_text(appender, str_from_c(write->source.sha256));
    (void)duckdb_append_int64(appender, (int64_t)batch->count);
    append_time(appender, sources->now_us);
    (void)duckdb_append_int64(appender, sources->first_revision + (int64_t)index);
    append_text(appender, batch->symbol);
    append_text(appender, str_from_c(interval_name(batch->interval)));
    append_time(appender, batch->rows[0].open_time_us);
    append_time(appender, batch->rows[batch->count - 1].open_time_us);
    (void)duckdb_append_int64(appender, write->result.added);
    (void)duckdb_append_int64(appender, write->result.revised);
    return duckdb_appender_end_row(appender) == DuckDBSuccess
               ? STATUS_OK
               : duck_failure(duckdb_appender_error(appender), error);
}

static enum status append_rows(duckdb_appender appender, const struct candle_sources *sources,
                               struct error *error)
{
    for (size_t i = 0; i < sources->count; i++)
        if (sources->writes[i].result.added + sources->writes[i].result.revised > 0)
            TRY(append_row(appender, sources, i, error));
    return duckdb_appender_flush(appender) == DuckDBSuccess
               ? STATUS_OK
               : duck_failure(duckdb_appender_error(appender), error);
}

enum status candle_sources_append(const struct candle_sources *sources, duckdb_connection connection,
                                  struct error *error)
{
    duckdb_appender appender = NULL;
    enum status status = STATUS_OK;
    if (duckdb_appender_create(connection, NULL, "candle_sources", &appender) != DuckDBSuccess)
        status = duck_failure(duckdb_appender_error(appender), error);
    if (status == STATUS_OK) status = append_rows(appender, sources, error);
    (void)duckdb_appender_destroy(&appender);
    return status;
}
