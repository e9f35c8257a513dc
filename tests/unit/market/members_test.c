#include "market/members.h"

#include "base/limits.h"
#include "unit/market/open_market.h"

static struct symbol_list members_of(struct market *market, const char *quote, enum interval interval,
                                     struct arena *arena)
{
    const struct member_query query = {.quote = str_from_c(quote), .interval = interval};
    struct symbol_list list;
    struct error error = {0};
    assert_int_equal(market_members(market_as_it_is(market), &query, arena, &list, &error), STATUS_OK);
    return list;
}

static void members_are_those_of_the_quote_that_have_the_interval(void **state)
{
    const char *path = path_in(state, "file.db");
    importer_write(path, CANDLES_TABLE BTC ETH CANDLES("ETHBTC", "1d", 0, 86400, 8, 10) CANDLES(
                             "ADAUSDT", "1h", 0, 3600, 30, 5) CANDLES("XRPUSDT", "1w", 345600, 604800, 3, 5));
    struct market *market = market_on(path, AN_HOUR_MS);
    ARENA_SCOPE(arena, MIB);
    struct symbol_list list = members_of(market, "usdt", INTERVAL_1D, &arena);
    assert_int_equal(list.count, 3);
    assert_true(str_eq(list.items[0], STR("ADAUSDT"))); // resampled from 1h
    assert_true(str_eq(list.items[1], STR("BTCUSDT")));
    assert_true(str_eq(list.items[2], STR("ETHUSDT")));
    assert_int_equal(members_of(market, "", INTERVAL_1W, &arena).count, 5);
    assert_int_equal(members_of(market, "BTC", INTERVAL_1D, &arena).count, 1);
    assert_int_equal(members_of(market, "EUR", INTERVAL_1D, &arena).count, 0);
    assert_int_equal(members_of(market, "USDT", INTERVAL_1M, &arena).count, 0);
    market_close(market);
}

static void the_series_of_all_members_come_in_their_order(void **state)
{
    const char *path = path_in(state, "file.db");
    importer_write(path, CANDLES_TABLE BTC ETH CANDLES("ADAUSDT", "1h", 0, 3600, 30, 5));
    struct market *market = market_on(path, AN_HOUR_MS);
    ARENA_SCOPE(arena, MIB);
    struct error error = {0};
    const struct symbol_list symbols = members_of(market, "USDT", INTERVAL_1D, &arena);
    SERIES_LIST_SCOPE list = {0};
    assert_int_equal(market_series_list(market_as_it_is(market), &symbols, INTERVAL_1D, &list, &error),
                     STATUS_OK);
    assert_int_equal(list.count, 3);
    assert_int_equal(list.data_version, 1);
    assert_string_equal(list.items[0]->name, "ADAUSDT");
    assert_string_equal(list.items[2]->name, "ETHUSDT");
    assert_int_equal(list.items[1]->candles.count, 10);

    const struct symbol_list none = {0};
    SERIES_LIST_SCOPE nothing = {0};
    assert_int_equal(market_series_list(market_as_it_is(market), &none, INTERVAL_1D, &nothing, &error),
                     STATUS_OK);
    assert_int_equal(nothing.count, 0);

    const struct str names[] = {STR("BTCUSDT"), STR("NONEUSDT")};
    const struct symbol_list unknown = {.items = names, .count = 2};
    assert_int_equal(market_series_list(market_as_it_is(market), &unknown, INTERVAL_1D, &nothing, &error),
                     STATUS_NOT_FOUND);
    assert_string_equal(error.code, "unknown_symbol");
    market_close(market);
}

static void all_series_are_of_one_version(void **state)
{
    const char *path = path_in(state, "file.db");
    importer_write(path, CANDLES_TABLE BTC ETH);
    struct market *market = market_on(path, AN_HOUR_MS);
    SERIES_SCOPE old = series_from(market, "BTCUSDT", INTERVAL_1D);
    assert_int_equal(old->data_version, 1);
    importer_write(path, CANDLES("ETHUSDT", "1d", 8640000, 86400, 1, 9));
    market_look_now(market);
    ARENA_SCOPE(arena, MIB);
    struct error error = {0};
    const struct symbol_list symbols = members_of(market, "USDT", INTERVAL_1D, &arena);
    SERIES_LIST_SCOPE list = {0};
    assert_int_equal(market_series_list(market_as_it_is(market), &symbols, INTERVAL_1D, &list, &error),
                     STATUS_OK);
    assert_int_equal(list.data_version, 2);
    assert_int_equal(list.items[0]->data_version, 2);
    assert_int_equal(list.items[1]->data_version, 2);
    market_close(market);
}

// As many as are read in one pass, and one that is not among them.
#define MANY                                                                                                 \
    "INSERT INTO binance_candles BY NAME SELECT 'S' || s || 'USDT' AS symbol, "                              \
    "CASE WHEN i % 40 = 7 THEN '1h' ELSE '1d' END AS \"interval\", "                                         \
    "make_timestamp((i * 86400) * 1000000) AS open_time, 1 + i + s AS open, 2 + i + s AS high, "             \
    "1 + s AS low, 1.5 + i + s AS close, i AS volume FROM range(12) a(s), range(90) t(i) ORDER BY i % 7, s;"

static void many_are_what_each_is_alone(void **state)
{
    const char *path = path_in(state, "file.db");
    importer_write(path, CANDLES_TABLE MANY BTC);
    struct market *market = market_on(path, AN_HOUR_MS);
    struct market *other = market_on(path, AN_HOUR_MS);
    ARENA_SCOPE(arena, MIB);
    struct error error = {0};
    const struct symbol_list symbols = members_of(market, "USDT", INTERVAL_1D, &arena);
    SERIES_LIST_SCOPE list = {0};
    assert_int_equal(symbols.count, 13);
    assert_int_equal(market_series_list(market_as_it_is(market), &symbols, INTERVAL_1D, &list, &error),
                     STATUS_OK);
    for (size_t i = 0; i < symbols.count; i++) {
        char name[LIMIT_SYMBOL_BYTES + 1];
        assert_true(str_to_c(symbols.items[i], name, sizeof name));
        SERIES_SCOPE alone = series_from(other, name, INTERVAL_1D);
        const struct candles *a = &list.items[i]->candles, *b = &alone->candles;
        assert_int_equal(a->count, b->count);
        assert_memory_equal(a->time, b->time, a->count * sizeof *a->time);
        assert_memory_equal(a->open, b->open, a->count * sizeof *a->open);
        assert_memory_equal(a->high, b->high, a->count * sizeof *a->high);
        assert_memory_equal(a->low, b->low, a->count * sizeof *a->low);
        assert_memory_equal(a->close, b->close, a->count * sizeof *a->close);
        assert_memory_equal(a->volume, b->volume, a->count * sizeof *a->volume);
        assert_string_equal(list.items[i]->name, alone->name);
        assert_false(list.items[i]->is_resampled);
    }
    market_close(other);
    market_close(market);
}

int main(int argc, char **argv)
{
    if (is_importer(argc, argv)) return 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(members_are_those_of_the_quote_that_have_the_interval, folder_setup,
                                        folder_teardown),
        cmocka_unit_test_setup_teardown(the_series_of_all_members_come_in_their_order, folder_setup,
                                        folder_teardown),
        cmocka_unit_test_setup_teardown(all_series_are_of_one_version, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(many_are_what_each_is_alone, folder_setup, folder_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
