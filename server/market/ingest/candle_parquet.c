#include "market/ingest/candle_parquet.h"

#include "base/arena.h"
#include "base/cancel.h"
#include "base/limits.h"
#include "market/duck_scratch.h"
#include "market/ingest/field.h"
#include "market/ingest/row_intake.h"

#include <math.h>

enum { SQL_MAX_BYTES = 32 * 1024, NAMES_MAX_BYTES = 64 * 1024, MEMORY_MIB = 256 };

struct parquet_columns {
    size_t count;
    struct str names[CANDLE_LAYOUT_MAX_COLUMNS];
    bool is_timestamp[CANDLE_LAYOUT_MAX_COLUMNS]; // TIMESTAMP of any precision, or DATE
};

struct parquet_pass {
    struct row_intake intake;
    const atomic_bool *is_cancelled;
    struct candle_layout layout;
    struct parquet_columns columns;
    int64_t line;
};

static enum status describe(duckdb_connection connection, struct str path, struct arena *arena,
                            struct parquet_columns *columns, struct error *error)
{
    DUCK_QUERY_SCOPE query = {0};
    TRY(duck_query_prepare(&query, connection,
                           "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet($1))",
                           error));
    TRY(duck_query_bind_text(&query, 1, path, error));
    TRY(duck_query_start(&query, error));
    for (;;) {
        TRY(duck_query_next(&query, error));
        if (query.row_count == 0) return STATUS_OK;
        for (size_t row = 0; row < query.row_count; row++) {
            if (columns->count == CANDLE_LAYOUT_MAX_COLUMNS)
                return error_set(error, STATUS_INVALID, NULL, "more than %d columns",
                                 CANDLE_LAYOUT_MAX_COLUMNS);
            const struct str type = duck_query_text(&query, 1, row);
            columns->is_timestamp[columns->count] =
                str_starts_with(type, STR("TIMESTAMP")) || str_eq(type, STR("DATE"));
            columns->names[columns->count++] = str_copy(arena, duck_query_text(&query, 0, row));
        }
    }
}

// One expression for each field, in the order of enum candle_field. What does not cast is NULL, and refused
// by row.
static void append_field(struct buf *sql, const struct parquet_pass *pass, enum candle_field field)
{
    const int column = pass->layout.column_of[field];
    if (column == CANDLE_LAYOUT_ABSENT) {
        buf_append_str(sql, field == CANDLE_TRADES ? STR("NULL::BIGINT") : STR("NULL::DOUBLE"));
        return;
    }
    const bool is_time = field == CANDLE_OPEN_TIME || field == CANDLE_CLOSE_TIME;
    struct str before = STR("TRY_CAST("), behind = STR(" AS DOUBLE)");
    if (is_time && pass->columns.is_timestamp[column])
        before = STR("epoch_us(date_trunc('microsecond', "), behind = STR("))");
    else if (is_time || field == CANDLE_SYMBOL)
        behind = STR(" AS VARCHAR)");
    else if (field == CANDLE_TRADES)
        behind = STR(" AS BIGINT)");
    buf_append_str(sql, before);
    duck_append_identifier(sql, pass->columns.names[column]);
    buf_append_str(sql, behind);
}

static enum status append_select(struct buf *sql, const struct parquet_pass *pass, struct error *error)
{
    buf_append_str(sql, STR("SELECT "));
    for (int field = 0; field < CANDLE_FIELD_COUNT; field++) {
        if (field > 0) buf_append_str(sql, STR(", "));
        append_field(sql, pass, (enum candle_field)field);
    }
    buf_append_str(sql, STR(" FROM read_parquet($1)"));
    buf_append_char(sql, '\0');
    return sql->failed ? error_no_memory(error) : STATUS_OK;
}

static enum status decode_time(const struct parquet_pass *pass, const struct duck_query *query,
                               enum candle_field field, size_t row, int64_t *out_time_us, struct error *error)
{
    const int column = pass->layout.column_of[field];
    if (column == CANDLE_LAYOUT_ABSENT || duck_query_is_null(query, field, row)) {
        *out_time_us = CANDLE_NO_TIME;
        return field == CANDLE_CLOSE_TIME ? STATUS_OK
                                          : error_set(error, STATUS_INVALID, NULL, "open time is empty");
    }
    if (pass->columns.is_timestamp[column]) {
        *out_time_us = duck_query_int64s(query, field)[row];
        return STATUS_OK;
    }
    const struct str text = duck_query_text(query, field, row);
    if (field_time_us(text, out_time_us)) return STATUS_OK;
    return error_set(error, STATUS_INVALID, NULL, "%s %s is not a time", candle_field_name(field),
                     field_quote(text).text);
}

static enum status decode_numbers(const struct duck_query *query, size_t row_number, struct candle_row *row,
                                  struct error *error)
{
    for (size_t i = 0; i < CANDLE_NUMBER_COUNT; i++) {
        const struct candle_number *number = &candle_numbers[i];
        const bool is_null = duck_query_is_null(query, number->field, row_number);
        if (is_null && number->is_required)
            return error_set(error, STATUS_INVALID, NULL, "%s is not a number",
                             candle_field_name(number->field));
        const double value = is_null ? (double)NAN : duck_query_doubles(query, number->field)[row_number];
        *candle_number_in(number, row) = isnan(value) ? (double)NAN : value; // one NaN for all that is absent
    }
    row->trades = duck_query_is_null(query, CANDLE_TRADES, row_number)
                      ? CANDLE_NO_COUNT
                      : duck_query_int64s(query, CANDLE_TRADES)[row_number];
    return STATUS_OK;
}

static enum status decode_row(const struct parquet_pass *pass, const struct duck_query *query,
                              size_t row_number, struct candle_row *row, struct error *error)
{
    row->line = pass->line;
    const bool has_symbol = pass->layout.column_of[CANDLE_SYMBOL] != CANDLE_LAYOUT_ABSENT &&
                            !duck_query_is_null(query, CANDLE_SYMBOL, row_number);
    if (has_symbol)
        TRY(row_intake_check_symbol(&pass->intake, duck_query_text(query, CANDLE_SYMBOL, row_number), error));
    TRY(decode_time(pass, query, CANDLE_OPEN_TIME, row_number, &row->open_time_us, error));
    TRY(decode_time(pass, query, CANDLE_CLOSE_TIME, row_number, &row->close_time_us, error));
    return decode_numbers(query, row_number, row, error);
}

static enum status take_rows(struct parquet_pass *pass, struct duck_query *query, struct error *error)
{
    for (;;) {
        TRY(cancel_check(pass->is_cancelled, error));
        TRY(duck_query_next(query, error));
        if (query->row_count == 0) return row_intake_finish(&pass->intake, error);
        for (size_t i = 0; i < query->row_count; i++) {
            struct candle_row row;
            pass->line++;
            const enum status status = decode_row(pass, query, i, &row, error);
            TRY(status == STATUS_OK ? row_intake_add(&pass->intake, &row, error)
                                    : row_intake_refuse(&pass->intake, pass->line, error));
        }
    }
}

static enum status read_with(duckdb_connection connection, struct str path, struct parquet_pass *pass,
                             struct error *error)
{
    ARENA_SCOPE(arena, NAMES_MAX_BYTES);
    BUF_SCOPE(sql, SQL_MAX_BYTES);
    TRY(describe(connection, path, &arena, &pass->columns, error));
    TRY(candle_layout_by_names(pass->columns.names, pass->columns.count, &pass->layout, error));
    TRY(append_select(&sql, pass, error));
    DUCK_QUERY_SCOPE query = {0};
    TRY(duck_query_prepare(&query, connection, sql.data, error));
    TRY(duck_query_bind_text(&query, 1, path, error));
    TRY(duck_query_start(&query, error));
    TRY(take_rows(pass, &query, error));
    char buffer[CANDLE_LAYOUT_ABSENT_TEXT];
    const struct str absent = candle_layout_absent(&pass->layout, buffer);
    if (absent.len) ingest_report_notice(pass->intake.report, 0, "has no %.*s", STR_ARG(absent));
    return STATUS_OK;
}

enum status candle_parquet_read(const char *path, const struct candle_parquet_rules *rules,
                                struct row_list *rows, struct ingest_report *report, struct error *error)
{
    const struct str file = str_from_c(path);
    for (size_t i = 0; i < file.len; i++)
        if (strchr("*?[{", file.ptr[i])) // DuckDB would take the path for a pattern
            return error_set(error, STATUS_INVALID, NULL, "a Parquet file's path may not hold \"%c\"",
                             file.ptr[i]);
    const struct duck_scratch_options options = {
        .files = &file, .file_count = 1, .memory_limit_bytes = MEMORY_MIB * MIB};
    DUCK_SCRATCH_SCOPE scratch = {0};
    TRY(duck_scratch_open(&options, &scratch, error));
    struct parquet_pass pass = {.intake = {.series = rules->series,
                                           .skips_bad_rows = rules->skips_bad_rows,
                                           .rows = rows,
                                           .report = report},
                                .is_cancelled = rules->is_cancelled};
    const enum status status = read_with(scratch.connection, file, &pass, error);
    if (status == STATUS_INTERNAL) // the Parquet reader's own words: the file is not what it claims to be
        return error_set(error, STATUS_MALFORMED, NULL, "it cannot be read as Parquet");
    return status;
}
