// Files as other tools wrote them, read as they are.
#include "unit/market/market_fixture.h"
#include "unit/market/series_fixture.h"

#include "base/limits.h"
#include "market/candle_reader.h"
#include "market/candle_view.h"
#include "market/duck.h"

static const struct candle first = {1704067200, 1, 4, 0.5, 3, 7}, second = {1704153600, 3, 5, 2, 4, 8};

static enum status read_series(const char *path, struct str symbol, enum interval interval,
                               const struct series **out_series, struct error *error)
{
    const struct duck_options options = {.access = DUCK_READ, .memory_limit_bytes = 64 * MIB};
    DUCK_DATABASE_SCOPE database = NULL;
    DUCK_CONNECTION_SCOPE connection = NULL;
    SERIES_BUILDER_SCOPE builder = {0};
    TRY(duck_open(str_from_c(path), &options, &database, error));
    TRY(duck_connect(database, &connection, error));
    TRY(candle_view_create(connection, error));
    TRY(candle_reader_series(connection, symbol, interval, &builder, error));
    TRY(series_builder_order(&builder, error));
    return series_builder_finish(&builder, &(struct series){.interval = interval}, out_series, error);
}

// Writes the table with `sql` and expects the two candles of BTCUSDT 1d in it.
static void assert_reads_both(void **state, const char *sql)
{
    const char *path = path_in(state, "file.db");
    SERIES_SCOPE series = NULL;
    struct error error = {0};
    database_write(path, sql);
    if (read_series(path, STR("BTCUSDT"), INTERVAL_1D, &series, &error) == STATUS_OK) {
        assert_int_equal(series->candles.count, 2);
        assert_candle(series, 0, first);
        assert_candle(series, 1, second);
    } else {
        fail_msg("%s", error.message);
    }
}

static void the_table_as_tlab_writes_it(void **state)
{
    assert_reads_both(
        state, CANDLES_TABLE
        "INSERT INTO binance_candles BY NAME SELECT 'BTCUSDT' AS symbol, '1d' AS \"interval\", * FROM (VALUES "
        "(TIMESTAMP '2024-01-01', 1, 4, 0.5, 3, 7), (TIMESTAMP '2024-01-02', 3, 5, 2, 4, 8)) "
        "v(open_time, open, high, low, close, volume);" CANDLES("BTCUSDT", "1h", 0, 3600, 5, 9)
            CANDLES("ETHUSDT", "1d", 0, 86400, 5, 9));
}

static void open_times_are_numbers_of_any_unit(void **state)
{
    assert_reads_both(
        state, "CREATE TABLE binance_candles AS SELECT 'BTCUSDT' AS symbol, '1d' AS \"interval\", * FROM "
               "(VALUES (1704067200000::BIGINT, 1.0, 4.0, 0.5, 3.0, 7.0), "
               "(1704153600000000, 3.0, 5.0, 2.0, 4.0, 8.0)) v(open_time, open, high, low, close, volume);");
}

static void open_times_in_seconds_and_in_nanoseconds(void **state)
{
    assert_reads_both(
        state,
        "CREATE TABLE binance_candles AS SELECT 'BTCUSDT' AS symbol, '1d' AS \"interval\", * FROM "
        "(VALUES (1704067200::DOUBLE, 1.0, 4.0, 0.5, 3.0, 7.0), "
        "(1704153600000000000, 3.0, 5.0, 2.0, 4.0, 8.0)) v(open_time, open, high, low, close, volume);");
}

static void open_times_are_text(void **state)
{
    assert_reads_both(
        state, "CREATE TABLE binance_candles AS SELECT 'BTCUSDT' AS symbol, '1d' AS \"interval\", * FROM "
               "(VALUES ('2024-01-01 01:00:00+01:00', 1.0, 4.0, 0.5, 3.0, 7.0), "
               "('1704153600000', 3.0, 5.0, 2.0, 4.0, 8.0)) v(open_time, open, high, low, close, volume);");
}

static void open_times_are_dates(void **state)
{
    assert_reads_both(
        state,
        "CREATE TABLE binance_candles AS SELECT 'BTCUSDT' AS symbol, * FROM "
        "(VALUES (DATE '2024-01-01', 1.0, 4.0, 0.5, 3.0, 7.0), (DATE '2024-01-02', 3.0, 5.0, 2.0, 4.0, 8.0)) "
        "v(open_time, open, high, low, close, volume);");
}

static void open_times_are_timestamps_of_another_precision(void **state)
{
    assert_reads_both(
        state,
        "CREATE TABLE binance_candles (symbol VARCHAR, open_time TIMESTAMP_MS, open FLOAT, high FLOAT, "
        "low FLOAT, close FLOAT, volume INTEGER); INSERT INTO binance_candles VALUES "
        "('BTCUSDT', '2024-01-01', 1, 4, 0.5, 3, 7), ('BTCUSDT', '2024-01-02', 3, 5, 2, 4, 8);");
}

static void open_times_have_a_time_zone(void **state)
{
    assert_reads_both(
        state, "CREATE TABLE binance_candles (symbol VARCHAR, open_time TIMESTAMPTZ, open REAL, high REAL, "
               "low REAL, close REAL, volume UBIGINT); INSERT INTO binance_candles VALUES "
               "('BTCUSDT', '2024-01-01 00:00:00+00', 1, 4, 0.5, 3, 7), "
               "('BTCUSDT', '2024-01-02 00:00:00+00', 3, 5, 2, 4, 8);");
}

static void prices_are_decimals_or_text_and_names_in_capitals(void **state)
{
    assert_reads_both(
        state,
        "CREATE TABLE binance_candles (CLOSE DECIMAL(38, 18), Symbol VARCHAR, OPEN_TIME TIMESTAMP, "
        "Volume VARCHAR, High VARCHAR, Low DECIMAL(18, 8), Open DECIMAL(18, 8), \"Interval\" VARCHAR); "
        "INSERT INTO binance_candles VALUES (3, 'BTCUSDT', '2024-01-01', '7', '4.0', 0.5, 1, '1d'), "
        "(4, 'BTCUSDT', '2024-01-02', '8', '5', 2, 3, '1d');");
}

static void a_table_without_interval_holds_days(void **state)
{
    assert_reads_both(
        state, "CREATE TABLE binance_candles (symbol VARCHAR, open_time TIMESTAMP, open DOUBLE, high DOUBLE, "
               "low DOUBLE, close DOUBLE, volume DOUBLE); INSERT INTO binance_candles VALUES "
               "('BTCUSDT', '2024-01-02', 3, 5, 2, 4, 8), ('BTCUSDT', '2024-01-01', 1, 4, 0.5, 3, 7);");
}

static void a_table_without_volume_has_none(void **state)
{
    const char *path = path_in(state, "file.db");
    SERIES_SCOPE series = NULL;
    database_write(
        path, "CREATE TABLE binance_candles AS SELECT 'BTCUSDT' AS symbol, DATE '2024-01-01' AS open_time, "
              "1 AS open, 4 AS high, 0.5 AS low, 3 AS close;");
    assert_ok(read_series(path, STR("BTCUSDT"), INTERVAL_1D, &series, NULL));
    assert_candle(series, 0, (struct candle){1704067200, 1, 4, 0.5, 3, 0});
}

static void rows_that_are_no_candles_are_left_out(void **state)
{
    assert_reads_both(state,
                      CANDLES_TABLE "INSERT INTO binance_candles BY NAME SELECT * FROM (VALUES "
                                    "('BTCUSDT', '1d', TIMESTAMP '2024-01-01', 1, 4, 0.5, 3, 7), "
                                    "('BTCUSDT', '1d', TIMESTAMP '2024-01-03', NULL, 4, 0.5, 3, 7), "
                                    "('BTCUSDT', '1d', TIMESTAMP '2024-01-04', 1, 'nan'::DOUBLE, 0.5, 3, 7), "
                                    "('BTCUSDT', '1d', TIMESTAMP '2024-01-05', 1, 4, 0.5, 'inf'::DOUBLE, 7), "
                                    "('BTCUSDT', '1d', NULL, 1, 4, 0.5, 3, 7), "
                                    "('BTCUSDT', '1d', TIMESTAMP 'infinity', 1, 4, 0.5, 3, 7), "
                                    "('BTCUSDT', NULL, TIMESTAMP '2024-01-06', 1, 4, 0.5, 3, 7), "
                                    "(NULL, '1d', TIMESTAMP '2024-01-07', 1, 4, 0.5, 3, 7), "
                                    "('BTCUSDT', '1d', TIMESTAMP '2024-01-02', 3, 5, 2, 4, 8)) "
                                    "v(symbol, \"interval\", open_time, open, high, low, close, volume);");
}

static void a_month_is_spelled_either_way(void **state)
{
    const char *path = path_in(state, "file.db");
    SERIES_SCOPE series = NULL;
    database_write(path, CANDLES_TABLE CANDLES("BTCUSDT", "1M", 0, 2678400, 1, 5)
                             CANDLES("BTCUSDT", "1mo", 2678400, 1, 1, 6));
    const enum status status = read_series(path, STR("BTCUSDT"), INTERVAL_1MO, &series, NULL);
    assert_true(status == STATUS_OK && series->candles.count == 2);
}

static void a_file_without_the_table_or_a_column_is_named(void **state)
{
    const char *path = path_in(state, "file.db");
    SERIES_SCOPE series = NULL;
    struct error error = {0};
    database_write(path, "CREATE TABLE other (i INTEGER);");
    assert_int_equal(read_series(path, STR("BTCUSDT"), INTERVAL_1D, &series, &error), STATUS_UNSUPPORTED);
    assert_string_equal(error.message, "it has no table binance_candles");
    database_write(
        path,
        "CREATE TABLE binance_candles (symbol VARCHAR, open_time TIMESTAMP, open DOUBLE, high DOUBLE);");
    assert_int_equal(read_series(path, STR("BTCUSDT"), INTERVAL_1D, &series, &error), STATUS_UNSUPPORTED);
    assert_string_equal(error.message, "its table binance_candles has no column low");
}

#define file_test(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        file_test(the_table_as_tlab_writes_it),
        file_test(open_times_are_numbers_of_any_unit),
        file_test(open_times_in_seconds_and_in_nanoseconds),
        file_test(open_times_are_text),
        file_test(open_times_are_dates),
        file_test(open_times_are_timestamps_of_another_precision),
        file_test(open_times_have_a_time_zone),
        file_test(prices_are_decimals_or_text_and_names_in_capitals),
        file_test(a_table_without_interval_holds_days),
        file_test(a_table_without_volume_has_none),
        file_test(rows_that_are_no_candles_are_left_out),
        file_test(a_month_is_spelled_either_way),
        file_test(a_file_without_the_table_or_a_column_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
