#include "unit/market/ingest/candle_fixture.h"

struct candle_row row_of(int64_t open_time_us, double price)
{
    return (struct candle_row){
        .open_time_us = open_time_us,
        .close_time_us = open_time_us + DAY_US - 1000,
        .open = price,
        .high = price + 2,
        .low = price - 1,
        .close = price + 1,
        .volume = 10,
        .quote_volume = 1000.25,
        .taker_buy_base = 5,
        .taker_buy_quote = 500.125,
        .trades = 77,
    };
}

void fill_days(struct candle_row *rows, int64_t first, size_t count)
{
    for (size_t i = 0; i < count; i++)
        rows[i] = row_of(FIRST_US + (first + (int64_t)i) * DAY_US, 100 + (double)first + (double)i);
}

struct candle_write write_of(const char *symbol, const struct candle_row *rows, size_t count)
{
    return (struct candle_write){
        .batch = {.symbol = str_from_c(symbol), .interval = INTERVAL_1D, .rows = rows, .count = count},
        .source = {.file_name = STR("file.csv"), .sha256 = "5d83"},
    };
}

struct candle_writer *open_writer(void **state)
{
    struct candle_writer *writer = NULL;
    struct error error = {0};
    if (candle_writer_open(str_from_c(path_in(state, "file.db")), NOW_US, &writer, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return writer;
}

struct candle_write_result store_one(struct candle_writer *writer, struct candle_write write)
{
    struct error error = {0};
    if (candle_writer_store(writer, &write, 1, &error) != STATUS_OK) fail_msg("%s", error.message);
    return write.result;
}

struct candle_write_result store_alone(void **state, struct candle_write write)
{
    struct candle_writer *writer = open_writer(state);
    const struct candle_write_result result = store_one(writer, write);
    assert_ok(candle_writer_close(&writer, NULL));
    return result;
}

int64_t number(void **state, const char *sql)
{
    return query_number(path_in(state, "file.db"), sql);
}
