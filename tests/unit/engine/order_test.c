#include "engine/order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "unit/engine/series.h"
#include "unit/unit.h"

static double values[16 * SERIES_MAX], sorted[16 * SERIES_MAX], room[16 * SERIES_MAX];

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void assert_near(double actual, double expected)
{
    if (!(fabs(actual - expected) <= 1e-9 * fmax(fabs(expected), 1e-300)))
        fail_msg("%.17g should be %.17g", actual, expected);
}

static void assert_tail_as_sorted(size_t count, double fraction)
{
    memcpy(sorted, values, count * sizeof *sorted);
    memcpy(room, values, count * sizeof *room);
    qsort(sorted, count, sizeof *sorted, by_value);
    const double position = fraction * (double)(count - 1);
    const size_t rank = (size_t)position;
    const double next = rank + 1 < count ? sorted[rank + 1] : sorted[rank];
    double sum = 0;
    for (size_t i = 0; i <= rank; i++)
        sum += sorted[i];
    const struct lower_tail tail = order_lower_tail(room, count, count, fraction);
    assert_int_equal(order_rank(count, fraction), rank);
    assert_near(tail.quantile, sorted[rank] + (position - (double)rank) * (next - sorted[rank]));
    assert_near(tail.mean, sum / (double)(rank + 1));
}

static void fill(size_t count, double (*value)(size_t))
{
    for (size_t i = 0; i < count; i++)
        values[i] = value(i);
}

static uint64_t seed = 3;

static double random_value(size_t i)
{
    (void)i;
    return (double)series_random(&seed) / 1e9 - 1;
}

static double tied(size_t i)
{
    return i % 10 ? 0 : -(double)(i % 30);
}

static double constant(size_t i)
{
    (void)i;
    return 0.25;
}

static double rising(size_t i)
{
    return (double)i;
}

static double falling(size_t i)
{
    return -(double)i;
}

static void the_tail_is_that_of_the_sorted_column(void **state)
{
    (void)state;
    double (*const kinds[])(size_t) = {random_value, tied, constant, rising, falling};
    for (size_t k = 0; k < 5; k++) {
        fill(16 * SERIES_MAX, kinds[k]);
        for (size_t count = 1; count < 300; count++)
            assert_tail_as_sorted(count, 0.05);
        assert_tail_as_sorted(16 * SERIES_MAX, 0.05);
        assert_tail_as_sorted(16 * SERIES_MAX, 0);
        assert_tail_as_sorted(16 * SERIES_MAX, 1);
        assert_tail_as_sorted(16 * SERIES_MAX, 0.5);
    }
}

static void the_smallest_values_are_enough_for_the_tail(void **state)
{
    (void)state;
    enum { COUNT = 4000 };
    fill(COUNT, random_value);
    memcpy(room, values, sizeof *values * COUNT);
    const struct lower_tail whole = order_lower_tail(room, COUNT, COUNT, 0.05);
    const size_t taken = order_gather(values, COUNT, whole.quantile + 0.01, room);
    assert_true(taken > order_rank(COUNT, 0.05) + 1 && taken < COUNT / 2);
    const struct lower_tail part = order_lower_tail(room, taken, COUNT, 0.05);
    assert_near(part.quantile, whole.quantile);
    assert_near(part.mean, whole.mean);
}

static void gathering_keeps_what_is_at_the_bound_and_the_order(void **state)
{
    (void)state;
    const double column[] = {3, 1, 2, 5, 2};
    const double expected[] = {1, 2, 2};
    double out[5];
    assert_int_equal(order_gather(column, 5, 2, out), 3);
    assert_memory_equal(out, expected, sizeof expected);
}

static void the_bound_of_an_even_sample_is_a_little_above_the_rank(void **state)
{
    (void)state;
    enum { COUNT = 16 * SERIES_MAX };
    fill(ORDER_SAMPLE, random_value);
    for (size_t i = 0; i < ORDER_SAMPLE; i++)
        room[i] = values[i];
    const double bound = order_bound(room, COUNT, order_rank(COUNT, 0.05));
    size_t below = 0;
    for (size_t i = 0; i < ORDER_SAMPLE; i++)
        below += values[i] <= bound;
    assert_true(below > 51 && below < 102); // 5 % of the sample, and four standard deviations
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tail_is_that_of_the_sorted_column),
        cmocka_unit_test(the_smallest_values_are_enough_for_the_tail),
        cmocka_unit_test(gathering_keeps_what_is_at_the_bound_and_the_order),
        cmocka_unit_test(the_bound_of_an_even_sample_is_a_little_above_the_rank),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
