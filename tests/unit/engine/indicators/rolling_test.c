// Channels, rolling returns and deviations, and the supertrend against their definitions bar by bar, and on
// what walks never do: flat, huge, NaN.
#include "engine/indicators/donchian.h"
#include "engine/indicators/extremes.h"
#include "engine/indicators/roc.h"
#include "engine/indicators/stddev.h"
#include "engine/indicators/stoch.h"
#include "engine/indicators/supertrend.h"
#include "engine/indicators/volatility.h"

#include <string.h>

#include "unit/engine/series.h"
#include "unit/unit.h"

enum { BARS = 3000 };

static struct test_series walk;
static struct candles candles;
static struct window_scratch scratch;
static double out[3][BARS], returns[BARS];

static int set_up(void **state)
{
    (void)state;
    series_walk(&walk, SERIES_MAX, 42);
    candles = series_candles(&walk, BARS);
    memset(out, 0, sizeof out);
    return 0;
}

static void assert_near(double actual, double expected, double tolerance)
{
    if (!(fabs(actual - expected) <= tolerance)) fail_msg("%.17g should be %.17g", actual, expected);
}

static void extremes_are_those_of_each_window_at_every_length(void **state)
{
    (void)state;
    for (size_t length = 1; length < 1400; length += length < 70 ? 1 : 331) {
        const size_t rows = BARS - length + 1;
        extremes_highest(walk.high, rows, length, out[0], &scratch);
        extremes_lowest(walk.high, rows, length, out[1], &scratch);
        for (size_t row = 0; row < rows; row += length < 70 ? 1 : 7) {
            double highest = walk.high[row], lowest = walk.high[row];
            for (size_t k = 1; k < length; k++) {
                highest = fmax(highest, walk.high[row + k]);
                lowest = fmin(lowest, walk.high[row + k]);
            }
            assert_true(out[0][row] == highest && out[1][row] == lowest);
        }
    }
}

static void the_longest_window_has_its_extremes(void **state)
{
    (void)state;
    enum { VALUES = 2 * WINDOW_LENGTH_MAX + 5, ROWS = VALUES - WINDOW_LENGTH_MAX + 1 };
    static double values[VALUES], highest[ROWS], lowest[ROWS];
    for (size_t i = 0; i < VALUES; i++)
        values[i] = (double)i;
    extremes_highest(values, ROWS, WINDOW_LENGTH_MAX, highest, &scratch);
    extremes_lowest(values, ROWS, WINDOW_LENGTH_MAX, lowest, &scratch);
    for (size_t i = 0; i < ROWS; i++)
        assert_true(lowest[i] == (double)i && highest[i] == (double)(i + WINDOW_LENGTH_MAX - 1));
}

static void a_nan_is_in_every_window_that_holds_it_and_in_no_other(void **state)
{
    (void)state;
    for (size_t length = 1; length < 40; length++) {
        walk.high[100] = (double)NAN;
        extremes_highest(walk.high, 300, length, out[0], &scratch);
        extremes_lowest(walk.high, 300, length, out[1], &scratch);
        for (size_t row = 0; row < 300; row++) {
            const bool holds_it = row <= 100 && row + length > 100;
            assert_int_equal(isnan(out[0][row]), holds_it);
            assert_int_equal(isnan(out[1][row]), holds_it);
        }
    }
}

static void the_donchian_channel_is_that_of_highs_and_lows(void **state)
{
    (void)state;
    const struct donchian_columns columns = {.upper = out[0], .middle = out[1], .lower = out[2]};
    donchian_run(&candles, 20, columns, &scratch);
    for (size_t t = 0; t < BARS; t++) {
        double highest = walk.high[t], lowest = walk.low[t];
        for (size_t k = 1; k < 20 && t >= 19; k++) {
            highest = fmax(highest, walk.high[t - k]);
            lowest = fmin(lowest, walk.low[t - k]);
        }
        assert_int_equal(isnan(out[0][t]) && isnan(out[1][t]) && isnan(out[2][t]), t < 19);
        if (t < 19) continue;
        assert_true(out[0][t] == highest && out[2][t] == lowest);
        assert_near(out[1][t], (highest + lowest) / 2, 1e-12);
    }
}

static double plain_place(size_t t, size_t length)
{
    double highest = walk.high[t], lowest = walk.low[t];
    for (size_t k = 1; k < length; k++) {
        highest = fmax(highest, walk.high[t - k]);
        lowest = fmin(lowest, walk.low[t - k]);
    }
    return 100 * (walk.close[t] - lowest) / (highest - lowest);
}

static double plain_mean(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum / (double)count;
}

static void run_stoch(struct stoch_lengths lengths)
{
    stoch_run(&candles, lengths, (struct stoch_columns){.k = out[0], .d = out[1]}, out[2], &scratch);
}

static void the_stochastic_is_the_place_of_the_close_between_the_extremes(void **state)
{
    (void)state;
    const struct stoch_lengths cases[] = {{14, 3, 3}, {14, 1, 3}, {5, 3, 1}, {1, 1, 1}, {700, 40, 9}};
    double places[BARS];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct stoch_lengths lengths = cases[i];
        const size_t first_k = lengths.range + lengths.smoothing - 2, first_d = first_k + lengths.signal - 1;
        for (size_t t = lengths.range - 1; t < BARS; t++)
            places[t] = plain_place(t, lengths.range);
        run_stoch(lengths);
        for (size_t t = 0; t < BARS; t++) {
            assert_int_equal(isnan(out[0][t]), t < first_k);
            assert_int_equal(isnan(out[1][t]), t < first_d);
            if (t >= first_k)
                assert_near(out[0][t], plain_mean(places + t + 1 - lengths.smoothing, lengths.smoothing),
                            1e-9);
            if (t >= first_d)
                assert_near(out[1][t], plain_mean(out[0] + t + 1 - lengths.signal, lengths.signal), 1e-9);
        }
    }
}

static void a_nan_in_any_price_leaves_the_stochastic_with_its_windows(void **state)
{
    (void)state;
    static double expected[BARS];
    run_stoch((struct stoch_lengths){14, 3, 3});
    memcpy(expected, out[1], sizeof expected);
    double *const prices[] = {walk.high, walk.low, walk.close};
    for (size_t i = 0; i < 3; i++) {
        const double kept = prices[i][100];
        prices[i][100] = (double)NAN;
        run_stoch((struct stoch_lengths){14, 3, 3});
        prices[i][100] = kept;
        const size_t end = 100 + 5 + (i == 2 ? 0 : 13);
        assert_memory_equal(out[1], expected, 100 * sizeof(double));
        assert_memory_equal(out[1] + end, expected + end, (BARS - end) * sizeof(double));
        for (size_t t = 100; t < end; t++)
            assert_true(isnan(out[1][t]));
    }
}

static void where_a_flat_market_has_no_close_the_stochastic_has_no_value(void **state)
{
    (void)state;
    for (size_t t = 0; t < BARS; t++)
        walk.high[t] = walk.low[t] = walk.close[t] = 7;
    walk.close[100] = (double)NAN;
    run_stoch((struct stoch_lengths){14, 1, 1});
    assert_true(out[0][99] == 50 && isnan(out[0][100]) && out[0][101] == 50);
}

static void roundings_of_a_market_that_stands_still_are_no_range_of_the_stochastic(void **state)
{
    (void)state;
    series_still(&walk, BARS, 3);
    run_stoch((struct stoch_lengths){14, 1, 1});
    for (size_t t = 13; t < BARS; t++)
        assert_true(out[0][t] == 50);
}

static void the_rate_of_change_is_the_rolling_return(void **state)
{
    (void)state;
    roc_run(walk.close, BARS, 10, out[0]);
    for (size_t t = 0; t < BARS; t++) {
        assert_int_equal(isnan(out[0][t]), t < 10);
        if (t >= 10) assert_near(out[0][t], 100 * (walk.close[t] / walk.close[t - 10] - 1), 1e-11);
    }
}

static void a_return_on_nothing_is_not_defined(void **state)
{
    (void)state;
    const double values[] = {0, 1, 2, 0, 0};
    roc_run(values, 5, 1, out[0]);
    assert_true(isnan(out[0][0]) && isnan(out[0][1]) && isnan(out[0][4]));
    assert_true(out[0][2] == 100 && out[0][3] == -100);
}

static double plain_deviation(const double *values, size_t count, size_t ddof)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    for (size_t i = 0; i < count; i++)
        squares += (values[i] - sum / (double)count) * (values[i] - sum / (double)count);
    return sqrt(squares / (double)(count - ddof));
}

static void the_standard_deviation_is_that_of_the_population(void **state)
{
    (void)state;
    stddev_run(walk.close, BARS, 20, out[0], &scratch);
    for (size_t t = 0; t < BARS; t++) {
        assert_int_equal(isnan(out[0][t]), t < 19);
        if (t >= 19) assert_near(out[0][t], plain_deviation(walk.close + t - 19, 20, 0), 1e-11);
    }
}

static void the_volatility_is_that_of_a_sample_of_returns_in_percent(void **state)
{
    (void)state;
    double step[BARS];
    for (size_t t = 1; t < BARS; t++)
        step[t] = 100 * (walk.close[t] / walk.close[t - 1] - 1);
    for (size_t length = 2; length < 800; length += length < 5 ? 1 : 131) {
        volatility_run(walk.close, BARS, length, out[0], returns, &scratch);
        for (size_t t = 0; t < BARS; t++) {
            assert_int_equal(isnan(out[0][t]), t < length);
            if (t >= length) assert_near(out[0][t], plain_deviation(step + t - length + 1, length, 1), 1e-11);
        }
    }
}

static void the_supertrend_follows_its_rules_bar_by_bar(void **state)
{
    (void)state;
    enum { N = 10 };
    const struct supertrend_columns columns = {.line = out[0], .direction = out[1]};
    double range = 0, upper = 0, lower = 0;
    bool is_up = false;
    supertrend_run(&candles, N, 3, columns);
    for (size_t t = 0; t < BARS; t++) {
        assert_int_equal(isnan(out[0][t]) && isnan(out[1][t]), t < N);
        if (t == 0) continue;
        const double before = walk.close[t - 1], middle = (walk.high[t] + walk.low[t]) / 2;
        const double now = fmax(walk.high[t], before) - fmin(walk.low[t], before);
        range = t <= N ? range + now / N : range + (now - range) / N;
        if (t < N) continue;
        if (t == N || middle + 3 * range < upper || before > upper) upper = middle + 3 * range;
        if (t == N || middle - 3 * range > lower || before < lower) lower = middle - 3 * range;
        is_up = is_up ? walk.close[t] >= lower : walk.close[t] > upper;
        assert_true(out[1][t] == (is_up ? 1 : -1));
        assert_near(out[0][t], is_up ? lower : upper, 1e-9);
    }
}

static void the_supertrend_begins_afresh_behind_a_nan(void **state)
{
    (void)state;
    static double line[BARS], direction[BARS];
    const struct supertrend_columns columns = {.line = out[0], .direction = out[1]};
    walk.high[100] = (double)NAN;
    supertrend_run(&candles, 10, 3, columns);
    const struct candles rest = candles_slice(&candles, 100, BARS);
    const struct supertrend_columns fresh = {.line = line, .direction = direction};
    supertrend_run(&rest, 10, 3, fresh);
    assert_memory_equal(out[0] + 101, line + 1, (BARS - 101) * sizeof(double));
    assert_memory_equal(out[1] + 101, direction + 1, (BARS - 101) * sizeof(double));
    assert_true(isnan(out[0][100]) && isnan(out[1][109]) && out[0][99] > 0 && out[0][110] > 0);
}

static void on_a_flat_series_nothing_moves(void **state)
{
    (void)state;
    static struct test_series flat;
    const double prices[] = {0.1, 7e-9, 123456.789, 1e300, 1.7e308};
    for (size_t i = 0; i < 5; i++) {
        for (size_t t = 0; t < BARS; t++)
            flat.high[t] = flat.low[t] = flat.close[t] = prices[i];
        const struct candles input = series_candles(&flat, BARS);
        donchian_run(&input, 20, (struct donchian_columns){out[0], out[1], out[2]}, &scratch);
        for (size_t t = 19; t < BARS; t++)
            assert_true(out[0][t] == prices[i] && out[1][t] == prices[i] && out[2][t] == prices[i]);
        supertrend_run(&input, 10, 3, (struct supertrend_columns){out[0], out[1]});
        for (size_t t = 10; t < BARS; t++)
            assert_true(out[0][t] == prices[i] && out[1][t] == -1);
        stoch_run(&input, (struct stoch_lengths){14, 3, 3}, (struct stoch_columns){out[0], out[1]}, out[2],
                  &scratch);
        for (size_t t = 17; t < BARS; t++)
            assert_true(out[0][t] == 50 && out[1][t] == 50);
        roc_run(flat.close, BARS, 10, out[0]);
        stddev_run(flat.close, BARS, 20, out[1], &scratch);
        volatility_run(flat.close, BARS, 30, out[2], returns, &scratch);
        for (size_t t = 30; t < BARS; t++)
            assert_true(out[0][t] == 0 && out[1][t] == 0 && out[2][t] == 0);
    }
}

static void a_huge_value_leaves_no_trace_behind_its_window(void **state)
{
    (void)state;
    static double expected[BARS];
    volatility_run(walk.close, BARS, 20, expected, returns, &scratch);
    walk.close[100] = 1e150;
    volatility_run(walk.close, BARS, 20, out[0], returns, &scratch);
    assert_memory_equal(out[0], expected, 100 * sizeof(double));
    assert_memory_equal(out[0] + 121, expected + 121, (BARS - 121) * sizeof(double));
}

#define TEST(function) cmocka_unit_test_setup(function, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(extremes_are_those_of_each_window_at_every_length),
        TEST(the_longest_window_has_its_extremes),
        TEST(a_nan_is_in_every_window_that_holds_it_and_in_no_other),
        TEST(the_donchian_channel_is_that_of_highs_and_lows),
        TEST(the_stochastic_is_the_place_of_the_close_between_the_extremes),
        TEST(a_nan_in_any_price_leaves_the_stochastic_with_its_windows),
        TEST(where_a_flat_market_has_no_close_the_stochastic_has_no_value),
        TEST(roundings_of_a_market_that_stands_still_are_no_range_of_the_stochastic),
        TEST(the_rate_of_change_is_the_rolling_return),
        TEST(a_return_on_nothing_is_not_defined),
        TEST(the_standard_deviation_is_that_of_the_population),
        TEST(the_volatility_is_that_of_a_sample_of_returns_in_percent),
        TEST(the_supertrend_follows_its_rules_bar_by_bar),
        TEST(the_supertrend_begins_afresh_behind_a_nan),
        TEST(on_a_flat_series_nothing_moves),
        TEST(a_huge_value_leaves_no_trace_behind_its_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
