// A file that changes under the server: new versions, importers at work.
#include "unit/market/open_market.h"
#include "unit/market/series_fixture.h"

#include "base/clock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum { READERS = 4, VERSIONS = 8 };

static void new_data_is_served_as_a_new_version(void **state)
{
    const char *path = path_in(state, "file.db");
    importer_write(path, CANDLES_TABLE BTC);
    struct market *market = market_on(path, AN_HOUR_MS);
    SERIES_SCOPE old = series_from(market, "BTCUSDT", INTERVAL_1D);
    (void)old;                                           // held, so that a later answer can be told from it
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
    (void)btc; // held, so that a later answer can be told from it
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
    (void)old; // held, so that what is read first is not given up
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
    reader->status = market_series(market_as_it_is(reader->market), str_from_c(reader->expression),
                                   INTERVAL_1D, &series, NULL);
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
        if (market_series(market_as_it_is(reader->market), STR("B/A"), INTERVAL_1W, &ratio, NULL) !=
            STATUS_OK)
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
