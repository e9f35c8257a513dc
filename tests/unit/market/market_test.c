#include "unit/market/market_fixture.h"
#include "unit/market/series_fixture.h"

#include "base/clock.h"
#include "base/limits.h"
#include "market/market.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { AN_HOUR_MS = 3600000, READERS = 4, VERSIONS = 12 };

#define BTC CANDLES("BTCUSDT", "1d", 0, 86400, 10, 50)
#define ETH CANDLES("ETHUSDT", "1d", 0, 86400, 8, 10)

// Looks at the file only when told to, unless `watch_interval_ms` says otherwise.
static struct market *market_on(const char *path, int watch_interval_ms)
{
    struct market *market;
    const struct market_options options = {
        .path = str_from_c(path), .cache_bytes = 64 * MIB, .watch_interval_ms = watch_interval_ms};
    assert_ok(market_open(&options, &market, NULL));
    return market;
}

static const struct series *series_from(struct market *market, const char *expression, enum interval interval)
{
    const struct series *series = NULL;
    struct error error = {0};
    if (market_series(market, str_from_c(expression), interval, &series, &error) != STATUS_OK)
        fail_msg("%s: %s", expression, error.message);
    return series;
}

static struct error failure_of(struct market *market, const char *expression, enum interval interval)
{
    const struct series *series = NULL;
    struct error error = {0};
    assert_int_not_equal(market_series(market, str_from_c(expression), interval, &series, &error), STATUS_OK);
    assert_null(series);
    return error;
}

static struct market_health health_of(struct market *market)
{
    struct market_health health;
    market_look_now(market);
    market_health(market, &health);
    return health;
}

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

static void new_data_is_served_as_a_new_version(void **state)
{
    const char *path = path_in(state, "file.db");
    importer_write(path, CANDLES_TABLE BTC);
    struct market *market = market_on(path, AN_HOUR_MS);
    SERIES_SCOPE old = series_from(market, "BTCUSDT", INTERVAL_1D);
    assert_int_equal(health_of(market).data_version, 1); // nothing changed
    importer_write(path, CANDLES("BTCUSDT", "1d", 864000, 86400, 5, 51) ETH);
    assert_int_equal(health_of(market).data_version, 2);
    SERIES_SCOPE new = series_from(market, "BTCUSDT", INTERVAL_1D);
    assert_int_equal(new->data_version, 2);
    assert_int_equal(new->candles.count, 15);
    assert_int_equal(old->candles.count, 10);
    SERIES_SCOPE eth = series_from(market, "ETHUSDT", INTERVAL_1D);
    assert_int_equal(eth->candles.count, 8);
    market_close(market);
}

static void a_file_that_is_renamed_over_the_old_one_is_seen(void **state)
{
    char other[128];
    (void)snprintf(other, sizeof other, "%s", path_in(state, "other.db"));
    const char *path = path_in(state, "file.db");
    importer_write(path, CANDLES_TABLE BTC);
    importer_write(other, CANDLES_TABLE ETH);
    struct market *market = market_on(path, AN_HOUR_MS);
    SERIES_SCOPE btc = series_from(market, "BTCUSDT", INTERVAL_1D);
    assert_int_equal(rename(other, path), 0);
    assert_int_equal(health_of(market).data_version, 2);
    SERIES_SCOPE eth = series_from(market, "ETHUSDT", INTERVAL_1D);
    assert_int_equal(eth->candles.count, 8);
    assert_string_equal(failure_of(market, "BTCUSDT", INTERVAL_1D).code, "unknown_symbol");
    market_close(market);
}

static void changes_are_noticed_without_being_told(void **state)
{
    const char *path = path_in(state, "file.db");
    importer_write(path, CANDLES_TABLE BTC);
    struct market *market = market_on(path, 0);
    SERIES_SCOPE old = series_from(market, "BTCUSDT", INTERVAL_1D);
    importer_write(path, CANDLES("BTCUSDT", "1d", 864000, 86400, 5, 51));
    const int64_t began_us = clock_monotonic_us();
    struct market_health health;
    do
        market_health(market, &health);
    while (health.data_version < 2 && clock_monotonic_us() < began_us + 10000000);
    assert_int_equal(health.data_version, 2);
    market_close(market);
}

static void what_was_read_is_served_while_an_importer_has_the_file(void **state)
{
    const char *path = path_in(state, "file.db");
    importer_write(path, CANDLES_TABLE BTC ETH);
    struct market *market = market_on(path, AN_HOUR_MS);
    SERIES_SCOPE before = series_from(market, "BTCUSDT", INTERVAL_1D);
    importer_write(path, CANDLES("BTCUSDT", "1d", 864000, 86400, 5, 51));
    struct importer importer = importer_hold(path);
    const struct market_health health = health_of(market); // the new rows are there, but not to be had
    assert_true(health.is_connected);
    assert_int_equal(health.data_version, 1);
    SERIES_SCOPE during = series_from(market, "BTCUSDT", INTERVAL_1D);
    assert_ptr_equal(during, before);
    importer_release(&importer);
    assert_int_equal(health_of(market).data_version, 2);
    SERIES_SCOPE after = series_from(market, "BTCUSDT", INTERVAL_1D);
    assert_int_equal(after->candles.count, 15);
    market_close(market);
}

static void an_older_version_is_served_when_the_new_one_is_locked_away(void **state)
{
    const char *path = path_in(state, "file.db");
    importer_write(path, CANDLES_TABLE BTC ETH);
    struct market *market = market_on(path, AN_HOUR_MS);
    SERIES_SCOPE btc = series_from(market, "BTCUSDT", INTERVAL_1D);
    SERIES_SCOPE ratio = series_from(market, "ETHUSDT/BTCUSDT", INTERVAL_1W);
    importer_write(path, CANDLES("BTCUSDT", "1d", 864000, 86400, 5, 51));
    assert_int_equal(health_of(market).data_version, 2);
    struct importer importer = importer_hold(path);
    SERIES_SCOPE old = series_from(market, "BTCUSDT", INTERVAL_1D);
    assert_ptr_equal(old, btc);
    SERIES_SCOPE old_ratio = series_from(market, "ETHUSDT/BTCUSDT", INTERVAL_1W);
    assert_ptr_equal(old_ratio, ratio);
    importer_release(&importer);
    SERIES_SCOPE new = series_from(market, "BTCUSDT", INTERVAL_1D);
    assert_int_equal(new->data_version, 2);
    market_close(market);
}

struct reader {
    pthread_t thread;
    struct market *market;
    const char *expression;
    enum status status;
};

static void *read_once(void *context)
{
    struct reader *reader = context;
    SERIES_SCOPE series = NULL;
    reader->status =
        market_series(reader->market, str_from_c(reader->expression), INTERVAL_1D, &series, NULL);
    return NULL;
}

static struct reader start_reading(struct market *market, const char *expression)
{
    return (struct reader){.market = market, .expression = expression, .status = STATUS_INTERNAL};
}

static void a_first_read_waits_for_an_importer(void **state)
{
    const char *path = path_in(state, "file.db");
    importer_write(path, CANDLES_TABLE BTC ETH);
    struct market *market = market_on(path, AN_HOUR_MS);
    (void)health_of(market);
    struct importer importer = importer_hold(path);
    struct reader reader = start_reading(market, "ETHUSDT");
    assert_int_equal(pthread_create(&reader.thread, NULL, read_once, &reader), 0);
    importer_release(&importer);
    pthread_join(reader.thread, NULL);
    assert_ok(reader.status);
    market_close(market);
}

static void a_first_catalogue_waits_for_an_importer(void **state)
{
    const char *path = path_in(state, "file.db");
    importer_write(path, CANDLES_TABLE BTC ETH);
    struct importer importer = importer_hold(path);
    struct market *market = market_on(path, 1);
    const struct market_health health = health_of(market);
    assert_false(health.is_connected);
    assert_string_equal(health.detail, "another process has the file open");
    struct reader reader = start_reading(market, "ETHUSDT");
    assert_int_equal(pthread_create(&reader.thread, NULL, read_once, &reader), 0);
    importer_release(&importer);
    pthread_join(reader.thread, NULL);
    assert_ok(reader.status);
    market_close(market);
}

struct ratio_reader {
    pthread_t thread;
    struct market *market;
    atomic_bool *is_over;
    bool is_right;
    int reads;
};

static void *read_ratios(void *context)
{
    struct ratio_reader *reader = context;
    reader->is_right = true;
    while (!atomic_load(reader->is_over)) {
        SERIES_SCOPE ratio = NULL;
        if (market_series(reader->market, STR("B/A"), INTERVAL_1W, &ratio, NULL) != STATUS_OK)
            reader->is_right = false;
        for (size_t i = 0; ratio && i < ratio->candles.count; i++)
            if (ratio->candles.close[i] != 2) reader->is_right = false;
        reader->reads++;
    }
    return NULL;
}

// Every version has B at twice the price of A: a quotient of two versions would be something else.
static void ratios_are_of_one_version_and_never_fail_while_an_importer_is_at_work(void **state)
{
    const char *path = path_in(state, "file.db");
    importer_write(path,
                   CANDLES_TABLE CANDLES("A", "1d", 0, 86400, 50, 1) CANDLES("B", "1d", 0, 86400, 50, 2));
    struct market *market = market_on(path, 5);
    atomic_bool is_over = false;
    struct ratio_reader readers[READERS];
    for (size_t i = 0; i < READERS; i++) {
        readers[i] = (struct ratio_reader){.market = market, .is_over = &is_over};
        assert_int_equal(pthread_create(&readers[i].thread, NULL, read_ratios, &readers[i]), 0);
    }
    for (int version = 0; version < VERSIONS; version++)
        importer_write(
            path,
            "UPDATE binance_candles SET open = open * 3, high = high * 3, low = low * 3, close = close * 3;");
    atomic_store(&is_over, true);
    for (size_t i = 0; i < READERS; i++) {
        pthread_join(readers[i].thread, NULL);
        assert_true(readers[i].is_right);
        assert_true(readers[i].reads > 0);
    }
    assert_true(health_of(market).data_version > 1);
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
        file_test(new_data_is_served_as_a_new_version),
        file_test(a_file_that_is_renamed_over_the_old_one_is_seen),
        file_test(changes_are_noticed_without_being_told),
        file_test(what_was_read_is_served_while_an_importer_has_the_file),
        file_test(an_older_version_is_served_when_the_new_one_is_locked_away),
        file_test(a_first_read_waits_for_an_importer),
        file_test(a_first_catalogue_waits_for_an_importer),
        file_test(ratios_are_of_one_version_and_never_fail_while_an_importer_is_at_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
