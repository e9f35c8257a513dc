#include "unit/market/series_fixture.h"

#include "market/resample.h"

#include <float.h>

enum { HOUR_S = 3600, DAY_S = 86400 };

static const struct series *resampled(const struct series *fine, enum interval coarse)
{
    const struct series *series;
    assert_ok(series_resample(fine, coarse, &series, NULL));
    assert_int_equal(series->interval, coarse);
    assert_true(series->is_resampled);
    assert_int_equal(series->resampled_from, fine->interval);
    return series;
}

static void a_coarse_bar_takes_first_open_last_close_extremes_and_the_sum_of_volumes(void **state)
{
    (void)state;
    SERIES_SCOPE fine =
        SERIES_OF(INTERVAL_1H, {0, 10, 12, 9, 11, 1}, {HOUR_S, 11, 15, 10, 14, 2},
                  {2 * HOUR_S, 14, 14, 7, 8, 3}, {3 * HOUR_S, 8, 9, 8, 9, 4}, {4 * HOUR_S, 9, 10, 9, 10, 5});
    SERIES_SCOPE coarse = resampled(fine, INTERVAL_4H);
    assert_int_equal(coarse->candles.count, 2);
    assert_candle(coarse, 0, (struct candle){0, 10, 15, 7, 9, 10});
    assert_candle(coarse, 1, (struct candle){4 * HOUR_S, 9, 10, 9, 10, 5});
}

static void missing_bars_are_not_made_up(void **state)
{
    (void)state;
    SERIES_SCOPE fine = SERIES_OF(INTERVAL_1H, {HOUR_S, 1, 2, 1, 2, 1}, {9 * HOUR_S, 3, 4, 3, 4, 1});
    SERIES_SCOPE coarse = resampled(fine, INTERVAL_4H);
    assert_int_equal(coarse->candles.count, 2);
    assert_int_equal(coarse->candles.time[0], 0);
    assert_int_equal(coarse->candles.time[1], 8 * HOUR_S);
}

static void a_bar_without_volume_counts_only_where_none_has_any(void **state)
{
    (void)state;
    SERIES_SCOPE fine =
        SERIES_OF(INTERVAL_1H, {0, 28080, 28090, 28080, 28085, 0}, {HOUR_S, 27, 28, 26, 27.5, 3},
                  {2 * HOUR_S, 99, 99, 1, 99, 0}, // before and behind a traded one
                  {4 * HOUR_S, 5, 6, 4, 5.5, 0}, {5 * HOUR_S, 5.5, 7, 5, 6, 0});
    SERIES_SCOPE coarse = resampled(fine, INTERVAL_4H);
    assert_int_equal(coarse->candles.count, 2);
    assert_candle(coarse, 0, (struct candle){0, 27, 28, 26, 27.5, 3});
    assert_candle(coarse, 1, (struct candle){4 * HOUR_S, 5, 7, 4, 6, 0});
}

// A coin that lost everything, whose name another took; what it lost is not passed over.
static void a_coarse_bar_is_of_one_asset(void **state)
{
    (void)state;
    SERIES_SCOPE fine = SERIES_OF(INTERVAL_1H, {0, 80, 81, 79, 80, 1}, {4 * HOUR_S, 80, 80, 1, 1, 5},
                                  {5 * HOUR_S, 1, 2, 0.5, 0.5, 2}, {6 * HOUR_S, 900, 950, 850, 920, 6},
                                  {7 * HOUR_S, 920, 930, 910, 925, 1}, {8 * HOUR_S, 925, 930, 900, 910, 3});
    SERIES_SCOPE coarse = resampled(fine, INTERVAL_4H);
    assert_int_equal(coarse->candles.count, 3);
    assert_candle(coarse, 1, (struct candle){4 * HOUR_S, 80, 80, 0.5, 0.5, 7});
    assert_candle(coarse, 2, (struct candle){8 * HOUR_S, 925, 930, 900, 910, 3});
}

static void weeks_open_on_monday_and_months_on_the_first(void **state)
{
    (void)state;
    const int64_t sunday = 1704585600; // 2024-01-07
    SERIES_SCOPE fine = SERIES_OF(INTERVAL_1D, {sunday, 1, 1, 1, 1, 1}, {sunday + DAY_S, 2, 2, 2, 2, 1},
                                  {sunday + 25 * DAY_S, 3, 3, 3, 3, 1});
    SERIES_SCOPE weeks = resampled(fine, INTERVAL_1W);
    assert_int_equal(weeks->candles.count, 3);
    assert_int_equal(weeks->candles.time[0], sunday - 6 * DAY_S);
    assert_int_equal(weeks->candles.time[1], sunday + DAY_S);
    SERIES_SCOPE months = resampled(fine, INTERVAL_1MO);
    assert_int_equal(months->candles.count, 2);
    assert_int_equal(months->candles.time[0], 1704067200); // 2024-01-01
    assert_int_equal(months->candles.time[1], 1706745600); // 2024-02-01
}

static void three_day_bars_share_the_grid_of_the_epoch(void **state)
{
    (void)state;
    const int64_t listing = 17395 * (int64_t)DAY_S; // BTCUSDT, 2017-08-17: day 1 modulo 3
    SERIES_SCOPE fine = SERIES_OF(INTERVAL_1D, {listing, 1, 1, 1, 1, 1}, {listing + DAY_S, 2, 2, 2, 2, 1},
                                  {listing + 2 * DAY_S, 3, 3, 3, 3, 1});
    SERIES_SCOPE coarse = resampled(fine, INTERVAL_3D);
    assert_int_equal(coarse->candles.count, 2);
    assert_int_equal(coarse->candles.time[0], listing - DAY_S);
    assert_int_equal(coarse->candles.time[1], listing + 2 * DAY_S);
}

static void the_last_bar_tells_when_it_is_incomplete(void **state)
{
    (void)state;
    SERIES_SCOPE three =
        SERIES_OF(INTERVAL_1H, {0, 1, 1, 1, 1, 1}, {HOUR_S, 1, 1, 1, 1, 1}, {2 * HOUR_S, 1, 1, 1, 1, 1});
    SERIES_SCOPE four = SERIES_OF(INTERVAL_1H, {0, 1, 1, 1, 1, 1}, {3 * HOUR_S, 1, 1, 1, 1, 1});
    SERIES_SCOPE partial = resampled(three, INTERVAL_4H);
    SERIES_SCOPE complete = resampled(four, INTERVAL_4H);
    assert_true(partial->is_last_partial);
    assert_false(complete->is_last_partial); // a gap inside does not make it so
}

static void an_empty_series_resamples_to_an_empty_one(void **state)
{
    (void)state;
    SERIES_SCOPE fine = series_of(NULL, 0, INTERVAL_1H);
    SERIES_SCOPE coarse = resampled(fine, INTERVAL_1D);
    assert_int_equal(coarse->candles.count, 0);
    assert_false(coarse->is_last_partial);
}

static const struct series *ratio_of(const struct series *a, const struct series *b)
{
    const struct series *series;
    assert_ok(series_ratio(a, b, STR("A/B"), &series, NULL));
    assert_string_equal(series->name, "A/B");
    return series;
}

static void a_ratio_divides_the_bars_that_both_sides_have(void **state)
{
    (void)state;
    SERIES_SCOPE a =
        SERIES_OF(INTERVAL_1H, {0, 10, 40, 1, 30, 5}, {HOUR_S, 1, 1, 1, 1, 1}, {3 * HOUR_S, 8, 8, 8, 8, 1});
    SERIES_SCOPE b =
        SERIES_OF(INTERVAL_1H, {0, 2, 4, 1, 3, 7}, {2 * HOUR_S, 1, 1, 1, 1, 1}, {3 * HOUR_S, 2, 2, 2, 2, 1});
    SERIES_SCOPE ratio = ratio_of(a, b);
    assert_int_equal(ratio->candles.count, 2);
    assert_candle(ratio, 0, (struct candle){0, 5, 10, 1, 10, 0});
    assert_candle(ratio, 1, (struct candle){3 * HOUR_S, 4, 4, 4, 4, 0});
    assert_false(ratio->is_resampled);
}

static void high_and_low_of_a_ratio_hold_its_open_and_close(void **state)
{
    (void)state;
    SERIES_SCOPE a = SERIES_OF(INTERVAL_1H, {0, 10, 11, 9, 8.5, 1});
    SERIES_SCOPE b = SERIES_OF(INTERVAL_1H, {0, 1, 4, 0.25, 2, 1});
    SERIES_SCOPE ratio = ratio_of(a, b); // h1/h2 = 2.75, l1/l2 = 36, open 10, close 4.25
    assert_candle(ratio, 0, (struct candle){0, 10, 10, 4.25, 4.25, 0});
}

static void bars_without_a_divisor_are_left_out(void **state)
{
    (void)state;
    SERIES_SCOPE a = SERIES_OF(INTERVAL_1H, {0, 1, 1, 1, 1, 1}, {HOUR_S, 1, 1, 1, 1, 1},
                               {2 * HOUR_S, 1, 1, 1, 1, 1}, {3 * HOUR_S, 1, 1, DBL_MAX, DBL_MAX, 1});
    SERIES_SCOPE b = SERIES_OF(INTERVAL_1H, {0, 1, 1, 0, 1, 1}, {HOUR_S, 2, 2, 2, 2, 1},
                               {2 * HOUR_S, 0, 1, 1, 1, 1}, {3 * HOUR_S, 1, 1, DBL_MIN, DBL_MIN, 1});
    SERIES_SCOPE ratio = ratio_of(a, b);
    assert_int_equal(ratio->candles.count, 1);
    assert_candle(ratio, 0, (struct candle){HOUR_S, 0.5, 0.5, 0.5, 0.5, 0});
}

static void a_ratio_names_the_finest_source_of_its_sides(void **state)
{
    (void)state;
    SERIES_SCOPE minutes = SERIES_OF(INTERVAL_1M, {0, 1, 1, 1, 1, 1});
    SERIES_SCOPE hours = SERIES_OF(INTERVAL_1H, {0, 1, 1, 1, 1, 1}, {3 * HOUR_S, 1, 1, 1, 1, 1});
    SERIES_SCOPE stored = SERIES_OF(INTERVAL_4H, {0, 1, 1, 1, 1, 1});
    SERIES_SCOPE a = resampled(hours, INTERVAL_4H);
    SERIES_SCOPE b = resampled(minutes, INTERVAL_4H);
    SERIES_SCOPE both = ratio_of(a, b);
    SERIES_SCOPE one = ratio_of(stored, a);
    assert_true(both->is_resampled);
    assert_int_equal(both->resampled_from, INTERVAL_1M);
    assert_true(both->is_last_partial); // one minute of four hours
    assert_true(one->is_resampled);
    assert_int_equal(one->resampled_from, INTERVAL_1H);
    assert_false(one->is_last_partial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_coarse_bar_takes_first_open_last_close_extremes_and_the_sum_of_volumes),
        cmocka_unit_test(missing_bars_are_not_made_up),
        cmocka_unit_test(a_bar_without_volume_counts_only_where_none_has_any),
        cmocka_unit_test(a_coarse_bar_is_of_one_asset),
        cmocka_unit_test(weeks_open_on_monday_and_months_on_the_first),
        cmocka_unit_test(three_day_bars_share_the_grid_of_the_epoch),
        cmocka_unit_test(the_last_bar_tells_when_it_is_incomplete),
        cmocka_unit_test(an_empty_series_resamples_to_an_empty_one),
        cmocka_unit_test(a_ratio_divides_the_bars_that_both_sides_have),
        cmocka_unit_test(high_and_low_of_a_ratio_hold_its_open_and_close),
        cmocka_unit_test(bars_without_a_divisor_are_left_out),
        cmocka_unit_test(a_ratio_names_the_finest_source_of_its_sides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
