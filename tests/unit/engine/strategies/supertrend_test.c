#include "unit/engine/strategies/signals.h"

static void defaults_are_10_and_3(void **state)
{
    (void)state;
    assert_defaults("supertrend", 2, (const double[]){10, 3}, 11);
}

static void parameters_are_held_to_their_bounds(void **state)
{
    (void)state;
    assert_refused("supertrend", (const double[]){0, 3}, "/params/length");
    assert_refused("supertrend", (const double[]){10, 0}, "/params/factor");
}

// Bars without a range of their own, so that ATR(1) is the step from the close before. Factor 1. The upper
// line: 11 (10 + 1), 11 kept at bar 2 (9 + 1 = 10 is lower: 10), passed by bar 3 (14 > 10). The lower one
// then follows the rise: 14 - 5 = 9, 15 - 1 = 14, and bar 5 (13 < 14) turns the trend down.
static void it_buys_at_the_turn_up_and_sells_at_the_turn_down(void **state)
{
    (void)state;
    const double closes[] = {9, 10, 9, 14, 15, 13, 12};
    uint8_t signals[7];
    run_closes("supertrend", closes, 7, (const double[]){1, 1}, signals);
    assert_signals(signals, (const uint8_t[]){H, H, H, L, H, S, H}, 7);
}

static void a_trend_that_begins_is_no_turn(void **state)
{
    (void)state;
    const double closes[] = {20, 19, 18, 17, 16};
    uint8_t signals[5];
    run_closes("supertrend", closes, 5, (const double[]){1, 1}, signals);
    assert_signals(signals, (const uint8_t[]){H, H, H, H, H}, 5);
}

// The rules as they stand in indicators/supertrend.h, with the state in plain words.
static void signals_are_the_turns_bar_by_bar(void **state)
{
    (void)state;
    enum { N = 7 };
    static struct test_series walk;
    static uint8_t signals[SERIES_MAX];
    const double factor = 2;
    double range = 0, upper = 0, lower = 0;
    bool is_up = false;
    size_t turns = 0;
    series_walk(&walk, SERIES_MAX, 21);
    const struct candles candles = series_candles(&walk, SERIES_MAX);
    run_strategy("supertrend", &candles, (const double[]){N, factor}, signals);
    for (size_t t = 1; t < SERIES_MAX; t++) {
        const double before = walk.close[t - 1];
        const double now = fmax(walk.high[t], before) - fmin(walk.low[t], before);
        const double middle = (walk.high[t] + walk.low[t]) / 2;
        range = t <= N ? range + now / N : range + (now - range) / N;
        if (t < N) continue;
        const bool was_up = is_up;
        if (t == N || middle + factor * range < upper || before > upper) upper = middle + factor * range;
        if (t == N || middle - factor * range > lower || before < lower) lower = middle - factor * range;
        if (t > N) is_up = was_up ? walk.close[t] >= lower : walk.close[t] > upper;
        const uint8_t expected = is_up == was_up ? H : is_up ? L : S;
        if (signals[t] != expected) fail_msg("bar %zu says %d, not %d", t, signals[t], expected);
        turns += is_up != was_up;
    }
    assert_true(turns > 50);
}

static void roundings_of_a_market_that_stands_still_are_no_signal(void **state)
{
    (void)state;
    assert_still("supertrend", (const double[]){10, 3});
    assert_still("supertrend", (const double[]){1, 0.1});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_10_and_3),
        cmocka_unit_test(parameters_are_held_to_their_bounds),
        cmocka_unit_test(it_buys_at_the_turn_up_and_sells_at_the_turn_down),
        cmocka_unit_test(a_trend_that_begins_is_no_turn),
        cmocka_unit_test(signals_are_the_turns_bar_by_bar),
        cmocka_unit_test(roundings_of_a_market_that_stands_still_are_no_signal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
