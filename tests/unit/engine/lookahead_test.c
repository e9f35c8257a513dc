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

enum { SLOW_BARS = 100 };

// On the side of the return over SLOW_BARS up to the next close, where there is one: it changes its mind
// seldom, and a bar too early.
static enum status hasty_signals(const struct candles *candles, const double *parameters, struct arena *arena,
                                 uint8_t *out_signals, struct error *error)
{
    (void)parameters, (void)arena, (void)error;
    memset(out_signals, SIGNAL_HOLD, candles->count);
    for (size_t i = SLOW_BARS; i < candles->count; i++) {
        const double close = candles->close[i + 1 < candles->count ? i + 1 : i];
        out_signals[i] = close > candles->close[i - SLOW_BARS] ? SIGNAL_LONG : SIGNAL_FLAT;
    }
    return STATUS_OK;
}

static const struct strategy hasty = {.id = "hasty", .warmup_bars = no_warmup, .signals = hasty_signals};

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

// A prefix that ends anywhere has a good chance of showing nothing; one that ends at a decision shows it.
static void a_look_of_one_bar_is_found_where_something_is_decided(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        series_walk(&series, 1000, seed);
        assert_false(check_of(&hasty, 1000, 200).is_passed);
    }
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

enum { SYMBOLS = 9, BARS = 300 };

// Walks with gaps, late beginnings and an early end, some of them over many bars.
static struct universe universe_of_walks(void)
{
    static int64_t time[BARS];
    static double open[BARS * SYMBOLS], close[BARS * SYMBOLS];
    uint64_t seed = 5;
    for (size_t s = 0; s < SYMBOLS; s++) {
        double price = 100;
        for (size_t t = 0; t < BARS; t++) {
            const bool is_there = t >= 7 * s && (s != 3 || t < 200) && series_random(&seed) % 9 > 0;
            time[t] = 86400 * (int64_t)t;
            open[t * SYMBOLS + s] = is_there ? price : (double)NAN;
            price *= 1 + ((double)(series_random(&seed) % 2001) - 1000) / 20000;
            close[t * SYMBOLS + s] = is_there ? price : (double)NAN;
        }
    }
    return (struct universe){
        .symbol_count = SYMBOLS, .bar_count = BARS, .time = time, .open = open, .close = close};
}

static void rankings_do_not_look_ahead_and_one_that_does_is_found(void **state)
{
    (void)state;
    const struct str names[SYMBOLS] = {STR("A"), STR("B"), STR("C"), STR("D"), STR("E"),
                                       STR("F"), STR("G"), STR("H"), STR("I")};
    const struct universe universe = universe_of_walks();
    struct momentum_input input = {
        .universe = &universe,
        .names = names,
        .first = 12,
        .interval = INTERVAL_1D,
        .rules = {.long_count = 2,
                  .short_count = 2,
                  .lookback = 10,
                  .skip = 2,
                  .rebalance_every = 5,
                  .initial_capital = 10000,
                  .fee_bps = 10,
                  .max_gap_factor = 10},
    };
    ARENA_SCOPE(arena, 64 * MIB);
    struct momentum_result result;
    struct lookahead check;
    struct error error = {0};
    for (int weighting = 0; weighting < 2; weighting++) {
        input.rules.weighting = (enum momentum_weighting)weighting;
        assert_int_equal(momentum_run(&input, &arena, &result, &error), STATUS_OK);
        assert_int_equal(
            lookahead_check_momentum(&input, &result, (struct lookahead_stop){0}, &check, &error), STATUS_OK);
        assert_true(check.is_passed);
        assert_int_equal(check.prefix_count, LOOKAHEAD_SAMPLE);
    }
    // as if a decision had been another one, because of what came later
    struct momentum_rebalance *rebalance = &result.course.rebalances[20];
    for (size_t i = 0; i < rebalance->order_count; i++)
        result.course.orders[rebalance->first_order + i].target_weight *= 2;
    assert_int_equal(lookahead_check_momentum(&input, &result, (struct lookahead_stop){0}, &check, &error),
                     STATUS_OK);
    assert_false(check.is_passed);
    assert_true(check.is_ranking);
    assert_int_equal(check.time, universe.time[input.first + rebalance->bar]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(strategies_of_the_table_pass_and_short_tests_are_checked_at_every_bar, set_up),
        cmocka_unit_test_setup(breaks_of_the_asset_are_no_look_ahead, set_up),
        cmocka_unit_test_setup(a_strategy_that_peeks_is_found_and_its_first_decision_named, set_up),
        cmocka_unit_test(a_look_of_one_bar_is_found_where_something_is_decided),
        cmocka_unit_test_setup(it_can_be_stopped, set_up),
        cmocka_unit_test(rankings_do_not_look_ahead_and_one_that_does_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
