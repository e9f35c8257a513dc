#include "market/candle_schema.h"

#include "market/candle_adopt.h"

static const char create_sql[] =
    "CREATE TABLE IF NOT EXISTS binance_candles (symbol VARCHAR, \"interval\" VARCHAR, open_time TIMESTAMP, "
    "open DOUBLE, high DOUBLE, low DOUBLE, close DOUBLE, volume DOUBLE, close_time TIMESTAMP, quote_volume DOUBLE, "
    "trades BIGINT, taker_buy_base DOUBLE, taker_buy_quote DOUBLE);"
    "CREATE TABLE IF NOT EXISTS candle_sources (file_name VARCHAR, sha256 VARCHAR, \"rows\" BIGINT, "
    "imported_at TIMESTAMP, revision BIGINT, symbol VARCHAR, \"interval\" VARCHAR, first_open_time TIMESTAMP, "
    "last_open_time TIMESTAMP, added BIGINT, revised BIGINT);"
    "CREATE TABLE IF NOT EXISTS candle_revisions (symbol VARCHAR, \"interval\" VARCHAR, open_time TIMESTAMP, "
    "open DOUBLE, high DOUBLE, low DOUBLE, close DOUBLE, volume DOUBLE, close_time TIMESTAMP, quote_volume DOUBLE, "
    "trades BIGINT, taker_buy_base DOUBLE, taker_buy_quote DOUBLE, replaced_at TIMESTAMP, revision BIGINT);"
    "CREATE TABLE IF NOT EXISTS candle_state (revision BIGINT, unsorted_rows BIGINT, last_symbol VARCHAR, "
    "last_interval VARCHAR, last_open_time TIMESTAMP);"
    "INSERT INTO candle_state SELECT 0, 0, '', '', make_timestamp(0) WHERE NOT EXISTS (SELECT 1 FROM candle_state)";

// The appender goes by position, so names, types and order must be these; a key would slow it down.
static const char shape_sql[] =
    "SELECT coalesce(string_agg(column_name || ' ' || data_type, ', ' ORDER BY column_index), '') || "
    "(SELECT repeat(' constraint', count(*)::BIGINT) FROM duckdb_constraints() WHERE database_name = current_database() "
    "AND schema_name = 'main' AND table_name = 'binance_candles') "
    "FROM duckdb_columns() WHERE database_name = current_database() AND schema_name = 'main' "
    "AND table_name = 'binance_candles'";
static const char shape[] =
    "symbol VARCHAR, interval VARCHAR, open_time TIMESTAMP, open DOUBLE, high DOUBLE, low DOUBLE, close DOUBLE, "
    "volume DOUBLE, close_time TIMESTAMP, quote_volume DOUBLE, trades BIGINT, taker_buy_base DOUBLE, "
    "taker_buy_quote DOUBLE";

static enum status has_shape(duckdb_connection connection, bool *out_has_shape, struct error *error)
{
    DUCK_QUERY_SCOPE query = {0};
    TRY(duck_query_prepare(&query, connection, shape_sql, error));
    TRY(duck_query_start(&query, error));
    TRY(duck_query_next(&query, error));
    *out_has_shape = query.row_count == 1 && str_eq(duck_query_text(&query, 0, 0), str_from_c(shape));
    return STATUS_OK;
}

enum status candle_schema_ensure(duckdb_connection connection, int64_t *out_adopted_rows, struct error *error)
{
    int64_t adopted_rows = -1;
    bool is_ours = false;
    TRY(duck_execute(connection, create_sql, error));
    TRY(has_shape(connection, &is_ours, error));
    if (!is_ours) TRY(candle_adopt(connection, &adopted_rows, error));
    *out_adopted_rows = adopted_rows;
    return STATUS_OK;
}

enum status candle_schema_view(duckdb_connection connection, bool *out_is_ours, struct error *error)
{
    bool is_ours = false;
    TRY(has_shape(connection, &is_ours, error));
    TRY(is_ours ? duck_execute(connection,
                               "CREATE OR REPLACE TEMP VIEW stored_candle AS SELECT * FROM binance_candles",
                               error)
                : candle_adopt_view(connection, error));
    *out_is_ours = is_ours;
    return STATUS_OK;
}

int candle_key_compare(const struct candle_key *a, const struct candle_key *b)
{
    const int by_symbol = str_compare(str_from_c(a->symbol), str_from_c(b->symbol));
    if (by_symbol) return by_symbol;
    const int by_interval = str_compare(str_from_c(a->interval), str_from_c(b->interval));
    if (by_interval) return by_interval;
    return (a->open_time_us > b->open_time_us) - (a->open_time_us < b->open_time_us);
}

enum status candle_state_read(duckdb_connection connection, struct candle_state *out_state,
                              struct error *error)
{
    DUCK_QUERY_SCOPE query = {0};
    TRY(duck_query_prepare(
        &query, connection,
        "SELECT revision, unsorted_rows, epoch_us(last_open_time), last_symbol, last_interval "
        "FROM candle_state",
        error));
    TRY(duck_query_start(&query, error));
    TRY(duck_query_next(&query, error));
    if (query.row_count != 1)
        return error_set(error, STATUS_MALFORMED, NULL, "its table candle_state is damaged");
    struct candle_state state = {
        .revision = duck_query_int64s(&query, 0)[0],
        .unsorted_rows = duck_query_int64s(&query, 1)[0],
        .last.open_time_us = duck_query_int64s(&query, 2)[0],
    };
    (void)str_to_c(duck_query_text(&query, 3, 0), state.last.symbol, sizeof state.last.symbol);
    (void)str_to_c(duck_query_text(&query, 4, 0), state.last.interval, sizeof state.last.interval);
    *out_state = state;
    return STATUS_OK;
}

enum status candle_state_write(duckdb_connection connection, const struct candle_state *state,
                               struct error *error)
{
    DUCK_QUERY_SCOPE query = {0};
    TRY(duck_query_prepare(&query, connection,
                           "UPDATE candle_state SET revision = $1, unsorted_rows = $2, last_symbol = $3, "
                           "last_interval = $4, last_open_time = make_timestamp($5::BIGINT)",
                           error));
    TRY(duck_query_bind_int64(&query, 1, state->revision, error));
    TRY(duck_query_bind_int64(&query, 2, state->unsorted_rows, error));
    TRY(duck_query_bind_text(&query, 3, str_from_c(state->last.symbol), error));
    TRY(duck_query_bind_text(&query, 4, str_from_c(state->last.interval), error));
    TRY(duck_query_bind_int64(&query, 5, state->last.open_time_us, error));
    return duck_query_run(&query, error);
}
