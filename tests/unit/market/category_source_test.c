// The file of categories while it is edited.
#include "unit/market/open_market.h"

#include "base/limits.h"
#include "market/members.h"

#include <stdio.h>

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static struct market *open_with(void **state, char path[static 128])
{
    (void)snprintf(path, 128, "%s", path_in(state, "categories.yaml"));
    const char *database = path_in(state, "file.db");
    importer_write(database, CANDLES_TABLE BTC);
    struct market *market;
    const struct market_options options = {.path = str_from_c(database),
                                           .categories_path = str_from_c(path),
                                           .cache_bytes = 1024 * 1024,
                                           .watch_interval_ms = AN_HOUR_MS};
    assert_ok(market_open(&options, &market, NULL));
    return market;
}

static struct category_health look(struct market *market)
{
    struct category_health health;
    market_look_now(market);
    market_category_health(market, &health);
    return health;
}

static void a_missing_file_is_an_empty_set_and_says_so(void **state)
{
    char path[128];
    struct market *market = open_with(state, path);
    struct category_health health = look(market);
    assert_int_equal(health.category_count, 0);
    assert_int_equal(health.version, 0);
    assert_string_equal(health.path, path);
    assert_non_null(strstr(health.detail, "there is no such file"));
    write_text(path, "categories: {Meme: [BTCUSDT]}\n");
    health = look(market);
    assert_int_equal(health.category_count, 1);
    assert_int_equal(health.version, 1);
    assert_string_equal(health.detail, "");
    market_close(market);
}

static void a_broken_file_keeps_the_last_good_one(void **state)
{
    char path[128];
    write_text(path_in(state, "categories.yaml"), "categories: {Meme: [BTCUSDT]}\n");
    struct market *market = open_with(state, path);
    assert_int_equal(look(market).version, 1);
    write_text(path, "categories:\n  Meme: oops\n");
    struct category_health health = look(market);
    assert_int_equal(health.version, 1);
    assert_int_equal(health.category_count, 1);
    assert_non_null(strstr(health.detail, "line 2: a list of names is expected here"));
    write_text(path, "categories: {Meme: [BTCUSDT], DeFi: []}\n");
    health = look(market);
    assert_int_equal(health.version, 2);
    assert_int_equal(health.category_count, 2);
    assert_string_equal(health.detail, "");
    market_close(market);
}

static void a_file_that_goes_away_takes_its_categories_along(void **state)
{
    char path[128];
    write_text(path_in(state, "categories.yaml"), "categories: {Meme: [BTCUSDT]}\n");
    struct market *market = open_with(state, path);
    CATEGORY_SET_SCOPE held = market_categories(market);
    assert_int_equal(remove(path), 0);
    const struct category_health health = look(market);
    assert_int_equal(health.category_count, 0);
    assert_int_equal(health.version, 2);
    assert_int_equal(held->category_count, 1); // whoever owns a set keeps it
    market_close(market);
}

static void a_file_that_did_not_change_is_not_read_again(void **state)
{
    char path[128];
    write_text(path_in(state, "categories.yaml"), "categories: {Meme: [BTCUSDT]}\n");
    struct market *market = open_with(state, path);
    (void)look(market);
    assert_int_equal(look(market).version, 1);
    market_close(market);
}

static size_t members_of(struct market *market, const char *category, const char *quote,
                         enum interval interval, struct symbol_list *list, struct arena *arena)
{
    const struct member_query query = {
        .category = str_from_c(category), .quote = str_from_c(quote), .interval = interval};
    assert_ok(market_members(market_as_it_is(market), &query, arena, list, NULL));
    return list->count;
}

static void members_of_a_category_are_those_that_are_stored(void **state)
{
    char path[128];
    write_text(path_in(state, "categories.yaml"),
               "categories: {Meme: [XYZUSDT, ETHBTC, BTCUSDT, ETHUSDT], DeFi: [XYZUSDT]}\n");
    struct market *market = open_with(state, path);
    importer_write(path_in(state, "file.db"),
                   ETH CANDLES("ETHBTC", "1d", 0, 86400, 8, 10) CANDLES("ADAUSDT", "1d", 0, 86400, 30, 5));
    market_look_now(market);
    ARENA_SCOPE(arena, MIB);
    struct symbol_list list;
    assert_int_equal(members_of(market, "meme", "usdt", INTERVAL_1D, &list, &arena), 2);
    assert_str_equal(list.items[0], STR("BTCUSDT"));
    assert_str_equal(list.items[1], STR("ETHUSDT"));
    assert_int_equal(members_of(market, "Meme", "", INTERVAL_1W, &list, &arena), 3);
    assert_int_equal(members_of(market, "Meme", "", INTERVAL_1H, &list, &arena), 0);
    assert_int_equal(members_of(market, "DeFi", "", INTERVAL_1D, &list, &arena), 0);
    assert_int_equal(members_of(market, "", "USDT", INTERVAL_1D, &list, &arena), 3);
    struct error error = {0};
    const struct member_query unknown = {.category = STR("Mem"), .interval = INTERVAL_1D};
    assert_int_equal(market_members(market_as_it_is(market), &unknown, &arena, &list, &error),
                     STATUS_NOT_FOUND);
    assert_string_equal(error.code, "unknown_category");
    assert_string_equal(error.near[0], "Meme");
    market_close(market);
}

int main(int argc, char **argv)
{
    if (is_importer(argc, argv)) return 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_missing_file_is_an_empty_set_and_says_so, folder_setup,
                                        folder_teardown),
        cmocka_unit_test_setup_teardown(a_broken_file_keeps_the_last_good_one, folder_setup, folder_teardown),
        cmocka_unit_test_setup_teardown(a_file_that_goes_away_takes_its_categories_along, folder_setup,
                                        folder_teardown),
        cmocka_unit_test_setup_teardown(a_file_that_did_not_change_is_not_read_again, folder_setup,
                                        folder_teardown),
        cmocka_unit_test_setup_teardown(members_of_a_category_are_those_that_are_stored, folder_setup,
                                        folder_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
