#include "unit/market/market_fixture.h"

#include "market/catalog_builder.h"

#include <math.h>

static const struct catalog *catalog_of(void **state, const char *sql)
{
    const char *path = path_in(state, "file.db");
    struct candle_file *file;
    const struct catalog *catalog;
    struct error error = {0};
    database_write(path, sql);
    assert_ok(candle_file_new(str_from_c(path), &file, NULL));
    struct candle_session session = {0};
    if (candle_session_begin(file, 0, &session, &error) != STATUS_OK) fail_msg("%s", error.message);
    if (catalog_build(&session, &catalog, &error) != STATUS_OK) fail_msg("%s", error.message);
    assert_int_equal(catalog->data_version, 1);
    candle_session_end(&session);
    candle_file_free(file);
    return catalog;
}

static void assert_stored(const struct catalog *catalog, const char *symbol, struct stored_interval expected)
{
    const struct symbol_info *info = catalog_find(catalog, str_from_c(symbol));
    assert_non_null(info);
    const struct stored_interval *stored = symbol_info_interval(info, expected.interval);
    assert_non_null(stored);
    assert_int_equal(stored->first, expected.first);
    assert_int_equal(stored->last, expected.last);
    assert_int_equal(stored->count, expected.count);
    assert_int_equal(stored->gaps, expected.gaps);
}

static void symbols_are_in_order_and_intervals_ascend(void **state)
{
    CATALOG_SCOPE catalog = catalog_of(
        state, CANDLES_TABLE CANDLES("ETHUSDT", "1d", 0, 86400, 3, 5) CANDLES("BTCUSDT", "1d", 0, 86400, 2, 5)
                   CANDLES("BTCUSDT", "1h", 0, 3600, 4, 5) CANDLES("币安人生USDT", "1d", 0, 86400, 1, 5));
    assert_int_equal(catalog->symbol_count, 3);
    assert_str_equal(catalog->symbols[0].symbol, STR("BTCUSDT"));
    assert_str_equal(catalog->symbols[1].symbol, STR("ETHUSDT"));
    assert_str_equal(catalog->symbols[2].base_asset, STR("币安人生"));
    assert_int_equal(catalog->symbols[0].interval_count, 2);
    assert_int_equal(catalog->symbols[0].intervals[0].interval, INTERVAL_1H);
    assert_stored(catalog, "BTCUSDT", (struct stored_interval){INTERVAL_1H, 0, 3 * 3600, 4, 0});
    assert_stored(catalog, "ETHUSDT", (struct stored_interval){INTERVAL_1D, 0, 2 * 86400, 3, 0});
}

static void an_empty_table_has_no_symbols(void **state)
{
    CATALOG_SCOPE catalog = catalog_of(state, CANDLES_TABLE);
    assert_int_equal(catalog->symbol_count, 0);
    assert_null(catalog_find(catalog, STR("BTCUSDT")));
}

static void gaps_are_runs_of_missing_bars(void **state)
{
    CATALOG_SCOPE catalog =
        catalog_of(state, CANDLES_TABLE CANDLES("A", "1h", 0, 3600, 10, 5)
                              CANDLES("A", "1h", 39600, 3600, 2, 5) CANDLES("A", "1h", 360000, 3600, 1, 5));
    assert_stored(catalog, "A", (struct stored_interval){INTERVAL_1H, 0, 360000, 13, 2});
}

static void months_of_different_lengths_leave_no_gap(void **state)
{
    CATALOG_SCOPE catalog = catalog_of(
        state, CANDLES_TABLE
        "INSERT INTO binance_candles BY NAME SELECT 'A' AS symbol, '1M' AS \"interval\", CAST(m AS TIMESTAMP) AS open_time, "
        "1 AS open, 1 AS high, 1 AS low, 1 AS close FROM range(TIMESTAMP '2023-12-01', TIMESTAMP '2024-06-01', "
        "INTERVAL 1 MONTH) t(m) WHERE month(m) <> 4;");
    assert_stored(catalog, "A", (struct stored_interval){INTERVAL_1MO, 1701388800, 1714521600, 5, 1});
}

static void parts_that_were_written_late_join_without_a_gap(void **state)
{
    CATALOG_SCOPE catalog = catalog_of(
        state, CANDLES_TABLE CANDLES("A", "1d", 864000, 86400, 10, 5) CANDLES("B", "1d", 0, 86400, 2, 5)
                   CANDLES("A", "1d", 0, 86400, 10, 5) CANDLES("A", "1d", 1728000, 86400, 5, 5));
    assert_stored(catalog, "A", (struct stored_interval){INTERVAL_1D, 0, 24 * 86400, 25, 0});
}

static void a_row_that_was_replaced_in_the_middle_leaves_no_gap(void **state)
{
    CATALOG_SCOPE catalog = catalog_of(
        state,
        CANDLES_TABLE CANDLES(
            "A", "1d", 0, 86400, 10,
            5) "DELETE FROM binance_candles WHERE open_time = make_timestamp(5 * 86400000000);" CANDLES("A",
                                                                                                        "1d",
                                                                                                        432000,
                                                                                                        86400,
                                                                                                        1,
                                                                                                        6));
    assert_stored(catalog, "A", (struct stored_interval){INTERVAL_1D, 0, 9 * 86400, 10, 0});
}

static void rows_in_no_order_at_all_are_counted_right(void **state)
{
    CATALOG_SCOPE catalog =
        catalog_of(state, CANDLES_TABLE
                   "INSERT INTO binance_candles BY NAME SELECT s AS symbol, '1m' AS \"interval\", "
                   "make_timestamp(((i * 7919) % 10007) * 60000000) AS open_time, 1 AS open, 1 AS high, "
                   "1 AS low, 1 AS close FROM range(10007) t(i), (VALUES ('A'), ('B')) v(s) "
                   "WHERE (i * 7919) % 10007 NOT IN (50, 51, 9000);" CANDLES("A", "1m", 0, 60, 5,
                                                                             2)); // and five of them twice
    assert_stored(catalog, "A", (struct stored_interval){INTERVAL_1M, 0, 10006 * 60, 10004, 2});
    assert_stored(catalog, "B", (struct stored_interval){INTERVAL_1M, 0, 10006 * 60, 10004, 2});
}

static void a_file_in_the_order_of_time_is_read_as_well(void **state)
{
    CATALOG_SCOPE catalog =
        catalog_of(state, CANDLES_TABLE
                   "INSERT INTO binance_candles BY NAME SELECT 'S' || s AS symbol, '1d' AS \"interval\", "
                   "make_timestamp(i * 86400000000) AS open_time, 1 AS open, 1 AS high, 1 AS low, "
                   "s + i AS close FROM range(100) t(i), range(2000) v(s) ORDER BY i, s;");
    assert_int_equal(catalog->symbol_count, 2000);
    assert_stored(catalog, "S1999", (struct stored_interval){INTERVAL_1D, 0, 99 * 86400, 100, 0});
    assert_true(catalog_find(catalog, STR("S1999"))->last_close == 1999 + 99);
}

static void intervals_that_are_none_are_passed_over(void **state)
{
    CATALOG_SCOPE catalog =
        catalog_of(state, CANDLES_TABLE CANDLES("A", "7m", 0, 420, 4, 5) CANDLES("B", "1d", 0, 86400, 1, 5)
                              CANDLES("B", "daily", 0, 86400, 1, 5));
    assert_int_equal(catalog->symbol_count, 1);
    assert_int_equal(catalog->symbols[0].interval_count, 1);
}

static void changes_compare_with_candles_exactly_days_earlier(void **state)
{
    CATALOG_SCOPE catalog = catalog_of(
        state, CANDLES_TABLE
        "INSERT INTO binance_candles BY NAME SELECT 'A' AS symbol, '1d' AS \"interval\", make_timestamp(i * 86400000000) AS "
        "open_time, 1 AS open, 1 AS high, 1 AS low, 100 + i AS close FROM range(31) t(i) WHERE i <> 23;" CANDLES(
            "A", "1h", 0, 3600, 2000, 7) CANDLES("A", "1w", 0, 604800, 20, 8));
    const struct symbol_info *info = catalog_find(catalog, STR("A"));
    assert_true(info->last_close == 130); // of 1d, the largest interval up to a day
    assert_true(info->change_24h == 130.0 / 129 - 1);
    assert_true(isnan(info->change_7d)); // day 23 is missing
    assert_true(info->change_30d == 130.0 / 100 - 1);
}

static void a_symbol_of_weeks_alone_has_no_last_close(void **state)
{
    CATALOG_SCOPE catalog = catalog_of(state, CANDLES_TABLE CANDLES("A", "1w", 345600, 604800, 20, 8));
    assert_true(isnan(catalog->symbols[0].last_close));
    assert_true(isnan(catalog->symbols[0].change_24h));
}

static void a_symbol_is_found_whatever_the_case_of_its_letters(void **state)
{
    CATALOG_SCOPE catalog = catalog_of(state, CANDLES_TABLE CANDLES("BTCUSDT", "1d", 0, 86400, 1, 5)
                                                  CANDLES("ethUSDT", "1d", 0, 86400, 1, 5));
    assert_str_equal(catalog_find(catalog, STR("btcusdt"))->symbol, STR("BTCUSDT"));
    assert_str_equal(catalog_find(catalog, STR("ETHUSDT"))->symbol, STR("ethUSDT"));
    assert_null(catalog_find(catalog, STR("BTCUSD")));
}

static void assert_near(const struct catalog *catalog, const char *name, const char *nearest, size_t count)
{
    struct error error = {0};
    catalog_add_near(catalog, str_from_c(name), &error);
    assert_int_equal(error.near_count, count);
    if (count) assert_string_equal(error.near[0], nearest);
}

static void names_that_come_close_are_told_the_nearest_first(void **state)
{
    CATALOG_SCOPE catalog = catalog_of(
        state, CANDLES_TABLE
        "INSERT INTO binance_candles BY NAME SELECT s AS symbol, '1d' AS \"interval\", make_timestamp(0) AS open_time, 1 AS "
        "open, 1 AS high, 1 AS low, 1 AS close FROM (VALUES ('BTCBUSD'), ('BTCDOMUSDT'), ('BTCEUR'), ('BTCUSDT'), "
        "('ETHBTC'), ('ETHUSDT'), ('WBTCBTC'), ('BTCTRY'), ('BTCBRL'), ('DOGEUSDT')) v(s);");
    assert_near(catalog, "BTC", "BTCUSDT", 5);
    assert_near(catalog, "BTCUSD", "BTCUSDT", 2);
    assert_near(catalog, "BTCUSTD", "BTCUSDT", 2); // two letters swapped; BTCBUSD is two edits away
    assert_near(catalog, "DOGEUSDTT", "DOGEUSDT", 1);
    assert_near(catalog, "GEUSD", "DOGEUSDT", 1);
    assert_near(catalog, "QQQQQQQQ", "", 0);
    assert_near(catalog, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", "", 0);
}

#define file_test(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        file_test(symbols_are_in_order_and_intervals_ascend),
        file_test(an_empty_table_has_no_symbols),
        file_test(gaps_are_runs_of_missing_bars),
        file_test(months_of_different_lengths_leave_no_gap),
        file_test(parts_that_were_written_late_join_without_a_gap),
        file_test(a_row_that_was_replaced_in_the_middle_leaves_no_gap),
        file_test(rows_in_no_order_at_all_are_counted_right),
        file_test(a_file_in_the_order_of_time_is_read_as_well),
        file_test(intervals_that_are_none_are_passed_over),
        file_test(changes_compare_with_candles_exactly_days_earlier),
        file_test(a_symbol_of_weeks_alone_has_no_last_close),
        file_test(a_symbol_is_found_whatever_the_case_of_its_letters),
        file_test(names_that_come_close_are_told_the_nearest_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
