#include "market/stored_rows.h"

#include <math.h>
#include <stdlib.h>

enum { PAGE_ROWS = 64 * 1024 };

enum stored_column {
    STORED_OPEN_TIME,
    STORED_OPEN,
    STORED_HIGH,
    STORED_LOW,
    STORED_CLOSE,
    STORED_VOLUME,
    STORED_CLOSE_TIME,
    STORED_QUOTE_VOLUME,
    STORED_TRADES,
    STORED_TAKER_BUY_BASE,
    STORED_TAKER_BUY_QUOTE,
};

// NULL where a value is absent: told apart by values that no stored candle has.
static const char page_sql[] =
    "SELECT epoch_us(open_time), coalesce(open, 'nan'), coalesce(high, 'nan'), coalesce(low, 'nan'), "
    "coalesce(close, 'nan'), coalesce(volume, 'nan'), "
    "coalesce(epoch_us(close_time), (-9223372036854775807 - 1)::BIGINT), coalesce(quote_volume, 'nan'), "
    "coalesce(trades, -1), coalesce(taker_buy_base, 'nan'), coalesce(taker_buy_quote, 'nan') "
    "FROM binance_candles "
    "WHERE symbol = $1 AND \"interval\" = $2 AND open_time BETWEEN make_timestamp($3::BIGINT) AND "
    "make_timestamp($4::BIGINT) ORDER BY open_time LIMIT $5::BIGINT";

enum status stored_rows_open(struct stored_rows *rows, duckdb_connection connection, struct error *error)
{
    rows->page = malloc(PAGE_ROWS * sizeof *rows->page);
    if (!rows->page) return error_no_memory(error);
    TRY(duck_query_prepare(&rows->query, connection, page_sql, error));
    return duck_query_bind_int64(&rows->query, 5, PAGE_ROWS, error);
}

enum status stored_rows_turn(struct stored_rows *rows, struct str symbol, enum interval interval,
                             int64_t last_us, struct error *error)
{
    const int64_t us_per_s = 1000000;
    rows->count = rows->position = 0;
    rows->page_us = interval_seconds(interval) * us_per_s * PAGE_ROWS;
    rows->known_us = INT64_MIN;
    rows->last_us = last_us;
    TRY(duck_query_bind_text(&rows->query, 1, symbol, error));
    return duck_query_bind_text(&rows->query, 2, str_from_c(interval_name(interval)), error);
}

static void take_chunk(struct stored_rows *rows)
{
    const struct duck_query *query = &rows->query;
    for (size_t i = 0; i < query->row_count; i++)
        rows->page[rows->count++] = (struct candle_row){
            .open_time_us = duck_query_int64s(query, STORED_OPEN_TIME)[i],
            .close_time_us = duck_query_int64s(query, STORED_CLOSE_TIME)[i],
            .open = duck_query_doubles(query, STORED_OPEN)[i],
            .high = duck_query_doubles(query, STORED_HIGH)[i],
            .low = duck_query_doubles(query, STORED_LOW)[i],
            .close = duck_query_doubles(query, STORED_CLOSE)[i],
            .volume = duck_query_doubles(query, STORED_VOLUME)[i],
            .quote_volume = duck_query_doubles(query, STORED_QUOTE_VOLUME)[i],
            .taker_buy_base = duck_query_doubles(query, STORED_TAKER_BUY_BASE)[i],
            .taker_buy_quote = duck_query_doubles(query, STORED_TAKER_BUY_QUOTE)[i],
            .trades = duck_query_int64s(query, STORED_TRADES)[i],
        };
}

// The page is asked for by time, not by number alone: DuckDB would put all that follows in order to take the
// first rows of it. On the grid no more rows than a page has room for lie in that time; where
// nothing is stored the next page reaches twice as far.
static enum status load_page(struct stored_rows *rows, int64_t from_us, struct error *error)
{
    const bool is_last = rows->page_us == 0 || rows->last_us - from_us < rows->page_us;
    const int64_t to_us = is_last ? rows->last_us : from_us + rows->page_us - 1;
    rows->count = rows->position = 0;
    TRY(duck_query_bind_int64(&rows->query, 3, from_us, error));
    TRY(duck_query_bind_int64(&rows->query, 4, to_us, error));
    TRY(duck_query_start(&rows->query, error));
    do {
        TRY(duck_query_next(&rows->query, error));
        take_chunk(rows);
    } while (rows->query.row_count > 0);
    if (rows->count == 0 && !is_last) rows->page_us *= 2;
    rows->known_us = rows->count < PAGE_ROWS ? to_us : rows->page[rows->count - 1].open_time_us;
    return STATUS_OK;
}

enum status stored_rows_find(struct stored_rows *rows, int64_t time_us, const struct candle_row **out_row,
                             struct error *error)
{
    if (time_us > rows->known_us) TRY(load_page(rows, time_us, error));
    while (rows->position < rows->count && rows->page[rows->position].open_time_us < time_us)
        rows->position++;
    const bool is_found = rows->position < rows->count && rows->page[rows->position].open_time_us == time_us;
    *out_row = is_found ? &rows->page[rows->position] : NULL;
    return STATUS_OK;
}

void stored_rows_close(struct stored_rows *rows)
{
    duck_query_done(&rows->query);
    free(rows->page);
    rows->page = NULL;
}
