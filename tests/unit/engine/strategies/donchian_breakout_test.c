#include "unit/engine/strategies/signals.h"

static void defaults_are_20_and_10(void **state)
{
    (void)state;
    assert_defaults("donchian_breakout", 2, (const double[]){20, 10}, 20);
}

static void the_exit_channel_is_not_longer_than_that_of_the_entry(void **state)
{
    (void)state;
    struct error error = {0};
    const struct strategy *strategy = strategy_find(STR("donchian_breakout"));
    assert_refused("donchian_breakout", (const double[]){20, 21}, "/params/exit");
    assert_int_equal(strategy_check(strategy, (const double[]){20, 20}, &error), STATUS_OK);
}

// Entry 3, exit 2. Bar 3 passes the highs of bars 0 to 2; bar 4 goes on and says so again; bar 5 is between;
// bar 6 closes below the lows of 4 and 5, but not below that of 3: out, once.
static void it_buys_a_breakout_and_leaves_below_the_shorter_channel(void **state)
{
    (void)state;
    const double closes[] = {10, 11, 10, 12, 15, 14, 13, 12.5};
    uint8_t signals[8];
    run_closes("donchian_breakout", closes, 8, (const double[]){3, 2}, signals);
    assert_signals(signals, (const uint8_t[]){H, H, H, L, L, H, F, S}, 8);
}

static void below_the_channel_it_is_the_other_way_round(void **state)
{
    (void)state;
    const double closes[] = {10, 9, 10, 8, 5, 6, 7, 7};
    uint8_t signals[8];
    run_closes("donchian_breakout", closes, 8, (const double[]){3, 2}, signals);
    assert_signals(signals, (const uint8_t[]){H, H, H, S, S, H, F, H}, 8);
}

// Highs and lows count, not closes.
static void a_close_at_the_highest_high_is_no_breakout(void **state)
{
    (void)state;
    const double close[] = {10, 10, 12, 12.5}, high[] = {12, 11, 12, 13}, low[] = {9, 9, 10, 11};
    const struct candles candles = {.count = 4, .open = close, .high = high, .low = low, .close = close};
    uint8_t signals[4];
    run_strategy("donchian_breakout", &candles, (const double[]){2, 1}, signals);
    assert_signals(signals, (const uint8_t[]){H, H, H, L}, 4);
}

static void signals_are_the_breakouts_bar_by_bar(void **state)
{
    (void)state;
    enum { ENTRY = 19, EXIT = 6 };
    static struct test_series walk;
    static uint8_t signals[SERIES_MAX];
    uint8_t side = F;
    size_t seen[4] = {0};
    series_walk(&walk, SERIES_MAX, 8);
    const struct candles candles = series_candles(&walk, SERIES_MAX);
    run_strategy("donchian_breakout", &candles, (const double[]){ENTRY, EXIT}, signals);
    for (size_t t = ENTRY; t < SERIES_MAX; t++) {
        bool is_highest = true, is_lowest = true, leaves_short = true, leaves_long = true;
        for (size_t k = 1; k <= ENTRY; k++) {
            is_highest &= walk.close[t] > walk.high[t - k];
            is_lowest &= walk.close[t] < walk.low[t - k];
            leaves_short &= k > EXIT || walk.close[t] > walk.high[t - k];
            leaves_long &= k > EXIT || walk.close[t] < walk.low[t - k];
        }
        const bool leaves = (side == L && leaves_long) || (side == S && leaves_short);
        const uint8_t expected = is_highest ? L : is_lowest ? S : leaves ? F : H;
        if (signals[t] != expected) fail_msg("bar %zu says %d, not %d", t, signals[t], expected);
        side = expected == H ? side : expected;
        seen[expected]++;
    }
    assert_true(seen[L] > 50 && seen[S] > 50 && seen[F] > 20);
}

// More bars than are done at a time, and a channel longer than that.
static void channels_of_any_length_are_the_same_in_one_piece(void **state)
{
    (void)state;
    static struct test_series walk;
    static uint8_t signals[SERIES_MAX];
    series_walk(&walk, SERIES_MAX, 15);
    const struct candles candles = series_candles(&walk, SERIES_MAX);
    run_strategy("donchian_breakout", &candles, (const double[]){1500, 1500}, signals);
    size_t breakouts = 0;
    for (size_t t = 1500; t < SERIES_MAX; t++) {
        double highest = 0;
        for (size_t k = 1; k <= 1500; k++)
            highest = fmax(highest, walk.high[t - k]);
        assert_int_equal(signals[t] == L, walk.close[t] > highest);
        breakouts += signals[t] == L;
    }
    assert_true(breakouts > 0);
}

static void roundings_of_a_market_that_stands_still_are_no_signal(void **state)
{
    (void)state;
    assert_still("donchian_breakout", (const double[]){20, 10});
    assert_still("donchian_breakout", (const double[]){1, 1});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_20_and_10),
        cmocka_unit_test(the_exit_channel_is_not_longer_than_that_of_the_entry),
        cmocka_unit_test(it_buys_a_breakout_and_leaves_below_the_shorter_channel),
        cmocka_unit_test(below_the_channel_it_is_the_other_way_round),
        cmocka_unit_test(a_close_at_the_highest_high_is_no_breakout),
        cmocka_unit_test(signals_are_the_breakouts_bar_by_bar),
        cmocka_unit_test(channels_of_any_length_are_the_same_in_one_piece),
        cmocka_unit_test(roundings_of_a_market_that_stands_still_are_no_signal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
