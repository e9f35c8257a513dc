// Which candle reaches a stop, a target or a limit, and at which price: worked out by hand.
#include "unit/unit.h"

#include "app/paper_touch.h"

static struct decimal decimal(const char *text)
{
    struct decimal value;
    if (decimal_parse(str_from_c(text), &value) != DECIMAL_OK) fail_msg("%s", text);
    return value;
}

static void assert_decimal(struct decimal value, const char *expected)
{
    char text[DECIMAL_TEXT_MAX];
    (void)decimal_format(value, text);
    assert_string_equal(text, expected);
}

static struct touch_bar bar(const char *open, const char *high, const char *low, const char *close)
{
    return (struct touch_bar){decimal(open), decimal(high), decimal(low), decimal(close)};
}

static struct touch touch(enum leg_side side, const char *stop, const char *target, struct touch_bar bar)
{
    const struct trade_plan_leg leg = {
        .side = side, .stop_price = decimal(stop), .target_price = decimal(target)};
    return touch_leg(&leg, &bar);
}

static void assert_touch(struct touch touch, enum touch_kind kind, const char *price)
{
    assert_int_equal(touch.kind, kind);
    assert_decimal(touch.price, price);
}

static void a_stop_within_the_candle_is_had_at_its_price(void **state)
{
    (void)state;
    assert_touch(touch(LEG_LONG, "95", "120", bar("100", "101", "94", "98")), TOUCH_STOP, "95");
    assert_touch(touch(LEG_SHORT, "105", "80", bar("100", "106", "99", "98")), TOUCH_STOP, "105");
}

static void a_target_within_the_candle_is_had_at_its_price(void **state)
{
    (void)state;
    assert_touch(touch(LEG_LONG, "95", "110", bar("100", "111", "99", "98")), TOUCH_TARGET, "110");
    assert_touch(touch(LEG_SHORT, "105", "90", bar("100", "101", "89", "98")), TOUCH_TARGET, "90");
}

static void exactly_at_the_price_is_reached(void **state)
{
    (void)state;
    assert_touch(touch(LEG_LONG, "95", "0", bar("100", "101", "95", "98")), TOUCH_STOP, "95");
    assert_touch(touch(LEG_LONG, "0", "101", bar("100", "101", "95", "98")), TOUCH_TARGET, "101");
    assert_touch(touch(LEG_SHORT, "101", "0", bar("100", "101", "95", "98")), TOUCH_STOP, "101");
    assert_touch(touch(LEG_SHORT, "0", "95", bar("100", "101", "95", "98")), TOUCH_TARGET, "95");
}

static void a_hair_beside_the_price_is_not(void **state)
{
    (void)state;
    const struct touch_bar calm = bar("100", "101", "95", "98");
    assert_int_equal(touch(LEG_LONG, "94.999999999999999999", "101.000000000000000001", calm).kind,
                     TOUCH_NONE);
    assert_int_equal(touch(LEG_SHORT, "101.000000000000000001", "94.999999999999999999", calm).kind,
                     TOUCH_NONE);
    assert_int_equal(touch(LEG_LONG, "0", "0", calm).kind, TOUCH_NONE);
}

static void an_open_beyond_the_price_is_the_first_there_was(void **state)
{
    (void)state;
    // a stop that was gapped over is worse than it was set, a target better
    assert_touch(touch(LEG_LONG, "95", "0", bar("90", "96", "89", "92")), TOUCH_STOP, "90");
    assert_touch(touch(LEG_LONG, "0", "110", bar("115", "116", "109", "112")), TOUCH_TARGET, "115");
    assert_touch(touch(LEG_SHORT, "105", "0", bar("110", "111", "104", "108")), TOUCH_STOP, "110");
    assert_touch(touch(LEG_SHORT, "0", "90", bar("85", "91", "84", "88")), TOUCH_TARGET, "85");
}

static void of_a_candle_that_reaches_both_the_stop_counts(void **state)
{
    (void)state;
    assert_touch(touch(LEG_LONG, "95", "110", bar("100", "111", "94", "105")), TOUCH_STOP, "95");
    assert_touch(touch(LEG_SHORT, "110", "95", bar("100", "111", "94", "105")), TOUCH_STOP, "110");
    assert_touch(touch(LEG_LONG, "95", "110", bar("112", "113", "94", "105")), TOUCH_STOP, "95");
}

static void assert_limit(enum fill_side side, const char *limit, struct touch_bar bar, const char *price,
                         bool is_gap)
{
    struct decimal at = DECIMAL_ZERO;
    bool was_gap;
    assert_int_equal(touch_limit(side, decimal(limit), &bar, &at, &was_gap), price != NULL);
    if (!price) return;
    assert_decimal(at, price);
    assert_int_equal(was_gap, is_gap);
}

static void a_limit_is_had_at_its_price_or_at_a_better_open(void **state)
{
    (void)state;
    const struct touch_bar calm = bar("100", "101", "95", "98");
    assert_limit(FILL_BUY, "95", calm, "95", false);
    assert_limit(FILL_BUY, "97", calm, "97", false);
    assert_limit(FILL_BUY, "100", calm, "100", true);
    assert_limit(FILL_BUY, "103", calm, "100", true);
    assert_limit(FILL_BUY, "94.9", calm, NULL, false);
    assert_limit(FILL_SELL, "101", calm, "101", false);
    assert_limit(FILL_SELL, "100", calm, "100", true);
    assert_limit(FILL_SELL, "90", calm, "100", true);
    assert_limit(FILL_SELL, "101.1", calm, NULL, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stop_within_the_candle_is_had_at_its_price),
        cmocka_unit_test(a_target_within_the_candle_is_had_at_its_price),
        cmocka_unit_test(exactly_at_the_price_is_reached),
        cmocka_unit_test(a_hair_beside_the_price_is_not),
        cmocka_unit_test(an_open_beyond_the_price_is_the_first_there_was),
        cmocka_unit_test(of_a_candle_that_reaches_both_the_stop_counts),
        cmocka_unit_test(a_limit_is_had_at_its_price_or_at_a_better_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
