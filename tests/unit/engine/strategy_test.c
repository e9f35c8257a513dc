#include "engine/strategy.h"

#include "engine/side_words.h"

#include "base/limits.h"

#include <math.h>
#include <string.h>

#include "unit/engine/series.h"
#include "unit/unit.h"

enum { FAST, SLOW, KIND };

static const struct strategy *ma_cross(void)
{
    const struct strategy *strategy = strategy_find(STR("ma_cross"));
    assert_non_null(strategy);
    return strategy;
}

static void every_strategy_is_found_by_its_id(void **state)
{
    (void)state;
    assert_int_equal(strategy_count(), 8);
    for (size_t i = 0; i < strategy_count(); i++) {
        const struct strategy *strategy = strategy_at(i);
        assert_ptr_equal(strategy_find(str_from_c(strategy->id)), strategy);
        assert_true(strategy->param_count <= STRATEGY_PARAMS_MAX);
        assert_true(strlen(strategy->title) > 0 && strlen(strategy->description) > 0);
    }
    assert_null(strategy_at(strategy_count()));
    assert_null(strategy_find(STR("ma_cros")));
    assert_null(strategy_find(STR("")));
}

static void an_unknown_strategy_is_answered_with_all_there_are(void **state)
{
    (void)state;
    struct error error = {0};
    assert_int_equal(strategy_unknown(STR("macd"), &error), STATUS_NOT_FOUND);
    assert_string_equal(error.code, "unknown_strategy");
    for (size_t i = 0; i < strategy_count(); i++)
        assert_non_null(strstr(error.message, strategy_at(i)->id));
    assert_int_equal(error.near_count, ERROR_NEAR_MAX);
    assert_string_equal(error.near[0], "macd_cross");
    assert_string_equal(error.near[1], "ma_cross");
}

static void defaults_satisfy_the_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < strategy_count(); i++) {
        double values[STRATEGY_PARAMS_MAX];
        struct error error = {0};
        strategy_defaults(strategy_at(i), values);
        assert_int_equal(strategy_check(strategy_at(i), values, &error), STATUS_OK);
    }
}

static void defaults_of_ma_cross_are_20_and_50_simple(void **state)
{
    (void)state;
    double values[STRATEGY_PARAMS_MAX];
    strategy_defaults(ma_cross(), values);
    assert_true(values[FAST] == 20 && values[SLOW] == 50 && values[KIND] == 0);
    assert_string_equal(ma_cross()->params[KIND].choices[0], "sma");
    assert_string_equal(ma_cross()->params[KIND].choices[1], "ema");
    assert_int_equal(ma_cross()->warmup_bars(values), 50);
}

static void every_parameter_at_fault_is_named(void **state)
{
    (void)state;
    const double values[] = {0, 10.5, 2};
    struct error error = {0};
    assert_int_equal(strategy_check(ma_cross(), values, &error), STATUS_INVALID);
    assert_int_equal(error.field_count, 3);
    assert_string_equal(error.fields[0].pointer, "/params/fast");
    assert_string_equal(error.fields[1].pointer, "/params/slow");
    assert_string_equal(error.fields[2].pointer, "/params/kind");
    assert_string_equal(error.fields[0].detail, "fast must be a whole number from 1 to 10000, not 0");
}

static void numbers_that_are_none_are_refused(void **state)
{
    (void)state;
    const double wrong[] = {(double)NAN, (double)INFINITY, -(double)INFINITY};
    for (size_t i = 0; i < 3; i++) {
        for (size_t k = 0; k < 3; k++) {
            double values[] = {20, 50, 0};
            struct error error = {0};
            values[k] = wrong[i];
            assert_int_equal(strategy_check(ma_cross(), values, &error), STATUS_INVALID);
            assert_int_equal(error.field_count, 1);
        }
    }
}

static void a_number_may_have_a_fraction_and_is_held_to_its_bounds(void **state)
{
    (void)state;
    const struct strategy_param width = {
        .name = "width", .kind = STRATEGY_PARAM_NUMBER, .default_value = 2, .minimum = 0.5, .maximum = 10};
    const struct strategy strategy = {.id = "made_up", .params = &width, .param_count = 1};
    const double right[] = {0.5, 2.25, 10};
    const double wrong[] = {0.4999, 10.001, (double)NAN};
    for (size_t i = 0; i < 3; i++) {
        struct error error = {0};
        assert_int_equal(strategy_check(&strategy, &right[i], &error), STATUS_OK);
        assert_int_equal(strategy_check(&strategy, &wrong[i], &error), STATUS_INVALID);
        assert_string_equal(error.fields[0].pointer, "/params/width");
    }
}

static void fast_must_be_below_slow(void **state)
{
    (void)state;
    const double values[] = {50, 50, 0};
    struct error error = {0};
    assert_int_equal(strategy_check(ma_cross(), values, &error), STATUS_INVALID);
    assert_string_equal(error.fields[0].pointer, "/params/fast");
    assert_string_equal(error.fields[0].detail, "fast must be below slow (50), not 50");
}

static void run(const double *closes, size_t count, const double *values, uint8_t *out_signals)
{
    ARENA_SCOPE(arena, 16 * MIB);
    const struct candles candles = {.count = count, .close = closes};
    struct error error = {0};
    assert_int_equal(ma_cross()->signals(&candles, values, &arena, out_signals, &error), STATUS_OK);
}

// SMA(1) over SMA(2) is a close above the one before.
static void a_cross_is_signalled_at_the_bar_that_makes_it(void **state)
{
    (void)state;
    const double closes[] = {5, 4, 3, 4, 5, 5, 4, 5};
    const uint8_t expected[] = {SIGNAL_HOLD, SIGNAL_HOLD,  SIGNAL_HOLD, SIGNAL_LONG,
                                SIGNAL_HOLD, SIGNAL_SHORT, SIGNAL_HOLD, SIGNAL_LONG};
    uint8_t signals[8];
    run(closes, 8, (const double[]){1, 2, 0}, signals);
    assert_memory_equal(signals, expected, sizeof expected);
}

static void an_average_that_begins_above_the_other_is_no_cross(void **state)
{
    (void)state;
    const double closes[] = {1, 2, 3, 4, 5, 6, 5};
    uint8_t signals[7];
    run(closes, 7, (const double[]){1, 2, 0}, signals);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(signals[i], SIGNAL_HOLD);
    assert_int_equal(signals[6], SIGNAL_SHORT);
}

static void equal_averages_are_not_above(void **state)
{
    (void)state;
    const double closes[] = {1, 2, 2, 2, 3};
    const uint8_t expected[] = {SIGNAL_HOLD, SIGNAL_HOLD, SIGNAL_SHORT, SIGNAL_HOLD, SIGNAL_LONG};
    uint8_t signals[5];
    run(closes, 5, (const double[]){1, 2, 0}, signals);
    assert_memory_equal(signals, expected, sizeof expected);
}

// Prices fall and then stand still: the fast average comes to rest below the slow one and never gets above
// it, however the sums of the two happen to round.
static void a_market_that_comes_to_rest_has_no_cross(void **state)
{
    (void)state;
    enum { BARS = 400, REST = 100 };
    static double closes[BARS];
    static uint8_t signals[BARS];
    for (int price = 1; price < 60; price++) {
        for (size_t i = 0; i < BARS; i++)
            closes[i] = 0.1 * price + (i < REST ? 0.01 * (double)(REST - i) : 0);
        for (int fast = 2; fast < 30; fast += 3) {
            run(closes, BARS, (const double[]){fast, 2 * fast + 1, 0}, signals);
            for (size_t i = 0; i < BARS; i++)
                assert_int_equal(signals[i], SIGNAL_HOLD);
        }
        run(closes, BARS, (const double[]){20, 50, 1}, signals);
        for (size_t i = 0; i < BARS; i++)
            assert_int_equal(signals[i], SIGNAL_HOLD);
    }
}

// Both averages are 0.15 at every bar; the sums of 20 and of 50 such prices round differently.
static void a_market_that_swings_evenly_has_no_crosses(void **state)
{
    (void)state;
    static double closes[2000];
    static uint8_t signals[2000];
    for (size_t i = 0; i < 2000; i++)
        closes[i] = i < 300 ? 0.3 + 0.001 * (double)(300 - i) : i % 2 ? 0.1 : 0.2;
    for (int slow = 4; slow < 200; slow += 2) {
        run(closes, 2000, (const double[]){2, slow, 0}, signals);
        for (size_t i = 0; i < 2000; i++)
            assert_int_equal(signals[i], SIGNAL_HOLD);
    }
}

static void a_signal_depends_on_the_bars_up_to_it_alone(void **state)
{
    (void)state;
    static struct test_series walk;
    static uint8_t whole[SERIES_MAX], part[SERIES_MAX];
    series_walk(&walk, SERIES_MAX, 3);
    for (int kind = 0; kind < 2; kind++) {
        const double values[] = {20, 50, kind};
        run(walk.close, SERIES_MAX, values, whole);
        for (size_t count = 0; count < SERIES_MAX; count += 61) {
            run(walk.close, count, values, part);
            assert_memory_equal(part, whole, count);
        }
    }
}

static void signals_are_the_crosses_of_the_averages_bar_by_bar(void **state)
{
    (void)state;
    static struct test_series walk;
    static uint8_t signals[SERIES_MAX];
    series_walk(&walk, SERIES_MAX, 5);
    run(walk.close, SERIES_MAX, (const double[]){7, 30, 0}, signals);
    size_t crosses = 0;
    bool was_above = false;
    for (size_t t = 29; t < SERIES_MAX; t++) {
        double fast = 0, slow = 0;
        for (size_t k = 0; k < 7; k++)
            fast += walk.close[t - k];
        for (size_t k = 0; k < 30; k++)
            slow += walk.close[t - k];
        const bool above = fast / 7 > slow / 30;
        const uint8_t expected = above == was_above ? SIGNAL_HOLD : above ? SIGNAL_LONG : SIGNAL_SHORT;
        if (t > 29) assert_int_equal(signals[t], expected);
        crosses += above != was_above;
        was_above = above;
    }
    assert_true(crosses > 100);
}

// The sides of many sets are found by whole sums, those of one by sums that are nearly right where that
// tells.
static void assert_sides_are_those_of_whole_sums(const double *closes, const double *values)
{
    ARENA_SCOPE(arena, 16 * MIB);
    static uint64_t words[SERIES_MAX / SIDE_WORD_BARS];
    static uint8_t signals[SERIES_MAX], expected[SERIES_MAX];
    static struct side_turn room[SERIES_MAX + SIDE_TURNS_SPARE];
    const struct candles candles = {.count = SERIES_MAX, .open = closes, .close = closes};
    const struct side_range all = {.to = SERIES_MAX}, past_warmup = {(size_t)values[1], SERIES_MAX};
    struct side_turns turns = {.turns = room};
    assert_int_equal(ma_cross()->sides->find(&candles, &values, 1, all, &arena, (uint64_t *[]){words}),
                     STATUS_OK);
    memset(expected, SIGNAL_HOLD, sizeof expected);
    side_words_turns((struct side_words){.words = words}, past_warmup, 0, closes, &turns);
    for (size_t i = 0; i < turns.count; i++)
        expected[turns.turns[i].bar] = (uint8_t)turns.turns[i].signal;
    run(closes, SERIES_MAX, values, signals);
    assert_memory_equal(signals, expected, sizeof expected);
}

static void sums_that_are_nearly_right_change_no_signal(void **state)
{
    (void)state;
    static double closes[SERIES_MAX];
    const double lengths[][2] = {{1, 2}, {2, 4}, {7, 30}, {20, 50}, {3, 1000}, {500, 2000}, {1999, 2000}};
    for (uint64_t seed = 1; seed <= 20; seed++) {
        uint64_t random = seed;
        for (size_t t = 0; t < SERIES_MAX; t++) // often equal, and huge or no number at times
            closes[t] = 100 + (double)(series_random(&random) % (seed + 1));
        if (seed % 4 == 1) closes[series_random(&random) % SERIES_MAX] = 1e17;
        if (seed % 4 == 2) closes[series_random(&random) % SERIES_MAX] = -1e300;
        if (seed % 4 == 3) closes[series_random(&random) % SERIES_MAX] = NAN;
        for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++)
            assert_sides_are_those_of_whole_sums(closes, (const double[]){lengths[k][0], lengths[k][1], 0});
    }
}

static void buy_and_hold_wants_to_be_long_at_every_bar(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    const struct strategy *strategy = strategy_find(STR("buy_and_hold"));
    const struct candles candles = {.count = 3};
    uint8_t signals[3] = {0};
    struct error error = {0};
    assert_int_equal(strategy->warmup_bars(NULL), 0);
    assert_int_equal(strategy->signals(&candles, NULL, &arena, signals, &error), STATUS_OK);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(signals[i], SIGNAL_LONG);
}

static void set_price(struct test_series *series, size_t bar, double price)
{
    series->open[bar] = series->high[bar] = series->low[bar] = series->close[bar] = price;
}

static void run_one(const struct strategy *strategy, const struct candles *candles, uint8_t *out_signals)
{
    ARENA_SCOPE(arena, 64 * MIB);
    double values[STRATEGY_PARAMS_MAX];
    struct error error = {0};
    strategy_defaults(strategy, values);
    assert_int_equal(strategy->signals(candles, values, &arena, out_signals, &error), STATUS_OK);
}

static void every_signal_depends_on_the_bars_up_to_it_alone(void **state)
{
    (void)state;
    static struct test_series walk;
    static uint8_t whole[SERIES_MAX], part[SERIES_MAX];
    series_walk(&walk, SERIES_MAX, 13);
    for (size_t i = 0; i < strategy_count(); i++) {
        const struct candles candles = series_candles(&walk, SERIES_MAX);
        run_one(strategy_at(i), &candles, whole);
        for (size_t count = 0; count < SERIES_MAX; count += count < 120 ? 1 : 173) {
            const struct candles some = candles_slice(&candles, 0, count);
            memset(part, 0xff, sizeof part);
            run_one(strategy_at(i), &some, part);
            assert_memory_equal(part, whole, count);
            if (count < SERIES_MAX) assert_int_equal(part[count], 0xff);
        }
    }
}

// And one that comes as early as it may is among many walks, which jump at that bar.
static void no_signal_comes_within_the_warm_up(void **state)
{
    (void)state;
    enum { WALKS = 400, BARS = 60 };
    static struct test_series walk;
    for (size_t i = 0; i < strategy_count(); i++) {
        double values[STRATEGY_PARAMS_MAX];
        uint8_t signals[BARS];
        strategy_defaults(strategy_at(i), values);
        const size_t warmup = strategy_at(i)->warmup_bars(values);
        size_t earliest = 0;
        for (uint64_t seed = 1; seed <= WALKS; seed++) {
            series_walk(&walk, BARS, seed);
            for (size_t t = warmup; t < BARS; t++)
                set_price(&walk, t, walk.close[t] * (seed % 2 ? 1.2 : 0.8));
            const struct candles candles = series_candles(&walk, BARS);
            run_one(strategy_at(i), &candles, signals);
            for (size_t t = 0; t < warmup; t++)
                assert_int_equal(signals[t], SIGNAL_HOLD);
            earliest += signals[warmup] != SIGNAL_HOLD;
        }
        if (earliest == 0) fail_msg("%s never acts on its first bar", strategy_at(i)->id);
    }
}

static bool is_buy_and_hold(const struct strategy *strategy)
{
    return strcmp(strategy->id, "buy_and_hold") == 0;
}

static void a_market_that_never_moves_gives_no_signal(void **state)
{
    (void)state;
    static struct test_series flat;
    static uint8_t signals[SERIES_MAX];
    const double prices[] = {0.1, 1, 3.3e-300, 7e-9, 123456.789, 1e300};
    for (size_t i = 0; i < strategy_count(); i++) {
        if (is_buy_and_hold(strategy_at(i))) continue;
        for (size_t k = 0; k < sizeof prices / sizeof *prices; k++) {
            for (size_t t = 0; t < SERIES_MAX; t++)
                set_price(&flat, t, prices[k]);
            const struct candles candles = series_candles(&flat, SERIES_MAX);
            run_one(strategy_at(i), &candles, signals);
            for (size_t t = 0; t < SERIES_MAX; t++)
                if (signals[t]) fail_msg("%s at %g, bar %zu", strategy_at(i)->id, prices[k], t);
        }
    }
}

// What was on its way when the market came to rest has come to its end a few hundred bars on; roundings are
// left.
static void a_market_that_came_to_rest_gives_no_signal(void **state)
{
    (void)state;
    enum { REST = 200, SETTLED = 560 };
    static struct test_series series;
    static uint8_t signals[SERIES_MAX];
    for (size_t i = 0; i < strategy_count(); i++) {
        if (is_buy_and_hold(strategy_at(i))) continue;
        for (uint64_t seed = 1; seed <= 60; seed++) {
            series_walk(&series, REST, seed);
            for (size_t t = REST; t < SERIES_MAX; t++)
                set_price(&series, t, series.close[REST - 1]);
            const struct candles candles = series_candles(&series, SERIES_MAX);
            run_one(strategy_at(i), &candles, signals);
            for (size_t t = SETTLED; t < SERIES_MAX; t++)
                if (signals[t]) fail_msg("%s, seed %zu, bar %zu", strategy_at(i)->id, (size_t)seed, t);
        }
    }
}

// Times a power of two everything is computed with the same digits.
static void a_huge_or_tiny_price_gives_the_same_signals(void **state)
{
    (void)state;
    static struct test_series walk, scaled;
    static uint8_t expected[SERIES_MAX], actual[SERIES_MAX];
    const double scales[] = {0x1p300, 0x1p-300, 0x1p40};
    series_walk(&walk, SERIES_MAX, 14);
    const struct candles candles = series_candles(&walk, SERIES_MAX);
    for (size_t k = 0; k < sizeof scales / sizeof *scales; k++) {
        for (size_t t = 0; t < SERIES_MAX; t++) {
            scaled.high[t] = walk.high[t] * scales[k];
            scaled.low[t] = walk.low[t] * scales[k];
            scaled.close[t] = walk.close[t] * scales[k];
        }
        const struct candles large = series_candles(&scaled, SERIES_MAX);
        for (size_t i = 0; i < strategy_count(); i++) {
            run_one(strategy_at(i), &candles, expected);
            run_one(strategy_at(i), &large, actual);
            assert_memory_equal(actual, expected, SERIES_MAX);
        }
    }
}

// Prices at both ends of what a double holds: averages and squares overflow, signals stay signals.
static void prices_beyond_all_reason_give_signals_all_the_same(void **state)
{
    (void)state;
    static struct test_series wild;
    static uint8_t signals[SERIES_MAX];
    uint64_t seed = 3;
    for (size_t t = 0; t < SERIES_MAX; t++)
        set_price(&wild, t,
                  ldexp(1 + (double)(series_random(&seed) % 1000) / 1000,
                        (int)(series_random(&seed) % 2090) - 1070));
    const struct candles candles = series_candles(&wild, SERIES_MAX);
    for (size_t i = 0; i < strategy_count(); i++) {
        run_one(strategy_at(i), &candles, signals);
        for (size_t t = 0; t < SERIES_MAX; t++)
            assert_true(signals[t] <= SIGNAL_FLAT);
    }
}

static void every_strategy_tells_when_memory_runs_out(void **state)
{
    (void)state;
    static struct test_series walk;
    static uint8_t signals[SERIES_MAX];
    series_walk(&walk, SERIES_MAX, 1);
    const struct candles candles = series_candles(&walk, SERIES_MAX);
    for (size_t i = 0; i < strategy_count(); i++) {
        double values[STRATEGY_PARAMS_MAX];
        enum status status = STATUS_NO_MEMORY;
        strategy_defaults(strategy_at(i), values);
        for (size_t bytes = 1; status != STATUS_OK; bytes += bytes / 4 + 1024) {
            ARENA_SCOPE(small, bytes);
            struct error error = {0};
            status = strategy_at(i)->signals(&candles, values, &small, signals, &error);
            assert_true(status == STATUS_OK || status == STATUS_NO_MEMORY);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_strategy_is_found_by_its_id),
        cmocka_unit_test(an_unknown_strategy_is_answered_with_all_there_are),
        cmocka_unit_test(defaults_satisfy_the_rules),
        cmocka_unit_test(defaults_of_ma_cross_are_20_and_50_simple),
        cmocka_unit_test(every_parameter_at_fault_is_named),
        cmocka_unit_test(numbers_that_are_none_are_refused),
        cmocka_unit_test(a_number_may_have_a_fraction_and_is_held_to_its_bounds),
        cmocka_unit_test(fast_must_be_below_slow),
        cmocka_unit_test(a_cross_is_signalled_at_the_bar_that_makes_it),
        cmocka_unit_test(an_average_that_begins_above_the_other_is_no_cross),
        cmocka_unit_test(equal_averages_are_not_above),
        cmocka_unit_test(a_market_that_comes_to_rest_has_no_cross),
        cmocka_unit_test(a_market_that_swings_evenly_has_no_crosses),
        cmocka_unit_test(a_signal_depends_on_the_bars_up_to_it_alone),
        cmocka_unit_test(signals_are_the_crosses_of_the_averages_bar_by_bar),
        cmocka_unit_test(sums_that_are_nearly_right_change_no_signal),
        cmocka_unit_test(buy_and_hold_wants_to_be_long_at_every_bar),
        cmocka_unit_test(every_signal_depends_on_the_bars_up_to_it_alone),
        cmocka_unit_test(no_signal_comes_within_the_warm_up),
        cmocka_unit_test(a_market_that_never_moves_gives_no_signal),
        cmocka_unit_test(a_market_that_came_to_rest_gives_no_signal),
        cmocka_unit_test(a_huge_or_tiny_price_gives_the_same_signals),
        cmocka_unit_test(prices_beyond_all_reason_give_signals_all_the_same),
        cmocka_unit_test(every_strategy_tells_when_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
