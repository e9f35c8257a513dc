#include "unit/market/open_market.h"
#include "unit/market/series_fixture.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void stored_series_are_served(void **state)
{
    const char *path = path_in(state, "file.db");
    importer_write(path, CANDLES_TABLE BTC ETH CANDLES("币安人生USDT", "1d", 0, 86400, 3, 7));
    struct market *market = market_on(path, AN_HOUR_MS);
    SERIES_SCOPE btc = series_from(market, " btcusdt", INTERVAL_1D);
    assert_string_equal(btc->name, "BTCUSDT");
    assert_int_equal(btc->candles.count, 10);
    assert_int_equal(btc->data_version, 1);
    assert_false(btc->is_resampled);
    assert_candle(btc, 9, (struct candle){9 * 86400, 50, 50, 50, 50, 1});
    SERIES_SCOPE again = series_from(market, "BTCUSDT", INTERVAL_1D);
    assert_ptr_equal(again, btc);
    SERIES_SCOPE life = series_from(market, "币安人生usdt", INTERVAL_1D);
    assert_int_equal(life->candles.count, 3);
    market_close(market);
    assert_int_equal(btc->candles.time[1], 86400); // owners keep it
}

static void what_is_not_stored_is_resampled_from_the_largest_divisor(void **state)
{
    const char *path = path_in(state, "file.db");
    importer_write(path, CANDLES_TABLE CANDLES("A", "1h", 0, 3600, 24, 5) CANDLES("A", "1m", 0, 60, 100, 6)
                             CANDLES("A", "1d", 0, 86400, 14, 7) CANDLES("B", "1h", 0, 3600, 9, 2));
    struct market *market = market_on(path, AN_HOUR_MS);
    SERIES_SCOPE four = series_from(market, "A", INTERVAL_4H);
    assert_true(four->is_resampled);
    assert_int_equal(four->resampled_from, INTERVAL_1H);
    assert_int_equal(four->candles.count, 6);
    SERIES_SCOPE minutes = series_from(market, "A", INTERVAL_5M);
    assert_int_equal(minutes->resampled_from, INTERVAL_1M);
    SERIES_SCOPE weeks = series_from(market, "A", INTERVAL_1W);
    assert_int_equal(weeks->resampled_from, INTERVAL_1D);
    SERIES_SCOPE ratio = series_from(market, "a/b", INTERVAL_4H);
    assert_string_equal(ratio->name, "A/B");
    assert_int_equal(ratio->candles.count, 3);
    assert_true(ratio->candles.close[0] == 2.5);
    const struct error error = failure_of(market, "B", INTERVAL_1M);
    assert_string_equal(error.code, "no_candles");
    assert_string_equal(error.message,
                        "B has no candles of 1m, nor of an interval that divides it; stored: 1h");
    market_close(market);
}

static void unknown_symbols_are_told_with_names_that_come_close(void **state)
{
    const char *path = path_in(state, "file.db");
    importer_write(path, CANDLES_TABLE BTC ETH);
    struct market *market = market_on(path, AN_HOUR_MS);
    struct error error = failure_of(market, "BTCUSDX", INTERVAL_1D);
    assert_int_equal(error.status, STATUS_NOT_FOUND);
    assert_string_equal(error.code, "unknown_symbol");
    assert_string_equal(error.message, "there is no symbol BTCUSDX; did you mean BTCUSDT");
    assert_int_equal(error.near_count, 1);
    assert_string_equal(error.near[0], "BTCUSDT");
    error = failure_of(market, "eth/usdt", INTERVAL_1D); // a market, written as if it were a ratio
    assert_string_equal(error.code, "unknown_symbol");
    assert_string_equal(error.message, "there is no symbol ETH; did you mean ETHUSDT");
    error = failure_of(market, "BTCUSDT/XYZ", INTERVAL_1D);
    assert_string_equal(error.message, "there is no symbol XYZ");
    error = failure_of(market, "BTCUSDT/", INTERVAL_1D);
    assert_string_equal(error.code, "invalid_symbol");
    market_close(market);
}

static void a_ratio_without_a_common_bar_has_no_candles(void **state)
{
    const char *path = path_in(state, "file.db");
    importer_write(path, CANDLES_TABLE BTC CANDLES("LATE", "1d", 8640000, 86400, 3, 7));
    struct market *market = market_on(path, AN_HOUR_MS);
    const struct error error = failure_of(market, "LATE/BTCUSDT", INTERVAL_1D);
    assert_int_equal(error.status, STATUS_NOT_FOUND);
    assert_string_equal(error.code, "no_candles");
    market_close(market);
}

static void assert_recovers(void **state, const char *detail)
{
    const char *path = path_in(state, "file.db");
    struct market *market = market_on(path, AN_HOUR_MS);
    struct market_health health = health_of(market);
    assert_false(health.is_connected);
    assert_string_equal(health.detail, detail);
    assert_string_equal(health.path, path);
    assert_int_equal(health.data_version, 0);
    const struct error error = failure_of(market, "BTCUSDT", INTERVAL_1D);
    assert_int_equal(error.status, STATUS_UNAVAILABLE);
    assert_string_equal(error.code, "market_data_unavailable");
    (void)remove(path);
    importer_write(path, CANDLES_TABLE BTC);
    health = health_of(market);
    assert_true(health.is_connected);
    assert_string_equal(health.detail, "");
    assert_true(health.data_version > 0);
    SERIES_SCOPE series = series_from(market, "BTCUSDT", INTERVAL_1D);
    assert_int_equal(series->candles.count, 10);
    market_close(market);
}

static void an_absent_file_is_a_state_that_ends_when_it_comes(void **state)
{
    assert_recovers(state, "there is no such file; tlab import or tlab demo makes one");
}

static void a_file_without_the_table_is_a_state_that_ends(void **state)
{
    importer_write(path_in(state, "file.db"), "CREATE TABLE other (i INTEGER);");
    assert_recovers(state, "it has no table binance_candles");
}

static void a_broken_file_is_a_state_that_ends(void **state)
{
    FILE *file = fopen(path_in(state, "file.db"), "w");
    assert_int_equal(fputs("no database", file) < 0, 0);
    assert_int_equal(fclose(file), 0);
    assert_recovers(state, "it is not a DuckDB database");
}

static void a_directory_is_a_state_that_ends(void **state)
{
    assert_int_equal(mkdir(path_in(state, "file.db"), 0700), 0);
    assert_recovers(state, "it is a directory, not a file");
}

static void a_file_without_permission_is_a_state_that_ends(void **state)
{
    if (geteuid() == 0) skip(); // root may read everything
    importer_write(path_in(state, "file.db"), CANDLES_TABLE);
    assert_int_equal(chmod(path_in(state, "file.db"), 0), 0);
    assert_recovers(state, "no permission to open the file");
}

static void what_was_read_is_served_when_the_file_goes(void **state)
{
    const char *path = path_in(state, "file.db");
    importer_write(path, CANDLES_TABLE BTC ETH);
    struct market *market = market_on(path, AN_HOUR_MS);
    SERIES_SCOPE before = series_from(market, "BTCUSDT", INTERVAL_1D);
    assert_int_equal(remove(path), 0);
    const struct market_health health = health_of(market);
    assert_false(health.is_connected);
    assert_int_equal(health.data_version, 1);
    SERIES_SCOPE after = series_from(market, "BTCUSDT", INTERVAL_1D);
    assert_ptr_equal(after, before);
    const struct error error = failure_of(market, "ETHUSDT", INTERVAL_1D); // never read
    assert_string_equal(error.code, "market_data_unavailable");
    market_close(market);
}

#define file_test(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)

int main(int argc, char **argv)
{
    if (is_importer(argc, argv)) return 0;
    const struct CMUnitTest tests[] = {
        file_test(stored_series_are_served),
        file_test(what_is_not_stored_is_resampled_from_the_largest_divisor),
        file_test(unknown_symbols_are_told_with_names_that_come_close),
        file_test(a_ratio_without_a_common_bar_has_no_candles),
        file_test(an_absent_file_is_a_state_that_ends_when_it_comes),
        file_test(a_file_without_the_table_is_a_state_that_ends),
        file_test(a_broken_file_is_a_state_that_ends),
        file_test(a_directory_is_a_state_that_ends),
        file_test(a_file_without_permission_is_a_state_that_ends),
        file_test(what_was_read_is_served_when_the_file_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
