#include "unit/engine/strategies/signals.h"

enum { MIDDLE, OPPOSITE };

static void defaults_are_20_2_and_the_middle(void **state)
{
    (void)state;
    assert_defaults("bollinger_reversion", 3, (const double[]){20, 2, MIDDLE}, 20);
    const struct strategy *strategy = strategy_find(STR("bollinger_reversion"));
    assert_string_equal(strategy->params[2].choices[MIDDLE], "middle");
    assert_string_equal(strategy->params[2].choices[OPPOSITE], "opposite");
}

static void parameters_are_held_to_their_bounds(void **state)
{
    (void)state;
    assert_refused("bollinger_reversion", (const double[]){1, 2, MIDDLE}, "/params/length");
    assert_refused("bollinger_reversion", (const double[]){20, 0, MIDDLE}, "/params/width");
    assert_refused("bollinger_reversion", (const double[]){20, 2, 2}, "/params/exit");
}

// Bands of 3 bars, one deviation wide. Bar 3 falls below the lower one, bar 4 comes back, bar 5 is above the
// average and above the upper band, bar 6 is back from there.
static void it_buys_where_the_close_is_back_and_leaves_at_the_average(void **state)
{
    (void)state;
    const double closes[] = {10, 10, 10, 7, 7, 9, 9};
    uint8_t signals[7];
    run_closes("bollinger_reversion", closes, 7, (const double[]){3, 1, MIDDLE}, signals);
    assert_signals(signals, (const uint8_t[]){H, H, H, H, L, F, S}, 7);
    run_closes("bollinger_reversion", closes, 7, (const double[]){3, 1, OPPOSITE}, signals);
    assert_signals(signals, (const uint8_t[]){H, H, H, H, L, H, S}, 7);
}

static void above_the_upper_band_it_is_the_other_way_round(void **state)
{
    (void)state;
    const double closes[] = {10, 10, 10, 13, 13, 11, 11};
    uint8_t signals[7];
    run_closes("bollinger_reversion", closes, 7, (const double[]){3, 1, MIDDLE}, signals);
    assert_signals(signals, (const uint8_t[]){H, H, H, F, S, F, L}, 7); // "out" while out is no order
    run_closes("bollinger_reversion", closes, 7, (const double[]){3, 1, OPPOSITE}, signals);
    assert_signals(signals, (const uint8_t[]){H, H, H, H, S, H, L}, 7);
}

static void a_jump_from_below_the_band_over_the_average_is_no_entry(void **state)
{
    (void)state;
    const double closes[] = {10, 10, 10, 7, 20};
    uint8_t signals[5];
    run_closes("bollinger_reversion", closes, 5, (const double[]){3, 1, MIDDLE}, signals);
    assert_signals(signals, (const uint8_t[]){H, H, H, H, F}, 5);
    run_closes("bollinger_reversion", closes, 5, (const double[]){3, 1, OPPOSITE}, signals);
    assert_signals(signals, (const uint8_t[]){H, H, H, H, L}, 5);
}

// Two closes stand on bands of one deviation exactly: no rounding puts them beyond.
static void closes_on_their_bands_are_not_beyond_them(void **state)
{
    (void)state;
    static struct test_series walk;
    static uint8_t signals[SERIES_MAX];
    series_walk(&walk, SERIES_MAX, 4);
    run_closes("bollinger_reversion", walk.close, SERIES_MAX, (const double[]){2, 1, OPPOSITE}, signals);
    for (size_t i = 0; i < SERIES_MAX; i++)
        assert_int_equal(signals[i], H);
}

struct bands {
    double lower, middle, upper;
};

static struct bands plain_bands(const double *closes, size_t t, size_t n, double width)
{
    double sum = 0, squares = 0;
    for (size_t k = 0; k < n; k++)
        sum += closes[t - k];
    for (size_t k = 0; k < n; k++)
        squares += (closes[t - k] - sum / (double)n) * (closes[t - k] - sum / (double)n);
    const double middle = sum / (double)n, distance = width * sqrt(squares / (double)n);
    return (struct bands){middle - distance, middle, middle + distance};
}

static uint8_t plain_signal(const double *closes, size_t t, size_t n, double width, bool is_middle)
{
    const struct bands was = plain_bands(closes, t - 1, n, width), is = plain_bands(closes, t, n, width);
    if (is_middle && (closes[t - 1] > was.middle) != (closes[t] > is.middle)) return F;
    if (closes[t - 1] < was.lower && closes[t] >= is.lower) return L;
    return closes[t - 1] > was.upper && closes[t] <= is.upper ? S : H;
}

static void signals_are_the_returns_into_the_bands_bar_by_bar(void **state)
{
    (void)state;
    static struct test_series walk;
    static uint8_t signals[SERIES_MAX];
    series_walk(&walk, SERIES_MAX, 12);
    for (int exit = MIDDLE; exit <= OPPOSITE; exit++) {
        size_t seen[4] = {0};
        run_closes("bollinger_reversion", walk.close, SERIES_MAX, (const double[]){13, 1.5, exit}, signals);
        for (size_t t = 13; t < SERIES_MAX; t++) {
            const uint8_t expected = plain_signal(walk.close, t, 13, 1.5, exit == MIDDLE);
            if (signals[t] != expected) fail_msg("bar %zu says %d, not %d", t, signals[t], expected);
            seen[signals[t]]++;
        }
        assert_true(seen[L] > 50 && seen[S] > 50);
    }
}

static void roundings_of_a_market_that_stands_still_are_no_signal(void **state)
{
    (void)state;
    assert_still("bollinger_reversion", (const double[]){20, 2, 0});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_20_2_and_the_middle),
        cmocka_unit_test(parameters_are_held_to_their_bounds),
        cmocka_unit_test(it_buys_where_the_close_is_back_and_leaves_at_the_average),
        cmocka_unit_test(above_the_upper_band_it_is_the_other_way_round),
        cmocka_unit_test(a_jump_from_below_the_band_over_the_average_is_no_entry),
        cmocka_unit_test(closes_on_their_bands_are_not_beyond_them),
        cmocka_unit_test(signals_are_the_returns_into_the_bands_bar_by_bar),
        cmocka_unit_test(roundings_of_a_market_that_stands_still_are_no_signal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
