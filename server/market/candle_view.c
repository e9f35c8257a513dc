#include "market/candle_view.h"

#include "base/buf.h"
#include "base/limits.h"
#include "market/duck.h"

#define VIEW_SQL_BYTES (8 * KIB)

// Epoch numbers by magnitude: below 1e11 seconds (the year 5138), below 1e14 milliseconds, below 1e17
// microseconds.
#define MICROSECONDS_BY_MAGNITUDE(value)                                                                     \
    "CASE WHEN " value " BETWEEN -99999999999 AND 99999999999 THEN " value " * 1000000 "                     \
    "WHEN " value " BETWEEN -99999999999999 AND 99999999999999 THEN " value " * 1000 "                       \
    "WHEN " value " BETWEEN -99999999999999999 AND 99999999999999999 THEN " value " "                        \
    "ELSE " value " // 1000 END"

static const char time_as_it_is[] = "open_time"; // microseconds in memory; infinity is out of every range
static const char time_of_other_timestamp[] = "epoch_us(TRY_CAST(open_time AS TIMESTAMP))";
static const char time_of_number[] = MICROSECONDS_BY_MAGNITUDE("TRY_CAST(open_time AS BIGINT)");
// Text with an offset ("2024-01-01 01:00:00+01:00") is an instant; without one it is UTC, whatever the
// machine's zone.
static const char time_of_text[] =
    "coalesce(CASE WHEN open_time LIKE '%:%+%' OR open_time LIKE '%:%-%' "
    "THEN epoch_us(TRY_CAST(open_time AS TIMESTAMPTZ)) ELSE epoch_us(TRY_CAST(open_time AS TIMESTAMP)) END, " MICROSECONDS_BY_MAGNITUDE(
        "TRY_CAST(open_time AS BIGINT)") ")";

static const struct {
    duckdb_type type;
    const char *expression;
} time_types[] = {
    {DUCKDB_TYPE_TIMESTAMP, time_as_it_is},
    {DUCKDB_TYPE_TIMESTAMP_TZ, time_as_it_is},
    {DUCKDB_TYPE_DATE, time_of_other_timestamp},
    {DUCKDB_TYPE_TIMESTAMP_S, time_of_other_timestamp},
    {DUCKDB_TYPE_TIMESTAMP_MS, time_of_other_timestamp},
    {DUCKDB_TYPE_TIMESTAMP_NS, time_of_other_timestamp},
    {DUCKDB_TYPE_VARCHAR, time_of_text},
};

static const char *time_expression(duckdb_type type)
{
    for (size_t i = 0; i < sizeof time_types / sizeof time_types[0]; i++)
        if (time_types[i].type == type) return time_types[i].expression;
    return time_of_number;
}

enum column_use { USE_NAME, USE_TIME, USE_VALUE };

// A column of the view: `without` stands for it where the file has none, NULL: it must be there.
static const struct column {
    const char *name;
    const char *view_name;
    enum column_use use;
    const char *without;
} columns[] = {
    {"symbol", "symbol", USE_NAME, NULL},     {"interval", "bar", USE_NAME, "'1d'"},
    {"open_time", "time_us", USE_TIME, NULL}, {"open", "open", USE_VALUE, NULL},
    {"high", "high", USE_VALUE, NULL},        {"low", "low", USE_VALUE, NULL},
    {"close", "close", USE_VALUE, NULL},      {"volume", "volume", USE_VALUE, "CAST(0 AS DOUBLE)"},
};

// False when the table has no column of this name.
static bool find_type(const struct duck_query *table, const char *name, duckdb_type *out_type)
{
    const size_t count = duckdb_prepared_statement_column_count(table->prepared);
    for (size_t i = 0; i < count; i++) {
        const char *found = duckdb_prepared_statement_column_name(table->prepared, i);
        const bool is_it = str_eq_ignore_case(str_from_c(found), str_from_c(name));
        duckdb_free((void *)(uintptr_t)found);
        if (!is_it) continue;
        *out_type = duckdb_prepared_statement_column_type(table->prepared, i);
        return true;
    }
    return false;
}

static void put_expression(struct buf *sql, const struct column *column, duckdb_type type)
{
    const char *missing = column->without ? column->without : "CAST('nan' AS DOUBLE)";
    switch (column->use) {
    case USE_NAME:
        buf_append_format(sql, type == DUCKDB_TYPE_VARCHAR ? "\"%s\"" : "CAST(\"%s\" AS VARCHAR)",
                          column->name);
        break;
    case USE_TIME: buf_append_str(sql, str_from_c(time_expression(type))); break;
    case USE_VALUE:
        buf_append_format(sql,
                          type == DUCKDB_TYPE_DOUBLE ? "coalesce(\"%s\", %s)"
                                                     : "coalesce(TRY_CAST(\"%s\" AS DOUBLE), %s)",
                          column->name, missing);
        break;
    }
}

static enum status put_column(struct buf *sql, const struct duck_query *table, const struct column *column,
                              struct error *error)
{
    duckdb_type type;
    if (find_type(table, column->name, &type))
        put_expression(sql, column, type);
    else if (column->without)
        buf_append_str(sql, str_from_c(column->without));
    else
        return error_set(error, STATUS_UNSUPPORTED, NULL, "its table binance_candles has no column %s",
                         column->name);
    buf_append_format(sql, " AS %s", column->view_name);
    return STATUS_OK;
}

enum status candle_view_create(duckdb_connection connection, struct error *error)
{
    DUCK_QUERY_SCOPE table = {0};
    if (duck_query_prepare(&table, connection, "SELECT * FROM binance_candles", NULL) != STATUS_OK)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "it has no table binance_candles");
    BUF_SCOPE(sql, VIEW_SQL_BYTES);
    buf_append_str(&sql, STR("CREATE TEMP VIEW candle AS SELECT "));
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        if (i > 0) buf_append_str(&sql, STR(", "));
        TRY(put_column(&sql, &table, &columns[i], error));
    }
    buf_append_str(&sql, STR(" FROM binance_candles"));
    buf_append_char(&sql, '\0');
    return sql.failed ? error_no_memory(error) : duck_execute(connection, sql.data, error);
}
