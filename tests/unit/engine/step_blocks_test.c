// What a block says of its bars against the bars themselves.
#include "engine/step_blocks.h"

#include "unit/engine/series.h"
#include "unit/unit.h"

static double closes[BLOCK_BARS], steps[BLOCK_BARS];

static int set_up(void **state)
{
    (void)state;
    uint64_t seed = 17;
    double close = 250;
    for (size_t i = 0; i < BLOCK_BARS; i++) {
        steps[i] = ((double)(series_random(&seed) % 2001) - 990) / 20000;
        closes[i] = close *= 1 + steps[i];
    }
    return 0;
}

static struct step_block make(double pivot)
{
    struct step_block block;
    step_block_make(closes, steps, pivot, &block);
    return block;
}

static void assert_near(double actual, double expected)
{
    if (!(fabs(actual - expected) <= 1e-13 * fabs(expected))) fail_msg("%.17g, not %.17g", actual, expected);
}

static void a_block_is_its_bars(void **state)
{
    (void)state;
    const double pivot = 0.01;
    const struct step_block block = make(pivot);
    double powers[4] = {0}, downside = 0, low = INFINITY, high = 0, mean = 0, spread = 0;
    for (size_t bar = 0; bar < BLOCK_BARS; bar++) {
        double power = 1;
        for (size_t k = 0; k < 4; k++)
            powers[k] += power *= steps[bar] - pivot;
        downside += steps[bar] < 0 ? steps[bar] * steps[bar] : 0;
        low = fmin(low, closes[bar]);
        high = fmax(high, closes[bar]);
        mean += closes[bar] / BLOCK_BARS;
    }
    for (size_t bar = 0; bar < BLOCK_BARS; bar++)
        spread += pow(closes[bar] / mean - 1, 2);
    for (size_t k = 0; k < 4; k++)
        assert_near(block.powers[k], powers[k]);
    assert_near(block.downside, downside);
    assert_true(block.low == low && block.high == high);
    assert_near(block.mean, mean);
    assert_near(block.spread, spread);
}

static void a_flat_block_has_no_spread(void **state)
{
    (void)state;
    for (size_t i = 0; i < BLOCK_BARS; i++)
        closes[i] = 0.1;
    const struct step_block block = make(0);
    assert_true(block.spread == 0 && block.mean == 0.1 && block.low == 0.1 && block.high == 0.1);
}

// So that its bars are looked at one by one.
static void a_block_whose_spread_is_no_number_is_below_no_peak(void **state)
{
    (void)state;
    const double unlike[][2] = {{1e-200, 1e200}, {5e-324, 1}};
    for (size_t i = 0; i < 2; i++) {
        closes[0] = unlike[i][0];
        closes[1] = unlike[i][1];
        assert_true(isinf(make(0).high));
    }
}

#define TEST(function) cmocka_unit_test_setup(function, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_block_is_its_bars),
        TEST(a_flat_block_has_no_spread),
        TEST(a_block_whose_spread_is_no_number_is_below_no_peak),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
