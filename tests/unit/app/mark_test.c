// Which price a symbol has: the request's, else the close of the candle that ended last.
#include "unit/market/open_market.h"

#include "app/mark.h"
#include "base/limits.h"

#define DAY ((int64_t)86400)

// BTC has days of 50 up to the 10th day, and hours of 61 up to half past the 10th; ETH days only.
static struct market *market_with_hours(void **state)
{
    const char *path = path_in(state, "marks.db");
    database_write(path, CANDLES_TABLE BTC ETH CANDLES("BTCUSDT", "1h", 828000, 3600, 22, 61));
    return market_on(path, AN_HOUR_MS);
}

static struct mark_list find(const struct app *app, const struct str *symbols, size_t count, int64_t now_s,
                             const struct mark_list *given, struct arena *arena)
{
    struct error error = {0};
    struct mark_list marks;
    const struct mark_query query = {symbols, count, given, now_s * 1000000};
    assert_ok(mark_find(app, &query, arena, &marks, &error));
    return marks;
}

static void assert_mark(const struct mark *mark, enum mark_source source, int64_t price, int64_t time_s)
{
    assert_true(mark->is_known);
    assert_int_equal(mark->source, source);
    assert_int_equal(decimal_compare(mark->price, decimal_of_int(price)), 0);
    assert_int_equal(mark->time_us, time_s * 1000000);
}

static void candles_from_after_now_count_for_nothing(void **state)
{
    ARENA_SCOPE(arena, MIB);
    const struct app app = {.market = market_with_hours(state)};
    const struct str symbols[] = {STR("BTCUSDT")};
    const struct mark_list marks = find(&app, symbols, 1, 5 * DAY + 60, NULL, &arena);
    assert_mark(&marks.items[0], MARK_CANDLE, 50, 5 * DAY);
    market_close(app.market);
}

static void the_candle_that_ended_last_counts_whatever_its_interval(void **state)
{
    ARENA_SCOPE(arena, MIB);
    const struct app app = {.market = market_with_hours(state)};
    const struct str symbols[] = {STR("BTCUSDT"), STR("ETHUSDT"), STR("NOSUCH")};
    const struct mark_list marks = find(&app, symbols, 3, 100 * DAY, NULL, &arena);
    assert_mark(&marks.items[0], MARK_CANDLE, 61, 828000 + 22 * 3600);
    assert_mark(&marks.items[1], MARK_CANDLE, 10, 8 * DAY);
    assert_false(marks.items[2].is_known);
    struct error error = {0};
    assert_int_equal(mark_require(&marks, &error), STATUS_INVALID);
    assert_string_equal(error.code, "no_mark_price");
    assert_non_null(strstr(error.message, "NOSUCH"));
    assert_null(strstr(error.message, "ETHUSDT"));
    market_close(app.market);
}

static void candles_that_have_not_ended_do_not_count(void **state)
{
    ARENA_SCOPE(arena, MIB);
    const struct app app = {.market = market_with_hours(state)};
    const struct str symbols[] = {STR("BTCUSDT"), STR("ETHUSDT")};
    const struct mark_list marks = find(&app, symbols, 2, 8 * DAY - 1, NULL, &arena);
    assert_mark(&marks.items[1], MARK_CANDLE, 10, 7 * DAY);
    const struct mark_list later = find(&app, symbols, 1, 828000 + 22 * 3600 - 1, NULL, &arena);
    assert_mark(&later.items[0], MARK_CANDLE, 61, 828000 + 21 * 3600);
    market_close(app.market);
}

static void what_the_request_gives_goes_first(void **state)
{
    ARENA_SCOPE(arena, MIB);
    const struct app app = {.market = market_with_hours(state)};
    const struct json_value *object;
    struct error error = {0};
    struct mark_list given;
    assert_ok(json_parse(&arena, STR("{\"btcusdt\":\"70000\"}"), &object, &error));
    assert_ok(mark_read(object, "/mark_prices", 5000000, &arena, &given, &error));
    const struct str symbols[] = {STR("ETHUSDT"), STR("BTCUSDT")};
    const struct mark_list marks = find(&app, symbols, 2, 100 * DAY, &given, &arena);
    assert_mark(&marks.items[0], MARK_CANDLE, 10, 8 * DAY);
    assert_mark(&marks.items[1], MARK_REQUEST, 70000, 5);
    assert_true(str_eq(marks.items[1].symbol, STR("BTCUSDT")));
    assert_ptr_equal(mark_of(&marks, STR("BTCUSDT")), &marks.items[1]);
    market_close(app.market);
}

static void without_a_market_only_the_request_knows(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    const struct app app = {0};
    const struct str symbols[] = {STR("BTCUSDT")};
    const struct mark_list marks = find(&app, symbols, 1, DAY, NULL, &arena);
    assert_false(marks.items[0].is_known);
    assert_null(mark_of(&marks, STR("BTCUSDT")));
}

static void prices_that_are_none_are_named(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    static const char *const bodies[] = {"{\"BTCUSDT\":0}", "{\"BTCUSDT\":-1}", "{\"BTCUSDT\":null}",
                                         "{\"BTCUSDT\":\"1,5\"}", "{\"BTCUSDT\":1e-19}"};
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        const struct json_value *object;
        struct error error = {0};
        struct mark_list given;
        assert_ok(json_parse(&arena, str_from_c(bodies[i]), &object, &error));
        assert_int_equal(mark_read(object, "/mark_prices", 1, &arena, &given, &error), STATUS_INVALID);
        assert_string_equal(error.fields[0].pointer, "/mark_prices/BTCUSDT");
    }
}

int main(int argc, char **argv)
{
    if (is_importer(argc, argv)) return 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(candles_from_after_now_count_for_nothing, folder_setup,
                                        folder_teardown),
        cmocka_unit_test_setup_teardown(the_candle_that_ended_last_counts_whatever_its_interval, folder_setup,
                                        folder_teardown),
        cmocka_unit_test_setup_teardown(candles_that_have_not_ended_do_not_count, folder_setup,
                                        folder_teardown),
        cmocka_unit_test_setup_teardown(what_the_request_gives_goes_first, folder_setup, folder_teardown),
        cmocka_unit_test(without_a_market_only_the_request_knows),
        cmocka_unit_test(prices_that_are_none_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
