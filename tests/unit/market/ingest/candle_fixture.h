// Candles without a file, and a store to put them in: the folder's "file.db".
#pragma once

#include "unit/market/ingest/ingest_fixture.h"

#include "market/candle_store.h"

enum { NOW_US = 1700000000 };

#define DAY_US INT64_C(86400000000)
#define FIRST_US INT64_C(1704067200000000)

// Days from `first` on, priced by their number.
void fill_days(struct candle_row *rows, int64_t first, size_t count);
struct candle_row row_of(int64_t open_time_us, double price);

// A file of that symbol's days.
struct candle_write write_of(const char *symbol, const struct candle_row *rows, size_t count);

struct candle_writer *open_writer(void **state);
struct candle_write_result store_one(struct candle_writer *writer, struct candle_write write);

// Opens, stores one file, closes.
struct candle_write_result store_alone(void **state, struct candle_write write);

// One number out of the database.
int64_t number(void **state, const char *sql);

#define COUNT_UNSORTED                                                                                                 \
    "SELECT count(*) FROM (SELECT (symbol, \"interval\", open_time) < lag((symbol, \"interval\", open_time)) OVER () " \
    "AS is_less FROM binance_candles) WHERE is_less"
