#include "market/export/export_parquet.h"

enum { SQL_MAX_BYTES = 32 * 1024 };

static void put_copy(const struct export_source *source, struct str path, struct buf *sql)
{
    buf_append_str(sql, STR("COPY ("));
    export_source_append_select(source,
                                STR("open_time, open, high, low, close, volume, close_time, quote_volume, "
                                    "trades, taker_buy_base, taker_buy_quote"),
                                sql);
    buf_append_str(sql, STR(") TO "));
    duck_append_literal(sql, path);
    buf_append_str(sql, STR(" (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)"));
    buf_append_char(sql, '\0');
}

static void destroy_pending(duckdb_pending_result *pending)
{
    duckdb_destroy_pending(pending);
}

// As far as DuckDB can tell; it counts what it has passed of the file, not only rows of the series.
static int64_t rows_done(const struct export_source *source)
{
    const double percent = duckdb_query_progress(source->connection).percentage; // -1: unknown
    return percent > 0 ? (int64_t)((double)source->row_count * percent / 100) : 0;
}

// In steps of some ten thousand rows each, so that it can be stopped between two of them.
static enum status copy_stepwise(const struct export_source *source, duckdb_pending_result pending,
                                 struct error *error)
{
    for (;;) {
        const duckdb_pending_state state = duckdb_pending_execute_task(pending);
        if (state == DUCKDB_PENDING_ERROR) return duck_failure(duckdb_pending_error(pending), error);
        if (duckdb_pending_execution_is_finished(state)) return STATUS_OK;
        TRY(export_source_tell(source, rows_done(source), error));
    }
}

static enum status finish_copy(duckdb_pending_result pending, struct error *error)
{
    duckdb_result result;
    enum status status = STATUS_OK;
    if (duckdb_execute_pending(pending, &result) != DuckDBSuccess)
        status = duck_failure(duckdb_result_error(&result), error);
    duckdb_destroy_result(&result);
    return status;
}

enum status export_parquet(const struct export_source *source, struct str path, struct error *error)
{
    BUF_SCOPE(sql, SQL_MAX_BYTES);
    DUCK_QUERY_SCOPE query = {0};
    __attribute__((cleanup(destroy_pending))) duckdb_pending_result pending = NULL;
    put_copy(source, path, &sql);
    if (sql.failed) return error_no_memory(error);
    TRY(duck_query_prepare(&query, source->connection, sql.data, error));
    if (duckdb_pending_prepared(query.prepared, &pending) != DuckDBSuccess)
        return duck_failure(duckdb_pending_error(pending), error);
    TRY(copy_stepwise(source, pending, error));
    TRY(finish_copy(pending, error));
    return export_source_tell(source, source->row_count, error);
}
