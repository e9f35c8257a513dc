// Indices of categories as series of a market: found by expression, kept in the cache, made anew when
// categories or candles change.
#include "unit/market/open_market.h"
#include "unit/market/series_fixture.h"

#include <stdio.h>

#define ADA CANDLES("ADAUSDT", "1h", 0, 3600, 96, 5)
#define PAIR CANDLES("ETHBTC", "1d", 0, 86400, 8, 0.2)

static char categories_path[128];

static void write_categories(const char *text)
{
    FILE *file = fopen(categories_path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static struct market *open_with(void **state, const char *categories)
{
    (void)snprintf(categories_path, sizeof categories_path, "%s", path_in(state, "categories.yaml"));
    write_categories(categories);
    const char *database = path_in(state, "file.db");
    importer_write(database, CANDLES_TABLE BTC ETH ADA PAIR);
    struct market *market;
    const struct market_options options = {.path = str_from_c(database),
                                           .categories_path = str_from_c(categories_path),
                                           .cache_bytes = 1024 * 1024,
                                           .watch_interval_ms = AN_HOUR_MS};
    assert_ok(market_open(&options, &market, NULL));
    return market;
}

static void an_index_is_a_series_like_any_other(void **state)
{
    struct market *market = open_with(state, "categories: {Layer 1: [BTCUSDT, ETHUSDT, ADAUSDT, ETHBTC]}\n");
    SERIES_SCOPE index = series_from(market, "cat:layer 1", INTERVAL_1D);
    assert_string_equal(index->name, "CAT:Layer 1");
    assert_int_equal(index->candles.count, 10);
    assert_int_equal(index->member_counts[1], 3); // the member in BTC is none of them
    assert_true(index->is_resampled);
    assert_int_equal(index->resampled_from, INTERVAL_1H);
    assert_int_equal(index->data_version, 1);
    assert_int_equal(index->categories_version, 1);
    SERIES_SCOPE again = series_from(market, "CAT:LAYER 1", INTERVAL_1D);
    assert_ptr_equal(again, index);
    market_close(market);
}

static void the_quote_asset_chooses_members(void **state)
{
    struct market *market = open_with(state, "categories: {Layer 1: [BTCUSDT, ETHUSDT, ETHBTC]}\n");
    SERIES_SCOPE index = series_from(market, "CAT:Layer 1@btc", INTERVAL_1D);
    assert_string_equal(index->name, "CAT:Layer 1@BTC");
    assert_int_equal(index->candles.count, 8);
    assert_int_equal(index->member_counts[1], 1);
    market_close(market);
}

static void ratios_take_indices_on_either_side(void **state)
{
    struct market *market = open_with(state, "categories: {One: [BTCUSDT], Two: [ETHUSDT]}\n");
    SERIES_SCOPE both = series_from(market, "CAT:one/CAT:two", INTERVAL_1D);
    assert_string_equal(both->name, "CAT:One/CAT:Two");
    assert_int_equal(both->candles.count, 8);
    assert_candle(both, 3, (struct candle){3 * 86400, 1, 1, 1, 1, 0});
    assert_int_equal(both->categories_version, 1);
    SERIES_SCOPE above = series_from(market, "ETHUSDT/CAT:One", INTERVAL_1D);
    assert_candle(above, 0, (struct candle){0, 0.1, 0.1, 0.1, 0.1, 0}); // 10 by 100
    assert_int_equal(above->categories_version, 1);
    SERIES_SCOPE below = series_from(market, "CAT:One/ETHUSDT", INTERVAL_1D);
    assert_int_equal(below->categories_version, 1);
    market_close(market);
}

static void a_change_of_categories_makes_the_index_anew(void **state)
{
    struct market *market = open_with(state, "categories: {One: [BTCUSDT]}\n");
    SERIES_SCOPE before = series_from(market, "CAT:One", INTERVAL_1D);
    assert_int_equal(before->member_counts[1], 1);
    write_categories("categories: {One: [BTCUSDT, ETHUSDT]}\n");
    market_look_now(market);
    SERIES_SCOPE after = series_from(market, "CAT:One", INTERVAL_1D);
    assert_int_equal(after->member_counts[1], 2);
    assert_int_equal(after->categories_version, 2);
    assert_int_equal(after->data_version, before->data_version);
    SERIES_SCOPE symbol = series_from(market, "BTCUSDT", INTERVAL_1D);
    assert_int_equal(symbol->categories_version, 0);
    market_close(market);
}

static void new_candles_make_the_index_anew(void **state)
{
    struct market *market = open_with(state, "categories: {One: [BTCUSDT, ETHUSDT]}\n");
    SERIES_SCOPE before = series_from(market, "CAT:One", INTERVAL_1D);
    importer_write(path_in(state, "file.db"), CANDLES("ETHUSDT", "1d", 864000, 86400, 2, 51));
    market_look_now(market);
    SERIES_SCOPE after = series_from(market, "CAT:One", INTERVAL_1D);
    assert_int_equal(before->candles.count, 10);
    assert_int_equal(after->candles.count, 12);
    assert_int_equal(after->data_version, 2);
    market_close(market);
}

static void what_is_not_there_is_told(void **state)
{
    struct market *market = open_with(state, "categories: {Layer 1: [BTCUSDT], Gone: [XYZUSDT], None: []}\n");
    struct error error = failure_of(market, "CAT:Layer", INTERVAL_1D);
    assert_int_equal(error.status, STATUS_NOT_FOUND);
    assert_string_equal(error.code, "unknown_category");
    assert_string_equal(error.near[0], "Layer 1");
    error = failure_of(market, "BTCUSDT/CAT:Layer", INTERVAL_1D);
    assert_string_equal(error.code, "unknown_category");
    static const char *const without[] = {"CAT:Gone", "CAT:None", "CAT:Layer 1@EUR"};
    for (size_t i = 0; i < sizeof without / sizeof *without; i++) {
        error = failure_of(market, without[i], INTERVAL_1D);
        assert_int_equal(error.status, STATUS_NOT_FOUND);
        assert_string_equal(error.code, "no_candles");
    }
    assert_string_equal(failure_of(market, "CAT:Layer 1", INTERVAL_1H).code, "no_candles");
    assert_string_equal(failure_of(market, "CAT:", INTERVAL_1D).code, "invalid_symbol");
    market_close(market);
}

int main(int argc, char **argv)
{
    if (is_importer(argc, argv)) return 0;
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(an_index_is_a_series_like_any_other),
        IN_FOLDER(the_quote_asset_chooses_members),
        IN_FOLDER(ratios_take_indices_on_either_side),
        IN_FOLDER(a_change_of_categories_makes_the_index_anew),
        IN_FOLDER(new_candles_make_the_index_anew),
        IN_FOLDER(what_is_not_there_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
