#include "unit/engine/strategies/signals.h"

static void defaults_are_30_bars_none_skipped_and_no_threshold(void **state)
{
    (void)state;
    assert_defaults("momentum", 3, (const double[]){30, 0, 0}, 30);
}

static void parameters_are_held_to_their_bounds(void **state)
{
    (void)state;
    assert_refused("momentum", (const double[]){0, 0, 0}, "/params/lookback");
    assert_refused("momentum", (const double[]){30, -1, 0}, "/params/skip");
    assert_refused("momentum", (const double[]){30, 0, -1}, "/params/threshold");
}

static void it_is_on_the_side_of_its_past_return(void **state)
{
    (void)state;
    const double closes[] = {10, 11, 12, 11, 11, 11, 12};
    uint8_t signals[7];
    run_closes("momentum", closes, 7, (const double[]){2, 0, 0}, signals);
    assert_signals(signals, (const uint8_t[]){H, H, L, H, S, H, L}, 7);
}

static void skipped_bars_are_left_out_of_the_return(void **state)
{
    (void)state;
    const double closes[] = {10, 11, 12, 11, 11, 11, 12};
    uint8_t signals[7];
    run_closes("momentum", closes, 7, (const double[]){2, 1, 0}, signals);
    assert_signals(signals, (const uint8_t[]){H, H, H, L, H, S, H}, 7);
}

// 50 % over one bar, either way: exactly that much is not beyond.
static void within_the_threshold_nothing_changes(void **state)
{
    (void)state;
    const double closes[] = {10, 15, 22.75, 20, 10, 4.75};
    uint8_t signals[6];
    run_closes("momentum", closes, 6, (const double[]){1, 0, 50}, signals);
    assert_signals(signals, (const uint8_t[]){H, H, L, H, H, S}, 6);
}

static void roundings_of_a_market_that_stands_still_are_no_signal(void **state)
{
    (void)state;
    assert_still("momentum", (const double[]){30, 0, 0});
    assert_still("momentum", (const double[]){1, 3, 0});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_30_bars_none_skipped_and_no_threshold),
        cmocka_unit_test(parameters_are_held_to_their_bounds),
        cmocka_unit_test(it_is_on_the_side_of_its_past_return),
        cmocka_unit_test(skipped_bars_are_left_out_of_the_return),
        cmocka_unit_test(within_the_threshold_nothing_changes),
        cmocka_unit_test(roundings_of_a_market_that_stands_still_are_no_signal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
