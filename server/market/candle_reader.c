#include "market/candle_reader.h"

#include "market/duck.h"

#include <math.h>

enum { MICROSECONDS = 1000000 };

// 0001-01-01 to 9999-12-31, what the API can write.
#define TIME_MIN_S (-62135596800)
#define TIME_MAX_S 253402300799

static const char select_series[] = "SELECT time_us, open, high, low, close, volume FROM candle "
                                    "WHERE symbol = $1 AND bar IN ($2, $3) AND time_us IS NOT NULL";
static const char select_times[] = "SELECT symbol, bar, time_us FROM candle "
                                   "WHERE time_us IS NOT NULL AND symbol IS NOT NULL AND bar IS NOT NULL";
static const char select_closes[] = "SELECT symbol, bar, time_us, close FROM candle "
                                    "WHERE bar IN ($1, $2) AND time_us IS NOT NULL AND symbol IS NOT NULL";

static const char select_candles[] =
    "SELECT symbol, bar, time_us, open, high, low, close, volume FROM candle "
    "WHERE bar IN ($1, $2) AND time_us IS NOT NULL AND symbol IS NOT NULL";

static int64_t seconds_of(int64_t time_us)
{
    return time_us / MICROSECONDS - (time_us % MICROSECONDS < 0);
}

static bool is_time(int64_t time)
{
    return time >= TIME_MIN_S && time <= TIME_MAX_S;
}

// Both spellings of an interval that a file may have: Binance writes a month "1M" or "1mo".
static enum status bind_interval(struct duck_query *query, size_t position, enum interval interval,
                                 struct error *error)
{
    const struct str name = str_from_c(interval_name(interval));
    TRY(duck_query_bind_text(query, position, name, error));
    return duck_query_bind_text(query, position + 1, interval == INTERVAL_1MO ? STR("1M") : name, error);
}

static bool is_candle(const struct candle *candle)
{
    return is_time(candle->time) && isfinite(candle->open) && isfinite(candle->high) &&
           isfinite(candle->low) && isfinite(candle->close);
}

// The candles of a chunk whose columns begin with the time at `first`.
struct candle_columns {
    const int64_t *time_us;
    const double *open, *high, *low, *close, *volume;
};

static struct candle_columns columns_of(const struct duck_query *query, size_t first)
{
    return (struct candle_columns){.time_us = duck_query_int64s(query, first),
                                   .open = duck_query_doubles(query, first + 1),
                                   .high = duck_query_doubles(query, first + 2),
                                   .low = duck_query_doubles(query, first + 3),
                                   .close = duck_query_doubles(query, first + 4),
                                   .volume = duck_query_doubles(query, first + 5)};
}

static struct candle candle_at(const struct candle_columns *columns, size_t i)
{
    return (struct candle){seconds_of(columns->time_us[i]),
                           columns->open[i],
                           columns->high[i],
                           columns->low[i],
                           columns->close[i],
                           isfinite(columns->volume[i]) ? columns->volume[i] : 0};
}

static enum status append_chunk(const struct duck_query *query, struct series_builder *builder,
                                struct error *error)
{
    const struct candle_columns columns = columns_of(query, 0);
    TRY(series_builder_reserve(builder, builder->count + query->row_count, error));
    for (size_t i = 0; i < query->row_count; i++) {
        const struct candle candle = candle_at(&columns, i);
        if (is_candle(&candle)) series_builder_put(builder, candle);
    }
    return STATUS_OK;
}

enum status candle_reader_series(duckdb_connection connection, struct str symbol, enum interval interval,
                                 struct series_builder *builder, struct error *error)
{
    DUCK_QUERY_SCOPE query = {0};
    TRY(duck_query_prepare(&query, connection, select_series, error));
    TRY(duck_query_bind_text(&query, 1, symbol, error));
    TRY(bind_interval(&query, 2, interval, error));
    TRY(duck_query_start(&query, error));
    for (;;) {
        TRY(duck_query_next(&query, error));
        if (query.row_count == 0) return STATUS_OK;
        TRY(append_chunk(&query, builder, error));
    }
}

// Whether two texts are the same value byte for byte. Long texts that are equal may lie in two places: that
// is a no.
static bool is_same_value(const duckdb_string_t *a, const duckdb_string_t *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static enum status visit_chunk(const struct duck_query *query, bool has_closes,
                               const struct candle_visitor *visitor, struct error *error)
{
    const duckdb_string_t *symbols = duck_query_texts(query, 0), *bars = duck_query_texts(query, 1);
    const int64_t *time_us = duck_query_int64s(query, 2);
    const double *close = has_closes ? duck_query_doubles(query, 3) : NULL;
    const size_t none = query->row_count;
    for (size_t i = 0, before = none; i < query->row_count; i++) {
        const int64_t time = seconds_of(time_us[i]);
        if (!is_time(time)) continue;
        const bool is_same_series = before != none && is_same_value(&symbols[i], &symbols[before]) &&
                                    is_same_value(&bars[i], &bars[before]);
        before = i;
        const struct candle_point point = {.is_same_series = is_same_series,
                                           .symbol = duck_text(&symbols[i]),
                                           .bar = duck_text(&bars[i]),
                                           .time = time,
                                           .close = close ? close[i] : (double)NAN};
        TRY(visitor->visit(visitor->context, &point, error));
    }
    return STATUS_OK;
}

static enum status scan(struct duck_query *query, bool has_closes, const struct candle_visitor *visitor,
                        struct error *error)
{
    TRY(duck_query_start(query, error));
    for (;;) {
        TRY(duck_query_next(query, error));
        if (query->row_count == 0) return STATUS_OK;
        TRY(visit_chunk(query, has_closes, visitor, error));
    }
}

enum status candle_reader_scan_times(duckdb_connection connection, const struct candle_visitor *visitor,
                                     struct error *error)
{
    DUCK_QUERY_SCOPE query = {0};
    TRY(duck_query_prepare(&query, connection, select_times, error));
    return scan(&query, false, visitor, error);
}

enum status candle_reader_scan_closes(duckdb_connection connection, enum interval interval,
                                      const struct candle_visitor *visitor, struct error *error)
{
    DUCK_QUERY_SCOPE query = {0};
    TRY(duck_query_prepare(&query, connection, select_closes, error));
    TRY(bind_interval(&query, 1, interval, error));
    return scan(&query, true, visitor, error);
}

static enum status visit_candles(const struct duck_query *query, const struct candle_visitor *visitor,
                                 struct error *error)
{
    const duckdb_string_t *symbols = duck_query_texts(query, 0), *bars = duck_query_texts(query, 1);
    const struct candle_columns columns = columns_of(query, 2);
    const size_t none = query->row_count;
    for (size_t i = 0, before = none; i < query->row_count; i++) {
        const struct candle candle = candle_at(&columns, i);
        if (!is_candle(&candle)) continue;
        const struct candle_point point = {.is_same_series = before != none &&
                                                             is_same_value(&symbols[i], &symbols[before]) &&
                                                             is_same_value(&bars[i], &bars[before]),
                                           .symbol = duck_text(&symbols[i]),
                                           .bar = duck_text(&bars[i]),
                                           .time = candle.time,
                                           .close = candle.close,
                                           .candle = candle};
        before = i;
        TRY(visitor->visit(visitor->context, &point, error));
    }
    return STATUS_OK;
}

enum status candle_reader_scan_candles(duckdb_connection connection, enum interval interval,
                                       const struct candle_visitor *visitor, struct error *error)
{
    DUCK_QUERY_SCOPE query = {0};
    TRY(duck_query_prepare(&query, connection, select_candles, error));
    TRY(bind_interval(&query, 1, interval, error));
    TRY(duck_query_start(&query, error));
    for (;;) {
        TRY(duck_query_next(&query, error));
        if (query.row_count == 0) return STATUS_OK;
        TRY(visit_candles(&query, visitor, error));
    }
}
