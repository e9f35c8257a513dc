#include "market/candle_adopt.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "market/duck_scratch.h"

enum { SQL_MAX_BYTES = 32 * 1024, NAMES_MAX_BYTES = 256 * 1024, COLUMNS_MAX = 256 };

enum use { USE_NAME, USE_INTERVAL, USE_TIME, USE_DOUBLE, USE_COUNT };

// Ours, in order, with the names that other tools give them.
static const struct target {
    const char *name;
    enum use use;
    bool is_needed;
    const char *known_as[4];
} targets[] = {
    {"symbol", USE_NAME, true, {"symbol"}},
    {"interval", USE_INTERVAL, false, {"interval"}},
    {"open_time", USE_TIME, true, {"open_time", "timestamp", "time"}},
    {"open", USE_DOUBLE, true, {"open"}},
    {"high", USE_DOUBLE, true, {"high"}},
    {"low", USE_DOUBLE, true, {"low"}},
    {"close", USE_DOUBLE, true, {"close"}},
    {"volume", USE_DOUBLE, false, {"volume"}},
    {"close_time", USE_TIME, false, {"close_time"}},
    {"quote_volume", USE_DOUBLE, false, {"quote_volume", "quote_asset_volume"}},
    {"trades", USE_COUNT, false, {"trades", "number_of_trades", "count"}},
    {"taker_buy_base",
     USE_DOUBLE,
     false,
     {"taker_buy_base", "taker_buy_volume", "taker_buy_base_asset_volume"}},
    {"taker_buy_quote",
     USE_DOUBLE,
     false,
     {"taker_buy_quote", "taker_buy_quote_volume", "taker_buy_quote_asset_volume"}},
};

enum { TARGET_COUNT = sizeof targets / sizeof targets[0] };

struct found_columns {
    size_t count;
    struct str names[COLUMNS_MAX];
    bool has_zone[COLUMNS_MAX]; // TIMESTAMP WITH TIME ZONE, whose text is in the local zone
};

static enum status find_columns(duckdb_connection connection, struct arena *arena,
                                struct found_columns *columns, struct error *error)
{
    DUCK_QUERY_SCOPE query = {0};
    TRY(duck_query_prepare(&query, connection,
                           "SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = "
                           "current_database() AND schema_name = 'main' AND table_name = 'binance_candles' "
                           "ORDER BY column_index",
                           error));
    TRY(duck_query_start(&query, error));
    for (;;) {
        TRY(duck_query_next(&query, error));
        if (query.row_count == 0) return STATUS_OK;
        for (size_t row = 0; row < query.row_count && columns->count < COLUMNS_MAX; row++) {
            columns->has_zone[columns->count] =
                str_contains(duck_query_text(&query, 1, row), STR("TIME ZONE"));
            columns->names[columns->count++] = str_copy(arena, duck_query_text(&query, 0, row));
        }
    }
}

static bool find_target(const struct found_columns *columns, const struct target *target, size_t *out_column)
{
    for (size_t name = 0; name < 4 && target->known_as[name]; name++)
        for (size_t i = 0; i < columns->count; i++)
            if (str_eq_ignore_case(columns->names[i], str_from_c(target->known_as[name]))) {
                *out_column = i;
                return true;
            }
    return false;
}

// The macros take text, so that every type of column is read by what it prints.
static const char macros_sql[] =
    "CREATE OR REPLACE TEMP MACRO us_of_number(n) AS CASE WHEN abs(n) < 100000000000 THEN n * 1000000 "
    "WHEN abs(n) < 100000000000000 THEN n * 1000 WHEN abs(n) < 100000000000000000 THEN n ELSE n // 1000 END;"
    "CREATE OR REPLACE TEMP MACRO time_of(t) AS coalesce(TRY_CAST(t AS TIMESTAMP), "
    "make_timestamp(us_of_number(TRY_CAST(t AS BIGINT))));";

static const struct shell {
    const char *before, *behind, *absent;
} shells[] = {
    [USE_NAME] = {"upper(CAST(", " AS VARCHAR))", NULL},
    [USE_INTERVAL] = {"replace(CAST(", " AS VARCHAR), '1M', '1mo')", "'1d'"},
    [USE_TIME] = {"time_of(CAST(", " AS VARCHAR))", "NULL::TIMESTAMP"},
    [USE_DOUBLE] = {"TRY_CAST(", " AS DOUBLE)", "NULL::DOUBLE"},
    [USE_COUNT] = {"TRY_CAST(", " AS BIGINT)", "NULL::BIGINT"},
};
static const struct shell shell_with_zone = {"make_timestamp(epoch_us(", "))", NULL};

static enum status append_target(struct buf *sql, const struct found_columns *columns,
                                 const struct target *target, struct error *error)
{
    size_t column;
    const bool is_found = find_target(columns, target, &column);
    if (!is_found && target->is_needed)
        return error_set(error, STATUS_UNSUPPORTED, NULL,
                         "its table binance_candles was made by another tool and has no column %s",
                         target->name);
    const bool has_zone = is_found && target->use == USE_TIME && columns->has_zone[column];
    const struct shell *shell = has_zone ? &shell_with_zone : &shells[target->use];
    if (is_found) {
        buf_append_str(sql, str_from_c(shell->before));
        duck_append_identifier(sql, columns->names[column]);
    }
    buf_append_str(sql, str_from_c(is_found ? shell->behind : shell->absent));
    buf_append_format(sql, " AS \"%s\"", target->name);
    return STATUS_OK;
}

// The rows of a foreign table as ours has them, each candle once.
static enum status append_select(struct buf *sql, const struct found_columns *columns, const char *table,
                                 struct error *error)
{
    buf_append_str(sql, STR("SELECT * FROM (SELECT "));
    for (size_t i = 0; i < TARGET_COUNT; i++) {
        if (i > 0) buf_append_str(sql, STR(", "));
        TRY(append_target(sql, columns, &targets[i], error));
    }
    buf_append_format(sql,
                      " FROM %s) WHERE symbol IS NOT NULL AND open_time IS NOT NULL AND "
                      "isfinite(open) AND isfinite(high) AND isfinite(low) AND isfinite(close) "
                      "QUALIFY row_number() OVER (PARTITION BY symbol, \"interval\", open_time) = 1",
                      table);
    return STATUS_OK;
}

static enum status append_adoption(struct buf *sql, const struct found_columns *columns, struct error *error)
{
    buf_append_str(sql, STR("CREATE TABLE binance_candles_before AS SELECT * FROM binance_candles;"
                            "DROP TABLE binance_candles;"));
    buf_append_str(sql, str_from_c(macros_sql));
    buf_append_str(sql, STR("CREATE TABLE binance_candles AS "));
    TRY(append_select(sql, columns, "binance_candles_before", error));
    buf_append_str(sql, STR(" ORDER BY symbol, \"interval\", open_time;"
                            "DROP MACRO time_of; DROP MACRO us_of_number;"));
    buf_append_char(sql, '\0');
    return sql->failed ? error_no_memory(error) : STATUS_OK;
}

static enum status count_rows(duckdb_connection connection, int64_t *out_rows, struct error *error)
{
    DUCK_QUERY_SCOPE query = {0};
    TRY(duck_query_prepare(&query, connection, "SELECT count(*) FROM binance_candles", error));
    TRY(duck_query_start(&query, error));
    TRY(duck_query_next(&query, error));
    if (query.row_count != 1) return error_set(error, STATUS_INTERNAL, NULL, "no answer to a count");
    *out_rows = duck_query_int64s(&query, 0)[0];
    return STATUS_OK;
}

enum status candle_adopt(duckdb_connection connection, int64_t *out_rows, struct error *error)
{
    ARENA_SCOPE(arena, NAMES_MAX_BYTES);
    BUF_SCOPE(sql, SQL_MAX_BYTES);
    struct found_columns columns = {0};
    struct error cause = {0};
    TRY(find_columns(connection, &arena, &columns, error));
    TRY(append_adoption(&sql, &columns, error));
    if (duck_execute(connection, sql.data, &cause) != STATUS_OK)
        return error_set(
            error, STATUS_UNSUPPORTED, NULL,
            "its table binance_candles was made by another tool and cannot be taken over: %.200s",
            cause.message);
    return count_rows(connection, out_rows, error);
}

enum status candle_adopt_view(duckdb_connection connection, struct error *error)
{
    ARENA_SCOPE(arena, NAMES_MAX_BYTES);
    BUF_SCOPE(sql, SQL_MAX_BYTES);
    struct found_columns columns = {0};
    TRY(find_columns(connection, &arena, &columns, error));
    buf_append_str(&sql, str_from_c(macros_sql));
    buf_append_str(&sql, STR("CREATE OR REPLACE TEMP VIEW stored_candle AS "));
    TRY(append_select(&sql, &columns, "binance_candles", error));
    buf_append_char(&sql, '\0');
    return sql.failed ? error_no_memory(error) : duck_execute(connection, sql.data, error);
}
