#include "market/candle_extent.h"

#include "market/duck.h"

#include <stdbool.h>

static void count_bar(struct candle_extent *extent, int64_t time_us)
{
    const int64_t us_per_s = 1000000;
    if (extent->rows++ == 0) {
        extent->first_us = extent->last_us = time_us;
        return;
    }
    const int64_t expected_s = interval_next(extent->interval, extent->last_us / us_per_s);
    const int64_t missing = interval_bars(extent->interval, expected_s, time_us / us_per_s);
    if (missing > 0) {
        extent->gaps++;
        extent->missing_bars += missing;
    }
    extent->last_us = time_us;
}

// Bars as the statement gives them; false when one lies before its predecessor.
static enum status count_bars(struct duck_query *query, struct candle_extent *extent, bool *out_is_ordered,
                              struct error *error)
{
    for (;;) {
        TRY(duck_query_next(query, error));
        if (query->row_count == 0) return STATUS_OK;
        const int64_t *times_us = duck_query_int64s(query, 0);
        for (size_t row = 0; row < query->row_count; row++) {
            *out_is_ordered = *out_is_ordered && (extent->rows == 0 || times_us[row] > extent->last_us);
            count_bar(extent, times_us[row]);
        }
    }
}

enum status candle_extent_measure(duckdb_connection connection, struct candle_extent *extent,
                                  struct error *error)
{
    // as they lie in the table, which is mostly in order: sorting takes longer than reading
    static const char *const statements[] = {
        "SELECT epoch_us(open_time) FROM binance_candles WHERE symbol = $1 AND \"interval\" = $2",
        "SELECT epoch_us(open_time) FROM binance_candles WHERE symbol = $1 AND \"interval\" = $2 "
        "ORDER BY open_time",
    };
    bool is_ordered = false;
    for (size_t i = 0; i < 2 && !is_ordered; i++) {
        DUCK_QUERY_SCOPE query = {0};
        *extent = (struct candle_extent){.symbol = extent->symbol, .interval = extent->interval};
        is_ordered = true;
        TRY(duck_query_prepare(&query, connection, statements[i], error));
        TRY(duck_query_bind_text(&query, 1, extent->symbol, error));
        TRY(duck_query_bind_text(&query, 2, str_from_c(interval_name(extent->interval)), error));
        TRY(duck_query_start(&query, error));
        TRY(count_bars(&query, extent, &is_ordered, error));
    }
    return STATUS_OK;
}
