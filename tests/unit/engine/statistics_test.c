#include "engine/statistics.h"

#include "engine/order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "unit/engine/series.h"
#include "unit/unit.h"

static double values[SERIES_MAX], other[SERIES_MAX];

static void assert_near(double actual, double expected, double tolerance)
{
    if (!(fabs(actual - expected) <= tolerance * fmax(fabs(expected), 1e-300)))
        fail_msg("%.17g should be %.17g", actual, expected);
}

static void returns_are_steps_relative_to_the_value_before(void **state)
{
    (void)state;
    const double curve[] = {100, 110, 99, 99};
    double steps[3];
    const struct returns returns = statistics_returns(curve, curve, 4, steps);
    assert_near(steps[0], 0.1, 1e-15);
    assert_near(steps[1], -0.1, 1e-15);
    assert_true(steps[2] == 0);
    assert_int_equal(returns.count, 3);
    assert_true(fabs(returns.mean - (steps[0] + steps[1]) / 3) < 1e-16);
}

static void nothing_is_returned_on_nothing(void **state)
{
    (void)state;
    const double curve[] = {100, 0, 50, -50, -20, -20, -20, -20, -20, -20, -20, -20};
    double steps[11];
    statistics_returns(curve, curve, 12, steps);
    assert_true(steps[0] == -1);
    assert_true(steps[1] == 0);
    assert_true(steps[2] == -2);
    for (size_t i = 3; i < 11; i++)
        assert_true(steps[i] == 0);
    assert_true(isnan(statistics_returns(curve, curve, 1, steps).mean));
}

// Two curves that wander by up to a fifth a step.
static void make_curves(size_t count, uint64_t *seed)
{
    values[0] = other[0] = 100;
    for (size_t i = 1; i < count; i++) {
        values[i] = values[i - 1] * (1 + ((double)(series_random(seed) % 1000) - 500) / 2500);
        other[i] = other[i - 1] * (1 + ((double)(series_random(seed) % 1000) - 450) / 2500);
    }
}

static void assert_close(double actual, double expected, double scale)
{
    if (!(fabs(actual - expected) <= 1e-12 * scale)) fail_msg("%.17g should be %.17g", actual, expected);
}

static void sums_are_those_of_plain_deviations_for_every_count(void **state)
{
    (void)state;
    static double steps[SERIES_MAX], other_steps[SERIES_MAX], unused[SERIES_MAX];
    uint64_t seed = 9;
    for (size_t count = 2; count < 90; count++) {
        make_curves(count, &seed);
        const struct returns returns = statistics_returns(values, other, count, steps);
        const size_t n = count - 1;
        statistics_returns(other, values, count, other_steps);
        double mean = 0, other_mean = 0;
        for (size_t i = 0; i < n; i++)
            mean += steps[i] / (double)n, other_mean += other_steps[i] / (double)n;
        struct returns plain = {0};
        for (size_t i = 0; i < n; i++) {
            const double x = steps[i] - mean, y = other_steps[i] - other_mean;
            plain.second += x * x;
            plain.third += x * x * x;
            plain.fourth += x * x * x * x;
            plain.downside += steps[i] < 0 ? steps[i] * steps[i] : 0;
            plain.other_second += y * y;
            plain.shared += x * y;
        }
        assert_close(returns.mean, mean, 1);
        assert_close(returns.other_mean, other_mean, 1);
        assert_close(returns.second, plain.second, 1);
        assert_close(returns.third, plain.third, 1);
        assert_close(returns.fourth, plain.fourth, 1);
        assert_close(returns.downside, plain.downside, 1);
        assert_close(returns.other_second, plain.other_second, 1);
        assert_close(returns.shared, plain.shared, 1);
        assert_close(statistics_returns(other, values, count, unused).second, plain.other_second, 1);
    }
}

// Steps of one third, up and down by a billionth: the spread is nine digits below the mean.
static void a_small_spread_around_a_large_step_is_right(void **state)
{
    (void)state;
    enum { COUNT = 201 };
    static double steps[COUNT];
    values[0] = 1;
    for (size_t i = 1; i < COUNT; i++)
        values[i] = values[i - 1] * (4 / 3.0 + (i % 2 ? 1e-9 : -1e-9));
    const struct returns returns = statistics_returns(values, values, COUNT, steps);
    assert_near(returns.second, 200e-18, 1e-5);
    assert_near(returns.mean, 1 / 3.0, 1e-12);
}

static void a_flat_curve_has_no_spread_at_all(void **state)
{
    (void)state;
    static double steps[100];
    for (size_t i = 0; i < 100; i++)
        values[i] = 0.1;
    const struct returns returns = statistics_returns(values, values, 100, steps);
    assert_true(returns.mean == 0 && returns.second == 0 && returns.other_second == 0 && returns.shared == 0);
}

static void a_curve_that_only_rises_has_no_drawdown(void **state)
{
    (void)state;
    for (size_t i = 0; i < 100; i++)
        values[i] = 1 + (double)(i / 3);
    const struct drawdowns drawdowns = statistics_drawdowns(values, 100);
    assert_true(drawdowns.deepest == 0);
    assert_int_equal(drawdowns.longest_bars, 0);
    assert_int_equal(drawdowns.stretch_count, 0);
}

// Peaks 10 (two bars below it), 20 (one bar), 20 again: back at the peak is out of the water.
static void a_drawdown_ends_where_its_peak_is_reached(void **state)
{
    (void)state;
    const double curve[] = {10, 9, 5, 10, 20, 15, 20, 19, 19.5, 19};
    const struct drawdowns drawdowns = statistics_drawdowns(curve, 10);
    assert_true(drawdowns.deepest == -0.5);
    assert_int_equal(drawdowns.longest_bars, 3);
    assert_int_equal(drawdowns.stretch_count, 3);
    assert_near(drawdowns.depth_sum, -0.5 - 0.25 - 0.05, 1e-12);
    assert_near(drawdowns.square_sum, 0.01 + 0.25 + 0.0625 + 0.0025 + 0.000625 + 0.0025, 1e-9);
}

static void drawdowns_are_the_plain_ones_on_a_walk(void **state)
{
    (void)state;
    static struct test_series walk;
    series_walk(&walk, SERIES_MAX, 8);
    double peak = 0, deepest = 0, squares = 0;
    size_t longest = 0, below = 0;
    for (size_t i = 0; i < SERIES_MAX; i++) {
        peak = fmax(peak, walk.close[i]);
        const double depth = walk.close[i] / peak - 1;
        deepest = fmin(deepest, depth);
        squares += depth * depth;
        below = depth < 0 ? below + 1 : 0;
        longest = below > longest ? below : longest;
    }
    const struct drawdowns drawdowns = statistics_drawdowns(walk.close, SERIES_MAX);
    assert_true(drawdowns.deepest == deepest);
    assert_int_equal(drawdowns.longest_bars, longest);
    assert_near(drawdowns.square_sum, squares, 1e-10);
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void assert_tail_as_sorted(size_t count, double fraction)
{
    static double sorted[16 * SERIES_MAX], room[16 * SERIES_MAX];
    static double column[16 * SERIES_MAX];
    for (size_t i = 0; i < count; i++)
        column[i] = values[i % SERIES_MAX] + (double)(i / SERIES_MAX) * 1e-3;
    memcpy(sorted, column, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_value);
    const double position = fraction * (double)(count - 1);
    const size_t rank = (size_t)position;
    const double next = rank + 1 < count ? sorted[rank + 1] : sorted[rank];
    double sum = 0;
    for (size_t i = 0; i <= rank; i++)
        sum += sorted[i];
    const struct lower_tail tail = order_lower_tail(column, count, fraction, room);
    assert_near(tail.quantile, sorted[rank] + (position - (double)rank) * (next - sorted[rank]), 1e-12);
    assert_near(tail.mean, sum / (double)(rank + 1), 1e-9);
}

static void the_tail_is_that_of_the_sorted_column(void **state)
{
    (void)state;
    uint64_t seed = 3;
    for (size_t i = 0; i < SERIES_MAX; i++)
        values[i] = (double)series_random(&seed) / 1e9 - 1;
    for (size_t count = 1; count < 300; count++)
        assert_tail_as_sorted(count, 0.05);
    assert_tail_as_sorted(16 * SERIES_MAX, 0.05);
    assert_tail_as_sorted(16 * SERIES_MAX, 0);
    assert_tail_as_sorted(16 * SERIES_MAX, 1);
    assert_tail_as_sorted(8191, 0.5);
    assert_tail_as_sorted(8192, 0.5);
}

static void the_tail_of_a_column_with_ties_or_in_order_is_right(void **state)
{
    (void)state;
    for (size_t i = 0; i < SERIES_MAX; i++)
        values[i] = i % 10 ? 0 : -(double)(i % 30);
    assert_tail_as_sorted(16 * SERIES_MAX, 0.05);
    for (size_t i = 0; i < SERIES_MAX; i++)
        values[i] = 0;
    assert_tail_as_sorted(SERIES_MAX, 0.05);
    for (size_t i = 0; i < SERIES_MAX; i++)
        values[i] = (double)i;
    assert_tail_as_sorted(16 * SERIES_MAX, 0.05);
    for (size_t i = 0; i < SERIES_MAX; i++)
        values[i] = -(double)i;
    assert_tail_as_sorted(16 * SERIES_MAX, 0.05);
}

// A period as long as the sample's stride shows the sample one value out of many: the guess is bad, the
// answer not.
static void a_sample_that_misleads_does_not_change_the_tail(void **state)
{
    (void)state;
    enum { COUNT = 16 * SERIES_MAX };
    const size_t stride = COUNT / 1024;
    for (size_t i = 0; i < SERIES_MAX; i++)
        values[i] = i % stride == 0 ? -5 : (double)(i % stride);
    assert_tail_as_sorted(COUNT, 0.05);
    for (size_t i = 0; i < SERIES_MAX; i++)
        values[i] = i % stride == 0 ? 5 : -(double)(i % stride);
    assert_tail_as_sorted(COUNT, 0.05);
}

static void power_is_that_of_the_library(void **state)
{
    (void)state;
    uint64_t seed = 17;
    for (int i = 0; i < 20000; i++) {
        const double base = exp(((double)(series_random(&seed) % 20001) - 10000) / 500);
        const double exponent = ((double)(series_random(&seed) % 20001) - 10000) / 1000;
        const double expected = pow(base, exponent);
        if (expected > 1e-100 && expected < 1e100)
            assert_near(statistics_power(base, exponent), expected, 1e-13);
    }
    assert_true(statistics_power(1, 123) == 1);
    assert_true(statistics_power(7, 0) == 1);
    assert_true(isinf(statistics_power(10, 1000)));
    assert_true(statistics_power(0.1, 1000) == 0);
    assert_near(statistics_power(2, 0.5), sqrt(2), 1e-15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(returns_are_steps_relative_to_the_value_before),
        cmocka_unit_test(nothing_is_returned_on_nothing),
        cmocka_unit_test(sums_are_those_of_plain_deviations_for_every_count),
        cmocka_unit_test(a_small_spread_around_a_large_step_is_right),
        cmocka_unit_test(a_flat_curve_has_no_spread_at_all),
        cmocka_unit_test(a_curve_that_only_rises_has_no_drawdown),
        cmocka_unit_test(a_drawdown_ends_where_its_peak_is_reached),
        cmocka_unit_test(drawdowns_are_the_plain_ones_on_a_walk),
        cmocka_unit_test(the_tail_is_that_of_the_sorted_column),
        cmocka_unit_test(the_tail_of_a_column_with_ties_or_in_order_is_right),
        cmocka_unit_test(a_sample_that_misleads_does_not_change_the_tail),
        cmocka_unit_test(power_is_that_of_the_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
