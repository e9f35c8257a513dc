#include "engine/interval.h"

#include <stdio.h>

#include "unit/unit.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

static const int64_t monday = 1704067200; // 2024-01-01

static void every_name_is_read_back(void **state)
{
    (void)state;
    for (unsigned i = 0; i < INTERVAL_COUNT; i++) {
        enum interval interval = INTERVAL_COUNT;
        assert_true(interval_parse(str_from_c(interval_name((enum interval)i)), &interval));
        assert_int_equal(interval, i);
    }
}

static void a_month_has_two_names_and_a_minute_one(void **state)
{
    (void)state;
    enum interval interval = INTERVAL_COUNT;
    assert_true(interval_parse(STR("1M"), &interval));
    assert_int_equal(interval, INTERVAL_1MO);
    assert_true(interval_parse(STR("1m"), &interval));
    assert_int_equal(interval, INTERVAL_1M);
}

static void anything_else_is_no_interval_and_leaves_the_output_alone(void **state)
{
    (void)state;
    const struct str wrong[] = {STR(""),    STR("1"),  STR("h"),    STR("1H"),  STR("1D"), STR(" 1h"),
                                STR("1h "), STR("2d"), STR("1mo1"), STR("01h"), STR("60m")};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        enum interval interval = INTERVAL_3D;
        assert_false(interval_parse(wrong[i], &interval));
        assert_int_equal(interval, INTERVAL_3D);
    }
}

static void a_year_has_365_days_and_twelve_months(void **state)
{
    (void)state;
    assert_true(interval_periods_per_year(INTERVAL_1D) == 365);
    assert_true(interval_periods_per_year(INTERVAL_1H) == 8760);
    assert_true(interval_periods_per_year(INTERVAL_15M) == 35040);
    assert_true(interval_periods_per_year(INTERVAL_1W) == 365.0 / 7);
    assert_true(interval_periods_per_year(INTERVAL_1MO) == 12);
}

static void a_bar_opens_on_its_grid(void **state)
{
    (void)state;
    const int64_t time = monday + 3 * DAY + 13 * HOUR + 47 * MINUTE + 5; // Thursday, 13:47:05
    assert_int_equal(interval_floor(INTERVAL_1S, time), time);
    assert_int_equal(interval_floor(INTERVAL_15M, time), monday + 3 * DAY + 13 * HOUR + 45 * MINUTE);
    assert_int_equal(interval_floor(INTERVAL_4H, time), monday + 3 * DAY + 12 * HOUR);
    assert_int_equal(interval_floor(INTERVAL_1D, time), monday + 3 * DAY);
    assert_int_equal(interval_floor(INTERVAL_1W, time), monday);
    assert_int_equal(interval_floor(INTERVAL_1MO, time), monday);
    assert_int_equal(interval_floor(INTERVAL_3D, time) % (3 * DAY), 0);
}

static void times_before_1970_are_on_the_same_grid(void **state)
{
    (void)state;
    assert_int_equal(interval_floor(INTERVAL_1H, -1), -HOUR);
    assert_int_equal(interval_floor(INTERVAL_1H, -HOUR), -HOUR);
    assert_int_equal(interval_floor(INTERVAL_1W, 0), -3 * DAY); // Monday, 1969-12-29
    assert_int_equal(interval_floor(INTERVAL_1MO, -1), -31 * DAY);
}

static void the_next_month_knows_leap_years_and_december(void **state)
{
    (void)state;
    const int64_t february = monday + 31 * DAY;
    assert_int_equal(interval_next(INTERVAL_1MO, monday), february);
    assert_int_equal(interval_next(INTERVAL_1MO, february), february + 29 * DAY);
    assert_int_equal(interval_next(INTERVAL_1MO, monday + 335 * DAY), monday + 366 * DAY);
    assert_int_equal(interval_next(INTERVAL_1W, monday), monday + 7 * DAY);
}

static void the_next_bar_is_the_floor_of_its_own_times(void **state)
{
    (void)state;
    for (unsigned i = 0; i < INTERVAL_COUNT; i++) {
        const enum interval interval = (enum interval)i;
        int64_t open = interval_floor(interval, monday + 12345);
        for (int bar = 0; bar < 50; bar++) {
            const int64_t next = interval_next(interval, open);
            assert_int_equal(interval_floor(interval, next - 1), open);
            assert_int_equal(interval_floor(interval, next), next);
            open = next;
        }
    }
}

// Two grids fit when no fine bar of a long stretch lies over the edge of a coarse one.
static bool fits(enum interval fine, enum interval coarse)
{
    int64_t open = interval_floor(coarse, monday);
    for (int bar = 0; bar < 40; bar++) {
        if (interval_floor(fine, open) != open) return false;
        open = interval_next(coarse, open);
    }
    return true;
}

static void an_interval_divides_those_whose_bars_it_fills_and_no_others(void **state)
{
    (void)state;
    for (unsigned fine = 0; fine < INTERVAL_COUNT; fine++) {
        for (unsigned coarse = fine; coarse < INTERVAL_COUNT; coarse++) {
            const bool expected = fits((enum interval)fine, (enum interval)coarse);
            if (interval_divides((enum interval)fine, (enum interval)coarse) != expected)
                fail_msg("%s and %s", interval_name((enum interval)fine),
                         interval_name((enum interval)coarse));
            if (fine != coarse) assert_false(interval_divides((enum interval)coarse, (enum interval)fine));
        }
    }
}

static void bars_are_counted_between_two_openings(void **state)
{
    (void)state;
    const int64_t january = 1704067200, march = january + 60 * DAY; // of 2024
    assert_int_equal(interval_bars(INTERVAL_1D, january, march), 60);
    assert_int_equal(interval_bars(INTERVAL_1H, january, january + DAY), 24);
    assert_int_equal(interval_bars(INTERVAL_1MO, january, march), 2);
    assert_int_equal(interval_bars(INTERVAL_1D, january, january), 0);
    assert_int_equal(interval_bars(INTERVAL_1D, march, january), 0);
    assert_int_equal(interval_bars(INTERVAL_1MO, march, january), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_is_read_back),
        cmocka_unit_test(a_month_has_two_names_and_a_minute_one),
        cmocka_unit_test(anything_else_is_no_interval_and_leaves_the_output_alone),
        cmocka_unit_test(a_year_has_365_days_and_twelve_months),
        cmocka_unit_test(a_bar_opens_on_its_grid),
        cmocka_unit_test(times_before_1970_are_on_the_same_grid),
        cmocka_unit_test(the_next_month_knows_leap_years_and_december),
        cmocka_unit_test(the_next_bar_is_the_floor_of_its_own_times),
        cmocka_unit_test(bars_are_counted_between_two_openings),
        cmocka_unit_test(an_interval_divides_those_whose_bars_it_fills_and_no_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
