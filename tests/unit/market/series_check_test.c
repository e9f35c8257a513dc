#include "unit/market/series_fixture.h"

#include "market/series_check.h"

#include <string.h>

enum { BARS = 40, FIELDS = 6 };

// Forty bars, of which one field of one bar may be another by its lowest bit.
static const struct series *bars(size_t changed_bar, size_t changed_field)
{
    SERIES_BUILDER_SCOPE builder = {0};
    const struct series *series;
    for (size_t i = 0; i < BARS; i++) {
        struct candle candle = {(int64_t)i * 60, 1, 2, 0.5, 1.5, (double)i};
        char *field = (char *)&candle + changed_field * sizeof(double);
        if (i == changed_bar) *field = (char)(*field ^ 1);
        assert_ok(series_builder_append(&builder, candle, NULL));
    }
    assert_ok(series_builder_finish(&builder, &(struct series){.interval = INTERVAL_1M}, &series, NULL));
    return series;
}

static void a_change_of_any_field_shows_in_the_check_of_its_bar_alone(void **state)
{
    (void)state;
    SERIES_SCOPE before = bars(BARS, 0);
    uint32_t expected[BARS], checks[BARS];
    assert_true(series_check(&before->candles, 0, BARS, 1, NULL, expected));
    for (size_t field = 0; field < FIELDS; field++) {
        SERIES_SCOPE after = bars(23, field);
        assert_true(series_check(&after->candles, 0, BARS, 1, NULL, checks));
        for (size_t i = 0; i < BARS; i++)
            assert_int_equal(checks[i] == expected[i], i != 23);
    }
}

static void several_bars_share_a_check_which_stands_on_no_others(void **state)
{
    (void)state;
    SERIES_SCOPE before = bars(BARS, 0);
    SERIES_SCOPE after = bars(15, 4);
    uint32_t expected[3], checks[3], of_a_part[1];
    assert_int_equal(series_check_count(BARS, 16), 3);
    assert_true(series_check(&before->candles, 0, BARS, 16, NULL, expected));
    assert_true(series_check(&after->candles, 0, BARS, 16, NULL, checks));
    assert_int_not_equal(checks[0], expected[0]);
    assert_memory_equal(checks + 1, expected + 1, 2 * sizeof *checks);
    assert_true(series_check(&before->candles, 16, 32, 16, NULL, of_a_part));
    assert_int_equal(of_a_part[0], expected[1]);
}

static void a_check_is_the_same_beside_others_and_alone(void **state)
{
    (void)state;
    SERIES_SCOPE series = bars(BARS, 0);
    uint32_t together[BARS], alone;
    for (size_t each = 1; each <= BARS; each++) {
        assert_true(series_check(&series->candles, 0, BARS, each, NULL, together));
        for (size_t from = 0; from < BARS; from += each) {
            const size_t to = from + each < BARS ? from + each : BARS;
            assert_true(series_check(&series->candles, from, to, each, NULL, &alone));
            assert_int_equal(together[from / each], alone);
        }
    }
}

static void no_bars_have_no_checks(void **state)
{
    (void)state;
    SERIES_SCOPE series = bars(BARS, 0);
    uint32_t untouched = 7;
    assert_int_equal(series_check_count(0, 16), 0);
    assert_true(series_check(&series->candles, 5, 5, 16, NULL, &untouched));
    assert_int_equal(untouched, 7);
}

// They are stored: another program has to come to the same.
static void the_checks_are_these(void **state)
{
    (void)state;
    SERIES_SCOPE series = bars(BARS, 0);
    uint32_t checks[2];
    assert_true(series_check(&series->candles, 0, 2, 1, NULL, checks));
    assert_int_equal(checks[0], 0xc997fecc);
    assert_int_equal(checks[1], 0x2548e13d);
}

static void it_stops_when_asked_to(void **state)
{
    (void)state;
    SERIES_SCOPE series = bars(BARS, 0);
    uint32_t checks[BARS];
    const atomic_bool is_stopped = true;
    assert_false(series_check(&series->candles, 0, BARS, 1, &is_stopped, checks));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_of_any_field_shows_in_the_check_of_its_bar_alone),
        cmocka_unit_test(several_bars_share_a_check_which_stands_on_no_others),
        cmocka_unit_test(a_check_is_the_same_beside_others_and_alone),
        cmocka_unit_test(no_bars_have_no_checks),
        cmocka_unit_test(the_checks_are_these),
        cmocka_unit_test(it_stops_when_asked_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
