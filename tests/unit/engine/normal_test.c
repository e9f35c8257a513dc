// The normal distribution and what the deflated Sharpe ratio makes of it, against tabulated values.
#include "engine/normal.h"

#include "engine/deflated_sharpe.h"
#include "unit/unit.h"

#include <math.h>

static void assert_near(double value, double wanted, double tolerance)
{
    if (!(fabs(value - wanted) <= tolerance)) fail_msg("%.17g is not %.17g", value, wanted);
}

static void the_distribution_has_its_known_values(void **state)
{
    (void)state;
    // Abramowitz and Stegun, table 26.1, and erfc of the arguments to 17 digits
    const double known[][2] = {
        {0, 0.5},
        {1, 0.84134474606854293},
        {2, 0.97724986805182079},
        {-1, 0.15865525393145705},
        {-3, 0.0013498980316300946},
        {1.959963984540054, 0.975},
        {-6, 9.8658764503769814e-10},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_near(normal_below(known[i][0]), known[i][1], 1e-15);
    assert_true(normal_below(-40) == 0);
    assert_true(normal_below(40) == 1);
    assert_true(isnan(normal_below((double)NAN)));
}

static void the_quantile_is_its_inverse(void **state)
{
    (void)state;
    assert_near(normal_quantile(0.975), 1.959963984540054, 1e-12);
    assert_near(normal_quantile(0.5), 0, 1e-12);
    assert_near(normal_quantile(1e-9), -5.9978070150076869, 1e-6);
    for (int i = 1; i < 1000; i += 13)
        assert_near(normal_below(normal_quantile(i / 1000.0)), i / 1000.0, 1e-14);
    assert_true(isinf(normal_quantile(0)) && normal_quantile(0) < 0);
    assert_true(isinf(normal_quantile(1)) && normal_quantile(1) > 0);
    assert_true(isnan(normal_quantile((double)NAN)));
}

// The paper's own example: a Sharpe ratio of 2.5 a year over 5 years of daily returns, the best of 100 whose
// yearly ratios have variance 1/2, skew -3, kurtosis 10.
static void the_papers_example_comes_out(void **state)
{
    (void)state;
    const struct sharpe_trial trial = {.sharpe = 2.5 / sqrt(250), .skew = -3, .kurtosis = 7, .returns = 1250};
    const struct deflated_sharpe result = deflated_sharpe_of(&trial, 100, 0.5 / 250);
    assert_near(result.expected_maximum, 0.1132, 5e-5);
    assert_near(result.probability, 0.9004, 5e-5);
    // and with 46 trials it would have been 0.95
    assert_near(deflated_sharpe_of(&trial, 46, 0.5 / 250).probability, 0.9505, 5e-5);
}

static void one_trial_has_nothing_to_beat_and_no_figure_comes_of_none(void **state)
{
    (void)state;
    const struct sharpe_trial normal = {.sharpe = 0.1, .returns = 101};
    const struct deflated_sharpe one = deflated_sharpe_of(&normal, 1, 0);
    assert_true(one.expected_maximum == 0);
    assert_near(one.probability, normal_below(0.1 * 10 / sqrt(1 + 0.005)), 1e-15);
    const struct sharpe_trial none = {.sharpe = (double)NAN, .returns = 101};
    assert_true(isnan(deflated_sharpe_of(&none, 10, 0.01).probability));
    const struct sharpe_trial absurd = {.sharpe = 1, .skew = 5, .returns = 101};
    assert_true(isnan(deflated_sharpe_of(&absurd, 10, 0.01).probability));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_distribution_has_its_known_values),
        cmocka_unit_test(the_quantile_is_its_inverse),
        cmocka_unit_test(the_papers_example_comes_out),
        cmocka_unit_test(one_trial_has_nothing_to_beat_and_no_figure_comes_of_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
