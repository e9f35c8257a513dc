#include "engine/power.h"

#include <math.h>

#include "unit/engine/series.h"
#include "unit/unit.h"

static void assert_near(double actual, double expected)
{
    if (!(fabs(actual - expected) <= 1e-13 * expected)) fail_msg("%.17g should be %.17g", actual, expected);
}

static void power_is_that_of_the_library(void **state)
{
    (void)state;
    uint64_t seed = 17;
    for (int i = 0; i < 20000; i++) {
        const double base = exp(((double)(series_random(&seed) % 20001) - 10000) / 500);
        const double exponent = ((double)(series_random(&seed) % 20001) - 10000) / 1000;
        const double expected = pow(base, exponent);
        if (expected > 1e-100 && expected < 1e100) assert_near(power_of(base, exponent), expected);
    }
    assert_true(power_of(1, 123) == 1);
    assert_true(power_of(7, 0) == 1);
    assert_true(isinf(power_of(10, 1000)));
    assert_true(power_of(0.1, 1000) == 0);
    assert_near(power_of(2, 0.5), sqrt(2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(power_is_that_of_the_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
