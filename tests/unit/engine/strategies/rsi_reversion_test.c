#include "unit/engine/strategies/signals.h"

static void defaults_are_14_30_and_70(void **state)
{
    (void)state;
    assert_defaults("rsi_reversion", 3, (const double[]){14, 30, 70}, 15);
}

static void oversold_must_be_below_overbought(void **state)
{
    (void)state;
    assert_refused("rsi_reversion", (const double[]){14, 70, 70}, "/params/oversold");
    assert_refused("rsi_reversion", (const double[]){14, 30, 101}, "/params/overbought");
    assert_refused("rsi_reversion", (const double[]){0, 30, 70}, "/params/length");
}

// With n = 2 the index is 100 · G / (G + L) of halves: 0, 50, 75, 37.5, 68.75 and 34.375 at the bars 2 to 7.
static void it_buys_on_the_way_up_and_sells_on_the_way_down(void **state)
{
    (void)state;
    const double closes[] = {10, 9, 8, 9, 10, 9, 10, 9};
    uint8_t signals[8];
    run_closes("rsi_reversion", closes, 8, (const double[]){2, 30, 70}, signals);
    assert_signals(signals, (const uint8_t[]){H, H, H, L, H, S, H, H}, 8);
}

static void an_index_that_begins_beyond_a_level_has_not_crossed_it(void **state)
{
    (void)state;
    const double closes[] = {10, 11, 12, 13, 14, 15};
    uint8_t signals[6];
    run_closes("rsi_reversion", closes, 6, (const double[]){2, 30, 70}, signals);
    assert_signals(signals, (const uint8_t[]){H, H, H, H, H, H}, 6);
}

// Bar 3 is at the level of a third but for a rounding, bar 4 goes back up, bar 5 goes through.
static void an_index_that_meets_a_level_has_not_crossed_it(void **state)
{
    (void)state;
    const double closes[] = {10, 11, 12, 10, 10.5, 9};
    uint8_t signals[6];
    run_closes("rsi_reversion", closes, 6, (const double[]){2, 10, 100.0 / 3}, signals);
    assert_signals(signals, (const uint8_t[]){H, H, H, H, H, S}, 6);
}

// Ten thousand bars on, the averages inside the index are denormal numbers and their ratio is noise.
static void a_market_that_stands_still_for_years_crosses_nothing(void **state)
{
    (void)state;
    enum { BARS = 40000 };
    static double closes[BARS];
    static uint8_t signals[BARS];
    for (size_t i = 0; i < BARS; i++)
        closes[i] = i < 40 ? 100 - (double)i + 2 * (i % 4 == 0) : 60;
    run_closes("rsi_reversion", closes, BARS, (const double[]){14, 30, 70}, signals);
    for (size_t i = 40; i < BARS; i++)
        assert_int_equal(signals[i], H);
    closes[BARS - 1] = 61; // up from the oversold zone it fell asleep in
    run_closes("rsi_reversion", closes, BARS, (const double[]){14, 30, 70}, signals);
    assert_int_equal(signals[BARS - 1], L);
}

// Wilder's averages once more, each from its beginning.
static double plain_index(const double *closes, size_t t, size_t n)
{
    double gain = 0, loss = 0;
    for (size_t i = 1; i <= t; i++) {
        const double move = closes[i] - closes[i - 1];
        const double share = i <= n ? 1.0 / (double)n : ((double)n - 1) / (double)n;
        const double weight = 1.0 / (double)n;
        gain = (i <= n ? gain : gain * share) + fmax(move, 0) * weight;
        loss = (i <= n ? loss : loss * share) + fmax(-move, 0) * weight;
    }
    return 100 * gain / (gain + loss);
}

static void signals_are_the_crosses_of_the_index_bar_by_bar(void **state)
{
    (void)state;
    enum { BARS = 800, N = 5 };
    static struct test_series walk;
    static uint8_t signals[BARS];
    size_t seen[4] = {0};
    series_walk(&walk, BARS, 9);
    run_closes("rsi_reversion", walk.close, BARS, (const double[]){N, 35, 62}, signals);
    for (size_t t = N + 1; t < BARS; t++) {
        const double before = plain_index(walk.close, t - 1, N), now = plain_index(walk.close, t, N);
        const uint8_t expected = before <= 35 && now > 35 ? L : before > 62 && now <= 62 ? S : H;
        if (signals[t] != expected) fail_msg("bar %zu: %g to %g is %d", t, before, now, signals[t]);
        seen[signals[t]]++;
    }
    assert_true(seen[L] > 20 && seen[S] > 20);
}

static void roundings_of_a_market_that_stands_still_are_no_signal(void **state)
{
    (void)state;
    assert_still("rsi_reversion", (const double[]){14, 30, 70});
    assert_still("rsi_reversion", (const double[]){2, 45, 55});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_14_30_and_70),
        cmocka_unit_test(oversold_must_be_below_overbought),
        cmocka_unit_test(it_buys_on_the_way_up_and_sells_on_the_way_down),
        cmocka_unit_test(an_index_that_begins_beyond_a_level_has_not_crossed_it),
        cmocka_unit_test(an_index_that_meets_a_level_has_not_crossed_it),
        cmocka_unit_test(a_market_that_stands_still_for_years_crosses_nothing),
        cmocka_unit_test(signals_are_the_crosses_of_the_index_bar_by_bar),
        cmocka_unit_test(roundings_of_a_market_that_stands_still_are_no_signal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
