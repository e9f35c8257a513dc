#include "engine/lookahead.h"

#include "base/limits.h"
#include "unit/engine/series.h"
#include "unit/unit.h"

#include <string.h>

static struct test_series series;
static double values[STRATEGY_PARAMS_MAX];

enum param { DISTANCE, FROM };

static size_t no_warmup(const double *parameters)
{
    (void)parameters;
    return 0;
}

// Long before bars that rise, flat before those that fall: from the bar FROM on it knows the close DISTANCE
// bars on.
static enum status peeking_signals(const struct candles *candles, const double *parameters,
                                   struct arena *arena, uint8_t *out_signals, struct error *error)
{
    (void)arena, (void)error;
    const size_t distance = (size_t)parameters[DISTANCE];
    memset(out_signals, SIGNAL_HOLD, candles->count);
    for (size_t i = (size_t)parameters[FROM]; i + distance < candles->count; i++)
        out_signals[i] = candles->close[i + distance] > candles->close[i] ? SIGNAL_LONG : SIGNAL_FLAT;
    return STATUS_OK;
}

static const struct strategy peeking = {
    .id = "peeking", .param_count = 2, .warmup_bars = no_warmup, .signals = peeking_signals};

static struct lookahead check_of(const struct strategy *strategy, size_t bars, size_t first)
{
    const struct candles candles = series_candles(&series, bars);
    const struct backtest_input input = {
        .candles = &candles,
        .first = first,
        .interval = INTERVAL_1D,
        .strategy = strategy,
        .values = values,
        .rules = {.initial_capital = 10000, .fee_bps = 10, .position_fraction = 1, .max_gap_factor = 10},
    };
    ARENA_SCOPE(arena, 64 * MIB);
    struct backtest_result result;
    struct lookahead check;
    struct error error = {0};
    assert_int_equal(backtest_run(&input, &arena, &result, &error), STATUS_OK);
    assert_int_equal(lookahead_check(&input, &result, (struct lookahead_stop){0}, &check, &error), STATUS_OK);
    return check;
}

static int set_up(void **state)
{
    (void)state;
    series_walk(&series, SERIES_MAX, 42);
    return 0;
}

static void strategies_of_the_table_pass_and_short_tests_are_checked_at_every_bar(void **state)
{
    (void)state;
    const struct {
        size_t bars;
        size_t prefixes;
    } cases[] = {{52, 50}, {130, 128}, {131, LOOKAHEAD_SAMPLE}, {4000, LOOKAHEAD_SAMPLE}};
    for (size_t i = 0; i < strategy_count(); i++) {
        strategy_defaults(strategy_at(i), values);
        for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
            if (strategy_at(i)->warmup_bars(values) + 2 > cases[k].bars) continue;
            const struct lookahead check = check_of(strategy_at(i), cases[k].bars, 0);
            assert_true(check.is_passed);
            assert_int_equal(check.prefix_count, cases[k].prefixes);
        }
    }
}

static void breaks_of_the_asset_are_no_look_ahead(void **state)
{
    (void)state;
    strategy_defaults(strategy_find(STR("buy_and_hold")), values);
    for (size_t i = 60; i < 100; i++)
        series.open[i] *= 1000, series.close[i] *= 1000;
    assert_true(check_of(strategy_find(STR("buy_and_hold")), 100, 0).is_passed);
}

static void a_strategy_that_peeks_is_found_and_its_first_decision_named(void **state)
{
    (void)state;
    values[FROM] = 40;
    for (size_t distance = 1; distance <= 3; distance++) {
        values[DISTANCE] = (double)distance;
        const struct lookahead check = check_of(&peeking, 100, 0);
        assert_false(check.is_passed);
        // the first prefix whose end the look from bar 40 crosses has 41 bars
        assert_int_equal(check.time, series.time[40]);
        assert_int_equal(check.known_until, series.time[40]);
        assert_int_equal(check.prefix_signal, SIGNAL_HOLD);
        assert_true(check.signal == SIGNAL_LONG || check.signal == SIGNAL_FLAT);
    }
    values[DISTANCE] = 1;
    assert_false(check_of(&peeking, 4000, 1000).is_passed);
}

static bool at_once(const void *context)
{
    (void)context;
    return true;
}

static void it_can_be_stopped(void **state)
{
    (void)state;
    const struct candles candles = series_candles(&series, 100);
    strategy_defaults(strategy_find(STR("buy_and_hold")), values);
    const struct backtest_input input = {
        .candles = &candles,
        .interval = INTERVAL_1D,
        .strategy = strategy_find(STR("buy_and_hold")),
        .values = values,
        .rules = {.initial_capital = 10000, .position_fraction = 1, .max_gap_factor = 10},
    };
    ARENA_SCOPE(arena, 64 * MIB);
    struct backtest_result result;
    struct lookahead check;
    struct error error = {0};
    assert_int_equal(backtest_run(&input, &arena, &result, &error), STATUS_OK);
    assert_int_equal(
        lookahead_check(&input, &result, (struct lookahead_stop){.is_wanted = at_once}, &check, &error),
        STATUS_CANCELLED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(strategies_of_the_table_pass_and_short_tests_are_checked_at_every_bar, set_up),
        cmocka_unit_test_setup(breaks_of_the_asset_are_no_look_ahead, set_up),
        cmocka_unit_test_setup(a_strategy_that_peeks_is_found_and_its_first_decision_named, set_up),
        cmocka_unit_test_setup(it_can_be_stopped, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
