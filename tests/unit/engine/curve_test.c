// The figures of a curve against plain loops, and where they are easily got wrong.
#include "engine/curve.h"

#include <math.h>

#include "unit/engine/series.h"
#include "unit/unit.h"

static double values[SERIES_MAX], other[SERIES_MAX];

static struct curve_figures measure(const double *curve, const double *beside, size_t count)
{
    static double scratch[SERIES_MAX];
    return curve_measure(curve, beside, count, 0.05, scratch);
}

static void assert_close(double actual, double expected)
{
    if (!(fabs(actual - expected) <= 1e-12)) fail_msg("%.17g should be %.17g", actual, expected);
}

static void steps_are_relative_to_the_value_before(void **state)
{
    (void)state;
    const double curve[] = {100, 110, 99, 99};
    const struct curve_figures figures = measure(curve, curve, 4);
    assert_int_equal(figures.steps.count, 3);
    assert_close(figures.steps.mean, 0);
    assert_close(figures.steps.second, 0.02);
    assert_close(figures.steps.downside, 0.01);
    assert_close(figures.tail.mean, -0.1);
}

// 100 → 0 is -1, 50 → -50 is -2; from nothing and from below nothing there is no step.
static void nothing_is_returned_on_nothing(void **state)
{
    (void)state;
    const double curve[] = {100, 0, 50, -50, -20, -20, -20, -20, -20, -20, -20, -20};
    const struct curve_figures figures = measure(curve, curve, 12);
    assert_close(figures.steps.mean, -3 / 11.0);
    assert_close(figures.steps.downside, 5);
}

static void one_value_has_no_steps(void **state)
{
    (void)state;
    const double curve[] = {100};
    const struct curve_figures figures = measure(curve, curve, 1);
    assert_int_equal(figures.steps.count, 0);
    assert_true(isnan(figures.steps.mean) && isnan(figures.tail.quantile) && isnan(figures.tail.mean));
    assert_true(figures.drawdowns.deepest == 0);
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

static struct curve_steps plain_steps(size_t count)
{
    struct curve_steps plain = {.count = count - 1};
    const double n = (double)plain.count;
    for (size_t i = 1; i < count; i++) {
        plain.mean += (values[i] / values[i - 1] - 1) / n;
        plain.other_mean += (other[i] / other[i - 1] - 1) / n;
    }
    for (size_t i = 1; i < count; i++) {
        const double step = values[i] / values[i - 1] - 1;
        const double x = step - plain.mean;
        const double y = other[i] / other[i - 1] - 1 - plain.other_mean;
        plain.second += x * x;
        plain.third += x * x * x;
        plain.fourth += x * x * x * x;
        plain.downside += step < 0 ? step * step : 0;
        plain.other_second += y * y;
        plain.shared += x * y;
    }
    return plain;
}

static void sums_are_those_of_plain_loops_for_every_count(void **state)
{
    (void)state;
    uint64_t seed = 9;
    for (size_t count = 2; count < 2100; count += count < 90 ? 1 : 61) {
        make_curves(count, &seed);
        const struct curve_steps plain = plain_steps(count);
        const struct curve_steps steps = measure(values, other, count).steps;
        assert_int_equal(steps.count, plain.count);
        assert_close(steps.mean, plain.mean);
        assert_close(steps.second, plain.second);
        assert_close(steps.third, plain.third);
        assert_close(steps.fourth, plain.fourth);
        assert_close(steps.downside, plain.downside);
        assert_close(steps.other_mean, plain.other_mean);
        assert_close(steps.other_second, plain.other_second);
        assert_close(steps.shared, plain.shared);
    }
}

// Steps of one third, up and down by a billionth: the spread is nine digits below the mean.
static void a_small_spread_around_a_large_step_is_right(void **state)
{
    (void)state;
    enum { COUNT = 201 };
    values[0] = 1;
    for (size_t i = 1; i < COUNT; i++)
        values[i] = values[i - 1] * (4 / 3.0 + (i % 2 ? 1e-9 : -1e-9));
    const struct curve_steps steps = measure(values, values, COUNT).steps;
    assert_true(fabs(steps.second - 200e-18) < 1e-5 * 200e-18);
    assert_close(steps.mean, 1 / 3.0);
}

static void a_flat_curve_has_no_spread_at_all(void **state)
{
    (void)state;
    for (size_t i = 0; i < 100; i++)
        values[i] = 0.1;
    const struct curve_steps steps = measure(values, values, 100).steps;
    assert_true(steps.mean == 0 && steps.second == 0 && steps.other_second == 0 && steps.shared == 0);
}

static void a_curve_that_only_rises_has_no_drawdown(void **state)
{
    (void)state;
    for (size_t i = 0; i < 100; i++)
        values[i] = 1 + floor((double)i / 3);
    const struct curve_drawdowns drawdowns = measure(values, values, 100).drawdowns;
    assert_true(drawdowns.deepest == 0);
    assert_int_equal(drawdowns.longest_bars, 0);
    assert_int_equal(drawdowns.stretch_count, 0);
}

// Peaks 10 (two bars below it), 20 (one bar), 20 again: back at the peak is out of the water.
static void a_drawdown_ends_where_its_peak_is_reached(void **state)
{
    (void)state;
    const double curve[] = {10, 9, 5, 10, 20, 15, 20, 19, 19.5, 19};
    const struct curve_drawdowns drawdowns = measure(curve, curve, 10).drawdowns;
    assert_true(drawdowns.deepest == -0.5);
    assert_int_equal(drawdowns.longest_bars, 3);
    assert_int_equal(drawdowns.stretch_count, 3);
    assert_close(drawdowns.depth_sum, -0.5 - 0.25 - 0.05);
    assert_close(drawdowns.square_sum, 0.01 + 0.25 + 0.0625 + 0.0025 + 0.000625 + 0.0025);
}

static void drawdowns_are_those_of_a_plain_loop(void **state)
{
    (void)state;
    uint64_t seed = 4;
    for (size_t count = 1; count < SERIES_MAX; count += 1 + count / 9) {
        make_curves(count, &seed);
        double peak = 0, deepest = 0, squares = 0;
        size_t longest = 0, below = 0, stretches = 0;
        for (size_t i = 0; i < count; i++) {
            peak = fmax(peak, values[i]);
            const double depth = values[i] / peak - 1;
            deepest = fmin(deepest, depth);
            squares += depth * depth;
            stretches += depth < 0 && below == 0;
            below = depth < 0 ? below + 1 : 0;
            longest = below > longest ? below : longest;
        }
        const struct curve_drawdowns drawdowns = measure(values, values, count).drawdowns;
        assert_true(drawdowns.deepest == deepest);
        assert_int_equal(drawdowns.longest_bars, longest);
        assert_int_equal(drawdowns.stretch_count, stretches);
        assert_true(fabs(drawdowns.square_sum - squares) <= 1e-10 * squares);
    }
}

// Long enough for the tail to be judged by a sample. With a period of the sample's stride the sample sees one
// kind of step alone: once the rare good ones, so that the bound lets too little through, once the rare bad
// ones.
static void the_tail_is_that_of_the_steps_in_order_whatever_the_sample_shows(void **state)
{
    (void)state;
    enum { COUNT = 16 * ORDER_SAMPLE + 1, PERIOD = 16 };
    static double curve[COUNT], scratch[COUNT];
    const double rare[] = {1.5, 0.5};
    for (size_t i = 0; i < 2; i++) {
        curve[0] = 1;
        for (size_t k = 1; k < COUNT; k++) {
            const double growth = k % PERIOD == 1 ? rare[i] : 1 + 0.001 * (double)(k % PERIOD) - 0.008;
            curve[k] = curve[k - 1] * growth;
            if (curve[k] > 1e100 || curve[k] < 1e-100)
                curve[k] = 1; // some steps of their own kind, all of them tails
        }
        const struct curve_figures figures = curve_measure(curve, curve, COUNT, 0.05, scratch);
        static double steps[COUNT];
        for (size_t k = 1; k < COUNT; k++)
            steps[k - 1] = curve[k] / curve[k - 1] - 1;
        const struct lower_tail expected = order_lower_tail(steps, COUNT - 1, COUNT - 1, 0.05);
        assert_close(figures.tail.quantile, expected.quantile);
        assert_close(figures.tail.mean, expected.mean);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_relative_to_the_value_before),
        cmocka_unit_test(nothing_is_returned_on_nothing),
        cmocka_unit_test(one_value_has_no_steps),
        cmocka_unit_test(sums_are_those_of_plain_loops_for_every_count),
        cmocka_unit_test(a_small_spread_around_a_large_step_is_right),
        cmocka_unit_test(a_flat_curve_has_no_spread_at_all),
        cmocka_unit_test(a_curve_that_only_rises_has_no_drawdown),
        cmocka_unit_test(a_drawdown_ends_where_its_peak_is_reached),
        cmocka_unit_test(drawdowns_are_those_of_a_plain_loop),
        cmocka_unit_test(the_tail_is_that_of_the_steps_in_order_whatever_the_sample_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
