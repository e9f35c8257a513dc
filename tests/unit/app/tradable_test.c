#include "unit/unit.h"

#include "app/tradable.h"
#include "base/limits.h"

static enum status parse(const char *text, struct arena *arena, struct tradable_list *list)
{
    struct error error = {0};
    return tradable_parse(str_from_c(text), arena, list, &error);
}

static void symbols_are_read_one_by_one_whatever_stands_around_them(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct tradable_list list;
    assert_ok(parse(
        "{\"timezone\":\"UTC\",\"symbols\": [ {\"symbol\":\"BUSDT\",\"status\":\"BREAK\",\"quoteAsset\":"
        "\"USDT\",\"filters\":[{\"a\":\"}]\\\"\"}]} , {\"symbol\":\"AUSDT\",\"status\":\"TRADING\","
        "\"quoteAsset\":\"USDT\"},{\"symbol\":\"CUSDT\",\"status\":\"TRADING\","
        "\"isSpotTradingAllowed\":false}],\"sors\":[]}",
        &arena, &list));
    assert_int_equal(list.count, 3);
    assert_str_equal(list.symbols[0].symbol, STR("AUSDT"));
    assert_true(list.symbols[0].is_tradable);
    assert_false(tradable_find(&list, STR("BUSDT"))->is_tradable);
    assert_str_equal(tradable_find(&list, STR("BUSDT"))->status, STR("BREAK"));
    assert_false(tradable_find(&list, STR("CUSDT"))->is_tradable);
    assert_null(tradable_find(&list, STR("DUSDT")));
}

static void an_exchange_without_symbols_has_none(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct tradable_list list;
    assert_ok(parse("{\"symbols\":[]}", &arena, &list));
    assert_int_equal(list.count, 0);
    assert_null(tradable_find(&list, STR("A")));
}

static void what_is_cut_off_or_none_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "{}",
                                        "{\"symbols\":{}}",
                                        "{\"symbols\":[",
                                        "{\"symbols\":[{\"symbol\":\"A\"}",
                                        "{\"symbols\":[{\"symbol\":\"A",
                                        "{\"symbols\":[{}]}",
                                        "{\"symbols\":[1]}",
                                        "{\"symbols\":[{\"symbol\":\"A\",}]}",
                                        "<html>\"symbols\"</html>"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ARENA_SCOPE(arena, MIB);
        struct tradable_list list;
        if (parse(texts[i], &arena, &list) == STATUS_OK) fail_msg("%s was read", texts[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(symbols_are_read_one_by_one_whatever_stands_around_them),
        cmocka_unit_test(an_exchange_without_symbols_has_none),
        cmocka_unit_test(what_is_cut_off_or_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
