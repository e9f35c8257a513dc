#include "engine/sweep_batch.h"

#include "base/limits.h"
#include "unit/engine/series.h"
#include "unit/unit.h"

#include <math.h>
#include <string.h>

static struct test_series series;
static double values[STRATEGY_PARAMS_MAX];
static const double fast[] = {5, 10, 20}, slow[] = {20, 30, 2000}, fees[] = {0, 10};

static int set_up(void **state)
{
    (void)state;
    series_walk(&series, SERIES_MAX, 42);
    strategy_defaults(strategy_find(STR("ma_cross")), values);
    return 0;
}

static const struct sweep_axis axes[] = {
    {.index = 0, .values = fast, .count = 3},
    {.index = 1, .values = slow, .count = 3},
    {.is_rule = true, .index = 0, .values = fees, .count = 2},
};

static struct sweep_input input_of(const struct candles *candles, size_t first)
{
    return (struct sweep_input){
        .candles = candles,
        .first = first,
        .interval = INTERVAL_1D,
        .strategy = strategy_find(STR("ma_cross")),
        .values = values,
        .rules = {.initial_capital = 10000, .fee_bps = 3, .position_fraction = 1, .max_gap_factor = 10},
        .axes = axes,
        .axis_count = 3,
    };
}

static void combinations_are_every_choice_of_values_once(void **state)
{
    (void)state;
    bool seen[18] = {false};
    assert_int_equal(sweep_count(axes, 3), 18);
    for (size_t k = 0; k < 18; k++) {
        double at[SWEEP_AXES_MAX];
        sweep_values(axes, 3, k, at);
        size_t index = 0;
        for (size_t i = 0; i < 3; i++)
            for (size_t v = 0; v < axes[i].count; v++)
                if (axes[i].values[v] == at[i]) index = index * axes[i].count + v;
        assert_int_equal(index, k); // the last axis turns fastest
        assert_false(seen[index]);
        seen[index] = true;
    }
    const struct sweep_axis wide[] = {{.count = SIZE_MAX / 2}, {.count = 3}};
    assert_true(sweep_count(wide, 2) == SIZE_MAX);
    assert_int_equal(sweep_count(NULL, 0), 1);
}

// What a backtest of its own comes to.
static struct metrics alone(const struct candles *all, size_t first, const double *at, bool *is_valid)
{
    double own[STRATEGY_PARAMS_MAX];
    ARENA_SCOPE(arena, 64 * MIB);
    struct backtest_result result = {0};
    struct error error = {0};
    memcpy(own, values, sizeof own);
    own[0] = at[0], own[1] = at[1];
    const size_t warmup = own[1] < (double)first ? (size_t)own[1] : first;
    const struct candles read = candles_slice(all, first - warmup, all->count);
    struct backtest_input input = {
        .candles = &read,
        .first = warmup,
        .interval = INTERVAL_1D,
        .strategy = strategy_find(STR("ma_cross")),
        .values = own,
        .rules = {.initial_capital = 10000, .fee_bps = at[2], .position_fraction = 1, .max_gap_factor = 10},
    };
    *is_valid = strategy_check(input.strategy, own, &error) == STATUS_OK &&
                backtest_run(&input, &arena, &result, &error) == STATUS_OK;
    return result.metrics;
}

// Its parts in the reverse order.
static void begin_batch(struct sweep_batch *batch, size_t first)
{
    ARENA_SCOPE(arena, 64 * MIB);
    struct error error = {0};
    for (size_t part = sweep_batch_begin(batch, first); part-- > 0;)
        assert_int_equal(sweep_batch_prepare(batch, part, &arena, &error), STATUS_OK);
}

static void each_combination_is_what_a_backtest_of_its_own_is(void **state)
{
    (void)state;
    const struct candles candles = series_candles(&series, 1000);
    ARENA_SCOPE(arena, 64 * MIB);
    ARENA_SCOPE(shared, 64 * MIB);
    struct error error = {0};
    for (size_t first = 0; first <= 400; first += 400) {
        const struct sweep_input input = input_of(&candles, first);
        struct sweep_batch batch;
        size_t valid = 0;
        assert_int_equal(sweep_batch_make(&input, &shared, &batch, &error), STATUS_OK);
        begin_batch(&batch, 0);
        assert_int_equal(batch.count, 18);
        for (size_t k = 0; k < 18; k++) {
            struct sweep_row row;
            bool is_valid;
            assert_int_equal(sweep_batch_run(&batch, k, &arena, &row, &error), STATUS_OK);
            const struct metrics wanted = alone(&candles, first, row.values, &is_valid);
            assert_int_equal(row.is_valid, is_valid);
            valid += is_valid;
            if (is_valid) assert_memory_equal(&row.metrics, &wanted, offsetof(struct metrics, monthly));
        }
        // fast 20 and slow 20 do not go together, slow 2000 needs more candles than there are
        assert_int_equal(valid, 10);
    }
}

// As backtest_run has it, of the same rules.
static void assert_row(const struct sweep_input *input, size_t combination, const struct sweep_row *row)
{
    ARENA_SCOPE(arena, 64 * MIB);
    struct sweep_combination run;
    struct backtest_result result = {0};
    struct error error = {0};
    sweep_combine(input, combination, &run);
    const bool is_valid = strategy_check(input->strategy, run.values, &error) == STATUS_OK &&
                          backtest_run(&run.input, &arena, &result, &error) == STATUS_OK;
    assert_int_equal(row->is_valid, is_valid);
    if (is_valid && memcmp(&row->metrics, &result.metrics, offsetof(struct metrics, monthly)) != 0)
        fail_msg("combination %zu of %s is not the same alone", combination, input->strategy->id);
}

enum { LONG_BARS = 20000 };
static double long_open[LONG_BARS], long_high[LONG_BARS], long_low[LONG_BARS], long_close[LONG_BARS];
static int64_t long_time[LONG_BARS];

// A walk long enough for tails to be found by walking, with breaks and a price in front that is none.
static struct candles make_long(void)
{
    uint64_t seed = 9;
    double price = 100;
    for (size_t i = 0; i < LONG_BARS; i++) {
        const double factor = series_random(&seed) % 4000 == 0 ? 30 : 1;
        long_open[i] = price * factor;
        price = long_open[i] * (1 + ((double)(series_random(&seed) % 2001) - 990) / 50000);
        long_close[i] = price;
        long_high[i] = fmax(long_open[i], price) * 1.005;
        long_low[i] = fmin(long_open[i], price) * 0.995;
        long_time[i] = (int64_t)i * 3600;
    }
    long_close[25] = -1;
    return (struct candles){.count = LONG_BARS,
                            .time = long_time,
                            .open = long_open,
                            .high = long_high,
                            .low = long_low,
                            .close = long_close,
                            .volume = long_high};
}

static void run_and_compare(const struct sweep_input *input, struct arena *shared)
{
    ARENA_SCOPE(arena, 64 * MIB);
    struct sweep_batch batch;
    struct error error = {0};
    assert_int_equal(sweep_batch_make(input, shared, &batch, &error), STATUS_OK);
    begin_batch(&batch, 0);
    for (size_t k = 0; k < batch.count; k++) {
        struct sweep_row row;
        assert_int_equal(sweep_batch_run(&batch, k, &arena, &row, &error), STATUS_OK);
        assert_row(input, k, &row);
    }
    arena_reset(shared);
}

// Both kinds of averages, breaks of the asset with each of two factors, a first bar that some combinations
// warm up to, and an unsound one that some of them see.
static void rows_are_the_same_bits_over_breaks_and_unsound_candles(void **state)
{
    (void)state;
    const struct candles candles = make_long();
    ARENA_SCOPE(shared, 256 * MIB);
    const double lengths[] = {1, 2, 7, 30}, longer[] = {2, 30, 75, 300}, kinds[] = {0, 1};
    const double factors[] = {10, 100};
    const struct sweep_axis all[] = {
        {.index = 0, .values = lengths, .count = 4},
        {.index = 1, .values = longer, .count = 4},
        {.index = 2, .values = kinds, .count = 2},
        {.is_rule = true, .index = 3, .values = factors, .count = 2},
    };
    const size_t firsts[] = {0, 26, 100, 257, 9000};
    for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++) {
        struct sweep_input input = input_of(&candles, firsts[i]);
        input.axes = all;
        input.axis_count = 4;
        input.rules.allow_short = i % 2;
        run_and_compare(&input, &shared);
    }
}

static void rows_of_every_strategy_are_the_same_bits(void **state)
{
    (void)state;
    const struct candles all = make_long(), candles = candles_slice(&all, 26, LONG_BARS);
    ARENA_SCOPE(shared, 256 * MIB);
    const double fractions[] = {1, 0.5}, stops[] = {0, 5};
    const struct sweep_axis both[] = {
        {.is_rule = true, .index = 2, .values = fractions, .count = 2},
        {.is_rule = true, .index = 4, .values = stops, .count = 2},
    };
    for (size_t i = 0; i < strategy_count(); i++) {
        struct sweep_input input = input_of(&candles, 500);
        double own[STRATEGY_PARAMS_MAX];
        strategy_defaults(strategy_at(i), own);
        input.strategy = strategy_at(i);
        input.values = own;
        input.axes = both;
        input.axis_count = 2;
        run_and_compare(&input, &shared);
    }
}

// Stops so near that many are reached in the very bar whose close turns the signal.
static void rows_are_the_same_bits_where_stops_meet_turns(void **state)
{
    (void)state;
    const struct candles all = make_long(), candles = candles_slice(&all, 26, LONG_BARS);
    ARENA_SCOPE(shared, 256 * MIB);
    const double lengths[] = {1, 2, 7}, longer[] = {8, 30}, percents[] = {0.5, 1, 2};
    const struct sweep_axis near[] = {
        {.index = 0, .values = lengths, .count = 3},
        {.index = 1, .values = longer, .count = 2},
        {.is_rule = true, .index = 4, .values = percents, .count = 3},
        {.is_rule = true, .index = 6, .values = percents, .count = 3},
    };
    for (int i = 0; i < 4; i++) {
        struct sweep_input input = input_of(&candles, 500);
        input.axes = near;
        input.axis_count = 4;
        input.rules.allow_short = i % 2;
        input.rules.execution = i / 2 ? EXECUTION_CLOSE : EXECUTION_NEXT_OPEN;
        run_and_compare(&input, &shared);
    }
}

static void the_trials_are_those_with_a_sharpe_ratio(void **state)
{
    (void)state;
    const struct candles candles = series_candles(&series, 1000);
    const struct sweep_input input = input_of(&candles, 0);
    struct sweep_row rows[4] = {{.is_valid = true, .metrics.sharpe = 1},
                                {.is_valid = true, .metrics.sharpe = 3},
                                {.is_valid = false, .metrics.sharpe = 9},
                                {.is_valid = true, .metrics.sharpe = (double)NAN}};
    size_t trials;
    const struct deflated_sharpe result = sweep_deflated_sharpe(&input, rows, 4, &rows[1], &trials);
    assert_int_equal(trials, 2);
    const struct sharpe_trial trial = {.sharpe = 3 / sqrt(365), .returns = 999};
    const struct deflated_sharpe wanted = deflated_sharpe_of(&trial, 2, 2.0 / 365);
    assert_true(fabs(result.expected_maximum - wanted.expected_maximum) < 1e-12);
    assert_true(fabs(result.probability - wanted.probability) < 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(combinations_are_every_choice_of_values_once, set_up),
        cmocka_unit_test_setup(each_combination_is_what_a_backtest_of_its_own_is, set_up),
        cmocka_unit_test_setup(rows_are_the_same_bits_over_breaks_and_unsound_candles, set_up),
        cmocka_unit_test_setup(rows_of_every_strategy_are_the_same_bits, set_up),
        cmocka_unit_test_setup(rows_are_the_same_bits_where_stops_meet_turns, set_up),
        cmocka_unit_test_setup(the_trials_are_those_with_a_sharpe_ratio, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
