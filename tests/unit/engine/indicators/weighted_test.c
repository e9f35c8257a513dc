// Averages by weight, of bars and of volume, against their definitions bar by bar, and on what walks never
// do.
#include "engine/indicators/vwap.h"
#include "engine/indicators/wma.h"

#include <string.h>

#include "unit/engine/series.h"
#include "unit/unit.h"

enum { BARS = 3000, HOUR = 3600, DAY = 24 };

static struct test_series walk;
static struct candles candles;
static struct window_scratch scratch;
static double out[BARS];

// Hourly bars from midnight on, each of another volume.
static int set_up(void **state)
{
    (void)state;
    series_walk(&walk, SERIES_MAX, 42);
    for (size_t t = 0; t < SERIES_MAX; t++) {
        walk.time[t] = 1577836800 + HOUR * (int64_t)t;
        walk.volume[t] = (double)(t * 7919 % 1013);
    }
    candles = series_candles(&walk, BARS);
    memset(out, 0, sizeof out);
    return 0;
}

static void assert_near(double actual, double expected)
{
    if (!(fabs(actual - expected) <= 1e-12 * fabs(expected)))
        fail_msg("%.17g should be %.17g", actual, expected);
}

static double plain_wma(const double *values, size_t length)
{
    double sum = 0;
    for (size_t k = 0; k < length; k++)
        sum += values[k] * (double)(k + 1);
    return sum / ((double)length * (double)(length + 1) / 2);
}

static void the_weighted_average_counts_the_newest_bar_most(void **state)
{
    (void)state;
    const double values[] = {1, 2, 4};
    wma_run(values, 3, 3, out, &scratch);
    assert_true(isnan(out[0]) && isnan(out[1]));
    assert_near(out[2], 17.0 / 6);
}

static void the_weighted_average_is_right_at_every_length(void **state)
{
    (void)state;
    for (size_t length = 1; length < 1400; length += length < 70 ? 1 : 331) {
        wma_run(walk.close, BARS, length, out, &scratch);
        for (size_t t = 0; t < BARS; t += length < 70 ? 1 : 7) {
            assert_int_equal(isnan(out[t]), t < length - 1);
            if (t >= length - 1) assert_near(out[t], plain_wma(walk.close + t + 1 - length, length));
        }
    }
}

static void the_longest_weighted_average_is_right(void **state)
{
    (void)state;
    enum { VALUES = 2 * WINDOW_LENGTH_MAX + 5 };
    static double values[VALUES], averages[VALUES];
    for (size_t i = 0; i < VALUES; i++)
        values[i] = (double)i;
    wma_run(values, VALUES, WINDOW_LENGTH_MAX, averages, &scratch);
    assert_true(isnan(averages[WINDOW_LENGTH_MAX - 2]));
    for (size_t t = WINDOW_LENGTH_MAX - 1; t < VALUES; t++) // two thirds of the way to the newest
        assert_near(averages[t], (double)t - (WINDOW_LENGTH_MAX - 1) / 3.0);
}

static void a_nan_or_a_huge_value_leaves_with_its_window(void **state)
{
    (void)state;
    static double expected[BARS];
    const double odd[] = {(double)NAN, 1e150};
    for (size_t length = 1; length < 40; length++) {
        wma_run(walk.close, BARS, length, expected, &scratch);
        for (size_t i = 0; i < 2; i++) {
            const double kept = walk.close[100];
            walk.close[100] = odd[i];
            wma_run(walk.close, BARS, length, out, &scratch);
            walk.close[100] = kept;
            assert_memory_equal(out, expected, 100 * sizeof *out);
            assert_memory_equal(out + 100 + length, expected + 100 + length,
                                (BARS - 100 - length) * sizeof *out);
            for (size_t t = 100; t < 100 + length; t++)
                assert_true(!(out[t] < 1e100));
        }
    }
}

static void flat_prices_have_themselves_as_average(void **state)
{
    (void)state;
    const double prices[] = {0.1, 7e-9, 123456.789, 1e300};
    for (size_t i = 0; i < 4; i++) {
        for (size_t t = 0; t < BARS; t++)
            walk.high[t] = walk.low[t] = walk.close[t] = prices[i];
        wma_run(walk.close, BARS, 31, out, &scratch);
        for (size_t t = 30; t < BARS; t++)
            assert_true(out[t] == prices[i]);
        vwap_run(&candles, out);
        for (size_t t = 1; t < BARS; t++) // the first bar has no volume
            assert_true(out[t] == prices[i]);
    }
}

static void the_price_of_a_session_begins_at_midnight(void **state)
{
    (void)state;
    vwap_run(&candles, out);
    double turnover = 0, volume = 0;
    for (size_t t = 0; t < BARS; t++) {
        if (t % DAY == 0) turnover = volume = 0;
        turnover += (walk.high[t] + walk.low[t] + walk.close[t]) / 3 * walk.volume[t];
        volume += walk.volume[t];
        assert_int_equal(isnan(out[t]), volume == 0);
        if (volume > 0) assert_near(out[t], turnover / volume);
    }
}

static void a_bar_of_a_day_is_a_session(void **state)
{
    (void)state;
    for (size_t t = 0; t < BARS; t++)
        walk.time[t] = 1577836800 + DAY * HOUR * (int64_t)t;
    vwap_run(&candles, out);
    assert_true(isnan(out[0]));
    for (size_t t = 1; t < 1000; t++)
        assert_near(out[t], (walk.high[t] + walk.low[t] + walk.close[t]) / 3);
}

static void bars_without_volume_or_number_count_for_nothing(void **state)
{
    (void)state;
    memset(walk.volume, 0, sizeof walk.volume);
    walk.volume[1] = walk.volume[3] = 2;
    walk.high[0] = (double)NAN;
    walk.volume[2] = (double)NAN;
    walk.high[4] = (double)INFINITY;
    vwap_run(&candles, out);
    assert_true(isnan(out[0]) && isnan(out[2]) && isnan(out[4]));
    const double first = (walk.high[1] + walk.low[1] + walk.close[1]) / 3;
    const double second = (walk.high[3] + walk.low[3] + walk.close[3]) / 3;
    assert_true(out[1] == first);
    assert_near(out[3], (first + second) / 2);
    assert_true(out[5] == out[3] && isnan(out[24]));
}

#define TEST(function) cmocka_unit_test_setup(function, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_weighted_average_counts_the_newest_bar_most),
        TEST(the_weighted_average_is_right_at_every_length),
        TEST(the_longest_weighted_average_is_right),
        TEST(a_nan_or_a_huge_value_leaves_with_its_window),
        TEST(flat_prices_have_themselves_as_average),
        TEST(the_price_of_a_session_begins_at_midnight),
        TEST(a_bar_of_a_day_is_a_session),
        TEST(bars_without_volume_or_number_count_for_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
