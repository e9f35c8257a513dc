#include "unit/engine/strategies/signals.h"

static void defaults_are_12_26_and_9(void **state)
{
    (void)state;
    assert_defaults("macd_cross", 3, (const double[]){12, 26, 9}, 34);
}

static void fast_must_be_below_slow(void **state)
{
    (void)state;
    assert_refused("macd_cross", (const double[]){26, 26, 9}, "/params/fast");
    assert_refused("macd_cross", (const double[]){12, 26, 1}, "/params/signal");
}

// EMA(1) is the close, EMA(3) takes in a half; MACD from bar 2 on is -1, -1, 0.5, 1.25, -0.375, and its
// signal (a mean of two, then two thirds) from bar 3 on -1, 0, 0.8333, 0.0278.
static void it_buys_at_the_cross_and_sells_at_the_cross_back(void **state)
{
    (void)state;
    const double closes[] = {10, 9, 8, 7, 9, 11, 9};
    uint8_t signals[7];
    run_closes("macd_cross", closes, 7, (const double[]){1, 3, 2}, signals);
    assert_signals(signals, (const uint8_t[]){H, H, H, H, L, H, S}, 7);
}

// A fall that quickens puts the line below its signal from the first value on: that is no cross.
static void a_line_that_begins_below_its_signal_has_not_crossed_it(void **state)
{
    (void)state;
    double closes[40];
    uint8_t signals[40];
    for (size_t i = 0; i < 40; i++)
        closes[i] = 5000 - (double)(i * i);
    run_closes("macd_cross", closes, 40, (const double[]){3, 6, 4}, signals);
    for (size_t i = 0; i < 40; i++)
        assert_int_equal(signals[i], H);
}

// The same step at every bar makes a line that does not move, and a signal that comes to rest on it: what is
// left between the two is rounding.
static void a_steady_trend_has_no_crosses(void **state)
{
    (void)state;
    enum { BARS = 4000 };
    static double closes[BARS];
    static uint8_t signals[BARS];
    for (int step = 1; step < 40; step++) {
        for (size_t i = 0; i < BARS; i++)
            closes[i] = 100 + 0.01 * step * (double)i;
        run_closes("macd_cross", closes, BARS, (const double[]){12, 26, 9}, signals);
        for (size_t i = 0; i < BARS; i++)
            assert_int_equal(signals[i], H);
    }
}

// An average of length n begins with the mean of its first values.
static double plain_average(const double *values, size_t from, size_t t, size_t n)
{
    double average = 0;
    for (size_t i = 0; i < n; i++)
        average += values[from + i] / (double)n;
    for (size_t i = from + n; i <= t; i++)
        average += 2.0 / ((double)n + 1) * (values[i] - average);
    return average;
}

static void signals_are_the_crosses_of_the_lines_bar_by_bar(void **state)
{
    (void)state;
    enum { BARS = 700, FAST = 4, SLOW = 9, SIGNAL = 5 };
    static struct test_series walk;
    static uint8_t signals[BARS];
    double line[BARS] = {0};
    size_t seen[4] = {0};
    bool was_above = false;
    series_walk(&walk, BARS, 6);
    run_closes("macd_cross", walk.close, BARS, (const double[]){FAST, SLOW, SIGNAL}, signals);
    for (size_t t = SLOW - 1; t < BARS; t++)
        line[t] = plain_average(walk.close, 0, t, FAST) - plain_average(walk.close, 0, t, SLOW);
    for (size_t t = SLOW + SIGNAL - 2; t < BARS; t++) {
        const bool is_above = line[t] > plain_average(line, SLOW - 1, t, SIGNAL);
        const bool is_first = t == SLOW + SIGNAL - 2;
        const uint8_t expected = is_first || is_above == was_above ? H : is_above ? L : S;
        if (signals[t] != expected) fail_msg("bar %zu says %d, not %d", t, signals[t], expected);
        seen[signals[t]]++;
        was_above = is_above;
    }
    assert_true(seen[L] > 30 && seen[S] > 30);
}

static void roundings_of_a_market_that_stands_still_are_no_signal(void **state)
{
    (void)state;
    assert_still("macd_cross", (const double[]){12, 26, 9});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_12_26_and_9),
        cmocka_unit_test(fast_must_be_below_slow),
        cmocka_unit_test(it_buys_at_the_cross_and_sells_at_the_cross_back),
        cmocka_unit_test(a_line_that_begins_below_its_signal_has_not_crossed_it),
        cmocka_unit_test(a_steady_trend_has_no_crosses),
        cmocka_unit_test(signals_are_the_crosses_of_the_lines_bar_by_bar),
        cmocka_unit_test(roundings_of_a_market_that_stands_still_are_no_signal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
