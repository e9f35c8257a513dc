// Whole backtests: what is refused, warm-up, breaks, the benchmark, and that results are the same bytes
// everywhere.
#include "engine/backtest.h"

#include "base/limits.h"

#include <stdio.h>
#include <string.h>

#include "unit/engine/series.h"
#include "unit/unit.h"

static struct arena arena;
static struct test_series series;
static double values[STRATEGY_PARAMS_MAX];

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 256 * MIB);
    series_walk(&series, SERIES_MAX, 42);
    values[0] = 5, values[1] = 20, values[2] = 0;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_clear(&arena);
    return 0;
}

static struct backtest_input input_of(const struct candles *candles, const char *strategy_id)
{
    return (struct backtest_input){
        .candles = candles,
        .interval = INTERVAL_1D,
        .strategy = strategy_find(str_from_c(strategy_id)),
        .values = values,
        .rules = {.initial_capital = 10000, .fee_bps = 10, .position_fraction = 1, .max_gap_factor = 10},
    };
}

static struct backtest_result run(const struct backtest_input *input)
{
    struct backtest_result result = {0};
    struct error error = {0};
    const enum status status = backtest_run(input, &arena, &result, &error);
    if (status != STATUS_OK) fail_msg("%s", error.message);
    return result;
}

static struct error refused(const struct backtest_input *input)
{
    struct backtest_result result = {.bar_count = 77};
    struct error error = {0};
    assert_int_equal(backtest_run(input, &arena, &result, &error), STATUS_INVALID);
    assert_int_equal(result.bar_count, 77);
    return error;
}

static void a_rule_out_of_range_is_named(void **state)
{
    (void)state;
    const struct candles candles = series_candles(&series, 100);
    struct backtest_input input = input_of(&candles, "ma_cross");
    input.rules = (struct backtest_rules){.initial_capital = 0,
                                          .fee_bps = -1,
                                          .slippage_bps = 10000,
                                          .position_fraction = 1.01,
                                          .max_gap_factor = 1,
                                          .stop_loss_pct = 100,
                                          .take_profit_pct = -1,
                                          .trailing_stop_pct = (double)INFINITY};
    const struct error error = refused(&input);
    const char *const expected[] = {"/stop_loss_pct",     "/take_profit_pct", "/trailing_stop_pct",
                                    "/initial_capital",   "/fee_bps",         "/slippage_bps",
                                    "/position_fraction", "/max_gap_factor"};
    assert_int_equal(error.field_count, 8);
    for (size_t i = 0; i < 8; i++)
        assert_string_equal(error.fields[i].pointer, expected[i]);
}

static void a_rule_that_is_no_number_is_refused(void **state)
{
    (void)state;
    const struct candles candles = series_candles(&series, 100);
    for (size_t i = 0; i < 8; i++) {
        struct backtest_input input = input_of(&candles, "ma_cross");
        double *const rules[] = {&input.rules.initial_capital, &input.rules.fee_bps,
                                 &input.rules.slippage_bps,    &input.rules.position_fraction,
                                 &input.rules.max_gap_factor,  &input.rules.stop_loss_pct,
                                 &input.rules.take_profit_pct, &input.rules.trailing_stop_pct};
        *rules[i] = (double)NAN;
        assert_int_equal(refused(&input).field_count, 1);
    }
}

static void fewer_candles_than_warm_up_and_two_are_refused_with_the_counts(void **state)
{
    (void)state;
    struct candles candles = series_candles(&series, 21);
    struct backtest_input input = input_of(&candles, "ma_cross");
    const struct error error = refused(&input);
    assert_string_equal(error.code, "not_enough_candles");
    assert_non_null(strstr(error.message, "22"));
    assert_non_null(strstr(error.message, "21"));
    candles.count = 22;
    assert_int_equal(run(&input).bar_count, 22);
}

static void a_range_without_two_candles_is_refused(void **state)
{
    (void)state;
    const struct candles candles = series_candles(&series, 100);
    struct backtest_input input = input_of(&candles, "ma_cross");
    for (size_t first = 99; first < 102; first++) {
        input.first = first;
        assert_string_equal(refused(&input).code, "not_enough_candles");
    }
    input.first = 98;
    assert_int_equal(run(&input).bar_count, 2);
}

static void prices_that_are_none_are_refused_with_their_time(void **state)
{
    (void)state;
    const double wrong[] = {0, -1, (double)NAN, (double)INFINITY};
    const struct candles candles = series_candles(&series, 100);
    const struct backtest_input input = input_of(&candles, "ma_cross");
    for (size_t bar = 0; bar < 100; bar += 33) {
        for (size_t i = 0; i < 8; i++) {
            double *price = i % 2 ? &series.open[bar] : &series.close[bar];
            const double kept = *price;
            *price = wrong[i / 2];
            const struct error error = refused(&input);
            assert_string_equal(error.code, "invalid_candles");
            if (bar == 33) assert_non_null(strstr(error.message, "2020-02-03"));
            *price = kept;
        }
    }
}

// The same bars, the first 60 of them as warm-up: the averages are the same, no cross before the test is
// acted on.
static void warm_up_bars_feed_the_indicators_and_are_not_traded(void **state)
{
    (void)state;
    const struct candles candles = series_candles(&series, 400);
    struct backtest_input input = input_of(&candles, "ma_cross");
    const struct backtest_result whole = run(&input);
    input.first = 60;
    const struct backtest_result part = run(&input);
    assert_int_equal(part.warmup_bars, 60);
    assert_int_equal(whole.warmup_bars, 0);
    assert_int_equal(part.bar_count, 340);
    assert_true(part.time[0] == series.time[60]);
    assert_true(part.equity[0] == 10000 && part.benchmark[0] == 10000);
    size_t skipped = 0;
    while (whole.trades[skipped].entry_bar <= 60)
        skipped++;
    assert_true(skipped > 0);
    for (size_t i = 0; i < part.trade_count; i++) {
        assert_int_equal(part.trades[i].entry_time, whole.trades[skipped + i].entry_time);
        assert_int_equal(part.trades[i].entry_bar + 60, whole.trades[skipped + i].entry_bar);
    }
}

static void a_signal_right_before_the_test_is_not_filled_in_it(void **state)
{
    (void)state;
    const struct candles candles = series_candles(&series, 50);
    struct backtest_input input = input_of(&candles, "buy_and_hold");
    input.first = 10;
    assert_int_equal(run(&input).trades[0].entry_bar, 1);
}

static void the_benchmark_buys_at_the_first_close_and_pays_nothing(void **state)
{
    (void)state;
    const struct candles candles = series_candles(&series, 100);
    const struct backtest_input input = input_of(&candles, "ma_cross");
    const struct backtest_result result = run(&input);
    for (size_t i = 0; i < 100; i++)
        assert_true(fabs(result.benchmark[i] - 10000 * series.close[i] / series.close[0]) < 1e-8);
}

// From bar `bar` on the price is that of another coin.
static void break_series(size_t bar, size_t count, double factor)
{
    for (size_t i = bar; i < count; i++) {
        series.open[i] *= factor;
        series.high[i] *= factor;
        series.low[i] *= factor;
        series.close[i] *= factor;
    }
}

static void a_break_is_no_profit_and_is_listed(void **state)
{
    (void)state;
    const double factors[] = {1000, 0.001};
    for (size_t i = 0; i < 2; i++) {
        series_walk(&series, SERIES_MAX, 42);
        break_series(150, 300, factors[i]);
        const struct candles candles = series_candles(&series, 300);
        const struct backtest_input input = input_of(&candles, "buy_and_hold");
        const struct backtest_result result = run(&input);
        assert_int_equal(result.break_count, 1);
        assert_int_equal(result.breaks[0].time, series.time[150]);
        assert_true(fabs(result.breaks[0].factor / factors[i] - 1) < 1e-9);
        assert_true(result.breaks[0].ends_position);
        assert_int_equal(result.trade_count, 2);
        assert_int_equal(result.trades[0].exit_reason, EXIT_SERIES_BREAK);
        assert_int_equal(result.trades[0].exit_bar, 149);
        assert_true(result.trades[0].exit_price == series.close[149]);
        assert_int_equal(result.trades[1].entry_bar, 151);
        assert_true(result.equity[150] == result.equity[149]);
        assert_true(result.benchmark[150] == result.benchmark[149]);
        for (size_t bar = 1; bar < 300; bar++)
            assert_true(fabs(result.benchmark[bar] / result.benchmark[bar - 1] - 1) < 0.021);
    }
}

// Before the first one nobody has bought; the bar between the others has no next open to buy at.
static void a_break_that_finds_no_position_ends_none(void **state)
{
    (void)state;
    series_walk(&series, SERIES_MAX, 42);
    break_series(1, 300, 1000);
    break_series(150, 300, 1000);
    break_series(151, 300, 0.001);
    const struct candles candles = series_candles(&series, 300);
    const struct backtest_input input = input_of(&candles, "buy_and_hold");
    const struct backtest_result result = run(&input);
    assert_int_equal(result.break_count, 3);
    assert_false(result.breaks[0].ends_position);
    assert_true(result.breaks[1].ends_position);
    assert_false(result.breaks[2].ends_position);
}

static void a_move_within_the_gap_factor_is_no_break(void **state)
{
    (void)state;
    break_series(150, 300, 1000);
    const struct candles candles = series_candles(&series, 300);
    struct backtest_input input = input_of(&candles, "buy_and_hold");
    input.rules.max_gap_factor = 1001;
    assert_int_equal(run(&input).break_count, 0);
    input.rules.max_gap_factor = 999;
    assert_int_equal(run(&input).break_count, 1);
    input.rules.max_gap_factor = (double)INFINITY;
    assert_int_equal(run(&input).break_count, 0);
}

// Averages over the jump would cross; those of the new coin alone are those of a series that begins with it.
static void no_indicator_sees_across_a_break(void **state)
{
    (void)state;
    break_series(150, 400, 1000);
    const struct candles candles = series_candles(&series, 400);
    const struct candles second = candles_slice(&candles, 150, 400);
    const struct backtest_input both = input_of(&candles, "ma_cross");
    const struct backtest_input alone = input_of(&second, "ma_cross");
    const struct backtest_result result = run(&both);
    const struct backtest_result expected = run(&alone);
    size_t before = 0;
    while (result.trades[before].entry_bar < 150)
        before++;
    assert_int_equal(result.trade_count - before, expected.trade_count);
    for (size_t i = 0; i < expected.trade_count; i++)
        assert_int_equal(result.trades[before + i].entry_time, expected.trades[i].entry_time);
}

static void a_break_in_the_warm_up_leaves_what_is_behind_it_to_warm_up(void **state)
{
    (void)state;
    break_series(50, 300, 1000);
    const struct candles candles = series_candles(&series, 300);
    struct backtest_input input = input_of(&candles, "ma_cross");
    input.first = 80;
    const struct backtest_result result = run(&input);
    assert_int_equal(result.warmup_bars, 30);
    assert_int_equal(result.break_count, 0);
    input.first = 50;
    assert_int_equal(run(&input).warmup_bars, 0);
}

static void a_series_in_pieces_runs_and_lists_the_first_breaks(void **state)
{
    (void)state;
    for (size_t i = 0; i < 200; i++)
        break_series(i, 200, i % 2 ? 1000 : 0.001);
    const struct candles candles = series_candles(&series, 200);
    struct backtest_input input = input_of(&candles, "buy_and_hold");
    const struct backtest_result result = run(&input);
    assert_int_equal(result.break_count, 199);
    assert_int_equal(result.trade_count, 0);
    assert_true(result.metrics.total_return == 0);
    for (size_t i = 0; i < SERIES_BREAKS_MAX; i++)
        assert_int_equal(result.breaks[i].time, series.time[i + 1]);
}

static void equity_and_trades_add_up(void **state)
{
    (void)state;
    const struct candles candles = series_candles(&series, SERIES_MAX);
    struct backtest_input input = input_of(&candles, "ma_cross");
    input.rules.allow_short = true;
    const struct backtest_result result = run(&input);
    double pnl = 0;
    for (size_t i = 0; i < result.trade_count; i++)
        pnl += result.trades[i].pnl;
    const double final = result.equity[SERIES_MAX - 1];
    assert_true(result.trade_count > 100);
    assert_true(fabs(10000 + pnl - final) < 1e-6);
    assert_true(result.metrics.final_equity == final);
    assert_true(result.metrics.trades + result.metrics.open_trades == (double)result.trade_count);
}

static void numbers_that_leave_their_range_end_the_run(void **state)
{
    (void)state;
    for (size_t i = 0; i < SERIES_MAX; i++)
        series.open[i] = series.high[i] = series.low[i] = series.close[i] = 1e-300;
    const struct candles candles = series_candles(&series, 100);
    struct backtest_input input = input_of(&candles, "buy_and_hold");
    input.rules.initial_capital = 1e15; // for more pieces than a number can count
    const struct error error = refused(&input);
    assert_string_equal(error.code, "out_of_range");
    assert_non_null(strstr(error.message, "2020-01-0"));
}

static void memory_that_runs_out_is_told_at_every_step(void **state)
{
    (void)state;
    const struct candles candles = series_candles(&series, SERIES_MAX);
    size_t failures = 0;
    for (int kind = 0; kind < 2; kind++) {
        values[2] = kind;
        const struct backtest_input input = input_of(&candles, "ma_cross");
        enum status status = STATUS_NO_MEMORY;
        for (size_t bytes = 1; status != STATUS_OK; bytes += bytes / 16 + 64) {
            ARENA_SCOPE(small, bytes);
            struct backtest_result result = {0};
            struct error error = {0};
            status = backtest_run(&input, &small, &result, &error);
            assert_true(status == STATUS_OK || status == STATUS_NO_MEMORY);
            failures += status == STATUS_NO_MEMORY;
        }
    }
    assert_true(failures > 50);
}

// FNV-1a of the bits of the numbers, in the order of the members.
static uint64_t hash_numbers(uint64_t hash, const double *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t bits;
        memcpy(&bits, &numbers[i], sizeof bits);
        if (numbers[i] != numbers[i]) bits = 0x7ff8000000000000; // a NaN's sign and payload are no result
        for (int byte = 0; byte < 8; byte++)
            hash = (hash ^ (bits >> (8 * byte) & 0xff)) * 0x100000001b3;
    }
    return hash;
}

static uint64_t hash_result(const struct backtest_result *result)
{
    uint64_t hash = hash_numbers(0xcbf29ce484222325, result->equity, result->bar_count);
    hash = hash_numbers(hash, result->benchmark, result->bar_count);
    for (size_t i = 0; i < result->trade_count; i++) {
        const struct trade *trade = &result->trades[i];
        const double numbers[] = {trade->quantity, trade->entry_price, trade->exit_price, trade->fees,
                                  trade->pnl};
        hash = hash_numbers(hash, numbers, 5);
    }
    for (size_t i = 0; i < metric_count(); i++) {
        double number;
        memcpy(&number, (const char *)&result->metrics + metric_at(i)->offset, sizeof number);
        hash = hash_numbers(hash, &number, 1);
    }
    for (size_t i = 0; i < result->metrics.monthly_count; i++)
        hash = hash_numbers(hash, &result->metrics.monthly[i].value, 1);
    return hash;
}

// The bits of a result on every compiler, machine and vector width. When a change of the engine moves them,
// so does ENGINE_VERSION.
static void results_have_the_same_bits_everywhere(void **state)
{
    (void)state;
    const uint64_t expected[] = {0xd28bbe783658f77b, 0x2173b0c203b536ba};
    const struct candles candles = series_candles(&series, SERIES_MAX);
    for (int kind = 0; kind < 2; kind++) {
        values[2] = kind;
        struct backtest_input input = input_of(&candles, "ma_cross");
        input.first = 37;
        input.rules.allow_short = true;
        input.rules.slippage_bps = 3;
        input.rules.position_fraction = 0.9;
        const struct backtest_result result = run(&input);
        const uint64_t hash = hash_result(&result);
        if (hash != expected[kind]) fail_msg("fingerprint %d is 0x%016llx", kind, (unsigned long long)hash);
    }
}

// The same for every strategy of the table, in its order, at its defaults and with every stop.
static void every_strategy_has_the_same_bits_everywhere(void **state)
{
    (void)state;
    const uint64_t expected[] = {0x6452a4dbed1bdfbc, 0x166018dd6416e098, 0x982bfb032298f9bc,
                                 0xcdd5559a52ddde63, 0x048e70355f4f010b, 0xb73994388e1d9b66,
                                 0xe8e8dfbf650c13aa, 0x77a6c6c777929543};
    const struct candles candles = series_candles(&series, SERIES_MAX);
    assert_int_equal(strategy_count(), sizeof expected / sizeof *expected);
    for (size_t i = 0; i < strategy_count(); i++) {
        struct backtest_input input = input_of(&candles, strategy_at(i)->id);
        strategy_defaults(strategy_at(i), values);
        input.rules.allow_short = true;
        input.rules.slippage_bps = 3;
        input.rules.stop_loss_pct = 4;
        input.rules.take_profit_pct = 9;
        input.rules.trailing_stop_pct = 6;
        const struct backtest_result result = run(&input);
        const uint64_t hash = hash_result(&result);
        if (hash != expected[i])
            fail_msg("fingerprint of %s is 0x%016llx", strategy_at(i)->id, (unsigned long long)hash);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_rule_out_of_range_is_named),
        TEST(a_rule_that_is_no_number_is_refused),
        TEST(fewer_candles_than_warm_up_and_two_are_refused_with_the_counts),
        TEST(a_range_without_two_candles_is_refused),
        TEST(prices_that_are_none_are_refused_with_their_time),
        TEST(warm_up_bars_feed_the_indicators_and_are_not_traded),
        TEST(a_signal_right_before_the_test_is_not_filled_in_it),
        TEST(the_benchmark_buys_at_the_first_close_and_pays_nothing),
        TEST(a_break_is_no_profit_and_is_listed),
        TEST(a_break_that_finds_no_position_ends_none),
        TEST(a_move_within_the_gap_factor_is_no_break),
        TEST(no_indicator_sees_across_a_break),
        TEST(a_break_in_the_warm_up_leaves_what_is_behind_it_to_warm_up),
        TEST(a_series_in_pieces_runs_and_lists_the_first_breaks),
        TEST(equity_and_trades_add_up),
        TEST(numbers_that_leave_their_range_end_the_run),
        TEST(memory_that_runs_out_is_told_at_every_step),
        TEST(results_have_the_same_bits_everywhere),
        TEST(every_strategy_has_the_same_bits_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
