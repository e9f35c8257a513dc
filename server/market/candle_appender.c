#include "market/candle_appender.h"

#include <math.h>

enum column {
    COLUMN_SYMBOL,
    COLUMN_INTERVAL,
    COLUMN_OPEN_TIME,
    COLUMN_OPEN,
    COLUMN_HIGH,
    COLUMN_LOW,
    COLUMN_CLOSE,
    COLUMN_VOLUME,
    COLUMN_CLOSE_TIME,
    COLUMN_QUOTE_VOLUME,
    COLUMN_TRADES,
    COLUMN_TAKER_BUY_BASE,
    COLUMN_TAKER_BUY_QUOTE,
    COLUMN_REPLACED_AT,
    COLUMN_REVISION,
};

static const int64_t us_per_s = 1000000, us_per_ms = 1000;

static enum status failed(const struct candle_appender *appender, struct error *error)
{
    return duck_failure(duckdb_appender_error(appender->handle), error);
}

enum status candle_appender_open(struct candle_appender *appender, duckdb_connection connection,
                                 enum candle_table table, struct error *error)
{
    const char *name = table == CANDLE_TABLE ? "binance_candles" : "candle_revisions";
    appender->column_count = table == CANDLE_TABLE ? CANDLE_TABLE_COLUMNS : REVISION_TABLE_COLUMNS;
    if (duckdb_appender_create(connection, NULL, name, &appender->handle) != DuckDBSuccess)
        return failed(appender, error);
    duckdb_logical_type types[REVISION_TABLE_COLUMNS];
    for (size_t i = 0; i < appender->column_count; i++)
        types[i] = duckdb_appender_column_type(appender->handle, i);
    appender->chunk = duckdb_create_data_chunk(types, appender->column_count);
    for (size_t i = 0; i < appender->column_count; i++)
        duckdb_destroy_logical_type(&types[i]);
    return appender->chunk ? STATUS_OK : error_no_memory(error);
}

static duckdb_vector vector_of(const struct candle_appender *appender, enum column column)
{
    return duckdb_data_chunk_get_vector(appender->chunk, column);
}

// The same text for all rows: stored once in the vector, referred to by the others.
static void fill_text(struct candle_appender *appender, enum column column, struct str text, size_t count)
{
    duckdb_vector vector = vector_of(appender, column);
    duckdb_string_t *values = appender->columns[column];
    const size_t begin = appender->row_count;
    duckdb_vector_assign_string_element_len(vector, begin, text.ptr, text.len);
    for (size_t i = 1; i < count; i++)
        values[begin + i] = values[begin];
}

// The column's mask, a bit a row: taken when its first value is absent, as asking DuckDB costs more than a
// row.
static void set_absent(const struct candle_appender *appender, enum column column, uint64_t **mask,
                       size_t row)
{
    enum { WORD_BITS = 64 };
    if (!*mask) {
        duckdb_vector vector = vector_of(appender, column);
        duckdb_vector_ensure_validity_writable(vector);
        *mask = duckdb_vector_get_validity(vector);
    }
    (*mask)[row / WORD_BITS] &= ~((uint64_t)1 << row % WORD_BITS);
}

// One loop a column: `offset` is that of a double in struct candle_row.
static void fill_doubles(struct candle_appender *appender, enum column column, const struct candle_row *rows,
                         size_t count, size_t offset)
{
    double *values = (double *)appender->columns[column] + appender->row_count;
    uint64_t *mask = NULL;
    for (size_t i = 0; i < count; i++) {
        values[i] = *(const double *)(const void *)((const char *)&rows[i] + offset);
        if (isnan(values[i])) set_absent(appender, column, &mask, appender->row_count + i);
    }
}

static int64_t close_time_of(const struct candle_row *row, enum interval interval)
{
    if (row->close_time_us != CANDLE_NO_TIME) return row->close_time_us;
    return interval_next(interval, row->open_time_us / us_per_s) * us_per_s - us_per_ms;
}

static void fill_times(struct candle_appender *appender, enum interval interval,
                       const struct candle_row *rows, size_t count)
{
    int64_t *open_times = (int64_t *)appender->columns[COLUMN_OPEN_TIME] + appender->row_count;
    int64_t *close_times = (int64_t *)appender->columns[COLUMN_CLOSE_TIME] + appender->row_count;
    int64_t *trades = (int64_t *)appender->columns[COLUMN_TRADES] + appender->row_count;
    uint64_t *mask = NULL;
    for (size_t i = 0; i < count; i++) {
        open_times[i] = rows[i].open_time_us;
        close_times[i] = close_time_of(&rows[i], interval);
        trades[i] = rows[i].trades;
        if (trades[i] == CANDLE_NO_COUNT) set_absent(appender, COLUMN_TRADES, &mask, appender->row_count + i);
    }
}

static void fill_stamp(struct candle_appender *appender, const struct revision_stamp *stamp, size_t count)
{
    int64_t *replaced_at = (int64_t *)appender->columns[COLUMN_REPLACED_AT] + appender->row_count;
    int64_t *revisions = (int64_t *)appender->columns[COLUMN_REVISION] + appender->row_count;
    for (size_t i = 0; i < count; i++) {
        replaced_at[i] = stamp->replaced_at_us;
        revisions[i] = stamp->revision;
    }
}

static void begin_chunk(struct candle_appender *appender)
{
    duckdb_data_chunk_reset(appender->chunk);
    for (size_t i = 0; i < appender->column_count; i++)
        appender->columns[i] = duckdb_vector_get_data(duckdb_data_chunk_get_vector(appender->chunk, i));
}

static enum status send_chunk(struct candle_appender *appender, struct error *error)
{
    if (appender->row_count == 0) return STATUS_OK;
    duckdb_data_chunk_set_size(appender->chunk, appender->row_count);
    appender->row_count = 0;
    if (duckdb_append_data_chunk(appender->handle, appender->chunk) != DuckDBSuccess)
        return failed(appender, error);
    return STATUS_OK;
}

// `count` rows that the chunk has room for.
static void fill_chunk(struct candle_appender *appender, const struct candle_batch *batch,
                       const struct candle_row *rows, size_t count, const struct revision_stamp *stamp)
{
    static const struct {
        enum column column;
        size_t offset;
    } doubles[] = {
        {COLUMN_OPEN, offsetof(struct candle_row, open)},
        {COLUMN_HIGH, offsetof(struct candle_row, high)},
        {COLUMN_LOW, offsetof(struct candle_row, low)},
        {COLUMN_CLOSE, offsetof(struct candle_row, close)},
        {COLUMN_VOLUME, offsetof(struct candle_row, volume)},
        {COLUMN_QUOTE_VOLUME, offsetof(struct candle_row, quote_volume)},
        {COLUMN_TAKER_BUY_BASE, offsetof(struct candle_row, taker_buy_base)},
        {COLUMN_TAKER_BUY_QUOTE, offsetof(struct candle_row, taker_buy_quote)},
    };
    fill_text(appender, COLUMN_SYMBOL, batch->symbol, count);
    fill_text(appender, COLUMN_INTERVAL, str_from_c(interval_name(batch->interval)), count);
    fill_times(appender, batch->interval, rows, count);
    for (size_t i = 0; i < sizeof doubles / sizeof doubles[0]; i++)
        fill_doubles(appender, doubles[i].column, rows, count, doubles[i].offset);
    if (appender->column_count == REVISION_TABLE_COLUMNS) fill_stamp(appender, stamp, count);
    appender->row_count += count;
}

enum status candle_appender_add(struct candle_appender *appender, const struct candle_batch *batch,
                                const struct revision_stamp *stamp, struct error *error)
{
    const size_t capacity = duckdb_vector_size();
    for (size_t done = 0; done < batch->count;) {
        if (appender->row_count == capacity) TRY(send_chunk(appender, error));
        if (appender->row_count == 0) begin_chunk(appender);
        const size_t room = capacity - appender->row_count, left = batch->count - done;
        const size_t taken = left < room ? left : room;
        fill_chunk(appender, batch, batch->rows + done, taken, stamp);
        done += taken;
    }
    return STATUS_OK;
}

enum status candle_appender_flush(struct candle_appender *appender, struct error *error)
{
    TRY(send_chunk(appender, error));
    return duckdb_appender_flush(appender->handle) == DuckDBSuccess ? STATUS_OK : failed(appender, error);
}

void candle_appender_close(struct candle_appender *appender)
{
    // destroying flushes: what is still in there goes with the transaction, which is rolled back then
    if (appender->handle) (void)duckdb_appender_destroy(&appender->handle);
    if (appender->chunk) duckdb_destroy_data_chunk(&appender->chunk);
    *appender = (struct candle_appender){0};
}
