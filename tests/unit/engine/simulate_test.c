// The execution model, rule by rule on bars that can be computed by hand, and as properties on random ones.
#include "engine/simulate.h"

#include "base/limits.h"
#include "engine/strategy.h"

#include <string.h>

#include "unit/engine/series.h"
#include "unit/unit.h"

enum { BARS_MAX = 16, L = SIGNAL_LONG, S = SIGNAL_SHORT, F = SIGNAL_FLAT };

// No costs, everything at stake.
static const struct backtest_rules plain = {
    .initial_capital = 1000,
    .position_fraction = 1,
    .max_gap_factor = 10,
};

static struct arena arena;
static const int64_t times[BARS_MAX] = {0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150};

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 64 * MIB);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_clear(&arena);
    return 0;
}

static void assert_near(double actual, double expected)
{
    if (!(fabs(actual - expected) <= 1e-12 * fmax(fabs(expected), 1)))
        fail_msg("%.17g should be %.17g", actual, expected);
}

static struct simulation run(struct simulate_input input)
{
    struct simulation simulation = {0};
    struct error error = {0};
    assert_int_equal(simulate_run(&input, &arena, &simulation, &error), STATUS_OK);
    return simulation;
}

static struct simulation run_bars(size_t count, const double *open, const double *close,
                                  const uint8_t *signals, struct backtest_rules rules)
{
    const struct candles candles = {.count = count, .time = times, .open = open, .close = close};
    return run((struct simulate_input){.candles = &candles, .signals = signals, .rules = rules});
}

static void assert_equity(const struct simulation *simulation, const double *expected, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_near(simulation->equity[i], expected[i]);
}

static void an_order_fills_at_the_next_open(void **state)
{
    (void)state;
    const double open[] = {10, 20, 30, 40}, close[] = {11, 22, 33, 44};
    const struct simulation done = run_bars(4, open, close, (uint8_t[]){L, 0, F, 0}, plain);
    assert_equity(&done, (const double[]){1000, 1100, 1650, 2000}, 4);
    assert_int_equal(done.trade_count, 1);
    const struct trade *trade = &done.trades[0];
    assert_int_equal(trade->entry_time, 10);
    assert_int_equal(trade->entry_bar, 1);
    assert_int_equal(trade->exit_time, 30);
    assert_int_equal(trade->exit_bar, 3);
    assert_near(trade->quantity, 50);
    assert_near(trade->entry_price, 20);
    assert_near(trade->exit_price, 40);
    assert_near(trade->pnl, 1000);
    assert_int_equal(trade->exit_reason, EXIT_SIGNAL);
    assert_false(trade->is_open);
    assert_false(trade->is_short);
    assert_int_equal(done.bars_held, 2);
}

static void a_fee_is_paid_on_the_notional_of_both_fills(void **state)
{
    (void)state;
    struct backtest_rules rules = plain;
    rules.fee_bps = 100;
    const double open[] = {10, 20, 30, 40}, close[] = {11, 22, 33, 44};
    const struct simulation done = run_bars(4, open, close, (uint8_t[]){L, 0, F, 0}, rules);
    const double quantity = 1000 / (20 * 1.01);
    const double fees = quantity * 20 * 0.01 + quantity * 40 * 0.01;
    assert_near(done.trades[0].quantity, quantity);
    assert_near(done.trades[0].fees, fees);
    assert_near(done.fees, fees);
    assert_near(done.trades[0].pnl, quantity * 20 - fees);
    assert_near(done.equity[1], quantity * 22);
    assert_near(done.equity[3], 1000 + quantity * 20 - fees);
    assert_near(done.turnover, quantity * 20 / 1000 + 1);
}

static void slippage_is_against_the_trader(void **state)
{
    (void)state;
    struct backtest_rules rules = plain;
    rules.slippage_bps = 100;
    rules.allow_short = true;
    const double price[] = {10, 100, 100, 100, 100};
    const struct simulation done = run_bars(5, price, price, (uint8_t[]){L, F, S, F, 0}, rules);
    assert_near(done.trades[0].entry_price, 101);
    assert_near(done.trades[0].exit_price, 99);
    assert_near(done.trades[1].entry_price, 99);
    assert_near(done.trades[1].exit_price, 101);
    assert_true(done.trades[1].is_short);
}

static void an_order_of_the_last_bar_is_not_filled(void **state)
{
    (void)state;
    const double price[] = {10, 20, 30};
    const struct simulation done = run_bars(3, price, price, (uint8_t[]){0, 0, L}, plain);
    assert_int_equal(done.trade_count, 0);
    assert_equity(&done, (const double[]){1000, 1000, 1000}, 3);
}

static void a_position_at_the_end_is_marked_at_the_last_close_without_a_fee(void **state)
{
    (void)state;
    struct backtest_rules rules = plain;
    rules.fee_bps = 100;
    const double open[] = {10, 20, 30}, close[] = {10, 20, 44};
    const struct simulation done = run_bars(3, open, close, (uint8_t[]){L, 0, F}, rules);
    const struct trade *trade = &done.trades[0];
    const double quantity = 1000 / (20 * 1.01);
    assert_true(trade->is_open);
    assert_int_equal(trade->exit_reason, EXIT_END_OF_DATA);
    assert_int_equal(trade->exit_time, 0);
    assert_int_equal(trade->exit_bar, 2);
    assert_near(trade->exit_price, 44);
    assert_near(trade->fees, quantity * 20 * 0.01);
    assert_near(trade->pnl, quantity * 24 - quantity * 20 * 0.01);
    assert_near(done.equity[2], quantity * 44);
}

static void a_fraction_of_the_equity_is_at_stake(void **state)
{
    (void)state;
    struct backtest_rules rules = plain;
    rules.position_fraction = 0.25;
    const double price[] = {10, 20, 30};
    const struct simulation done = run_bars(3, price, price, (uint8_t[]){L, 0, 0}, rules);
    assert_near(done.trades[0].quantity, 12.5);
    assert_equity(&done, (const double[]){1000, 1000, 1125}, 3);
}

static void being_long_already_is_no_order(void **state)
{
    (void)state;
    const double price[] = {10, 20, 30, 40};
    const struct simulation done = run_bars(4, price, price, (uint8_t[]){L, L, L, L}, plain);
    assert_int_equal(done.trade_count, 1);
    assert_near(done.equity[3], 2000);
}

static void short_means_out_where_shorts_are_not_allowed(void **state)
{
    (void)state;
    const double price[] = {10, 20, 30, 40, 50};
    const struct simulation done = run_bars(5, price, price, (uint8_t[]){S, L, S, S, 0}, plain);
    assert_int_equal(done.trade_count, 1);
    assert_int_equal(done.trades[0].entry_bar, 2);
    assert_int_equal(done.trades[0].exit_bar, 3);
    assert_int_equal(done.trades[0].exit_reason, EXIT_SIGNAL);
    assert_near(done.equity[4], 1000 * 40 / 30.0);
}

static void a_short_gains_what_the_price_loses(void **state)
{
    (void)state;
    struct backtest_rules rules = plain;
    rules.allow_short = true;
    const double price[] = {10, 20, 15, 10};
    const struct simulation done = run_bars(4, price, price, (uint8_t[]){S, 0, F, 0}, rules);
    assert_equity(&done, (const double[]){1000, 1000, 1250, 1500}, 4);
    assert_near(done.trades[0].quantity, 50);
    assert_near(done.trades[0].pnl, 500);
}

static void a_reversal_closes_and_opens_with_what_is_left_at_the_same_open(void **state)
{
    (void)state;
    struct backtest_rules rules = plain;
    rules.allow_short = true;
    rules.fee_bps = 100;
    const double price[] = {10, 20, 40, 40};
    const struct simulation done = run_bars(4, price, price, (uint8_t[]){L, S, 0, 0}, rules);
    const double first = 1000 / (20 * 1.01);
    const double left = first * 40 * 0.99;
    assert_int_equal(done.trade_count, 2);
    assert_int_equal(done.trades[0].exit_reason, EXIT_REVERSAL);
    assert_int_equal(done.trades[0].exit_bar, 2);
    assert_int_equal(done.trades[1].entry_bar, 2);
    assert_true(done.trades[1].is_short);
    assert_near(done.trades[1].quantity, left / (40 * 1.01));
    assert_near(done.equity[2], left - left / 1.01 * 0.01);
}

static void equity_at_zero_closes_everything_and_nothing_trades_after(void **state)
{
    (void)state;
    struct backtest_rules rules = plain;
    rules.allow_short = true;
    const double open[] = {10, 20, 30, 39, 10, 10}, close[] = {10, 20, 39, 41, 10, 10};
    const struct simulation done = run_bars(6, open, close, (uint8_t[]){S, 0, 0, L, L, L}, rules);
    assert_true(done.is_liquidated);
    assert_int_equal(done.liquidated_at, 30);
    assert_int_equal(done.trade_count, 1);
    assert_int_equal(done.trades[0].exit_reason, EXIT_LIQUIDATION);
    assert_int_equal(done.trades[0].exit_bar, 3);
    assert_near(done.trades[0].exit_price, 41);
    assert_equity(&done, (const double[]){1000, 1000, 50, -50, -50, -50}, 6);
    assert_int_equal(done.bars_held, 3);
}

static void bars_behind_a_liquidation_are_not_held(void **state)
{
    (void)state;
    struct backtest_rules rules = plain;
    rules.allow_short = true;
    const double price[] = {10, 20, 41, 50, 60, 70};
    const struct simulation done = run_bars(6, price, price, (uint8_t[]){S, 0, 0, 0, 0, 0}, rules);
    assert_true(done.is_liquidated);
    assert_int_equal(done.bars_held, 2);
    assert_near(done.equity[5], -50);
}

static void equity_of_exactly_zero_is_a_liquidation(void **state)
{
    (void)state;
    struct backtest_rules rules = plain;
    rules.allow_short = true;
    const double price[] = {10, 20, 40, 20};
    const struct simulation done = run_bars(4, price, price, (uint8_t[]){S, 0, 0, 0}, rules);
    assert_true(done.is_liquidated);
    assert_equity(&done, (const double[]){1000, 1000, 0, 0}, 4);
}

// The price jumps over everything between two bars; the reversal finds nothing left to open with.
static void a_fill_that_leaves_nothing_is_a_liquidation(void **state)
{
    (void)state;
    struct backtest_rules rules = plain;
    rules.allow_short = true;
    const double open[] = {10, 20, 50, 10, 10}, close[] = {10, 20, 10, 10, 10};
    const struct simulation done = run_bars(5, open, close, (uint8_t[]){S, L, S, S, 0}, rules);
    assert_true(done.is_liquidated);
    assert_int_equal(done.liquidated_at, 20);
    assert_int_equal(done.trade_count, 1);
    assert_equity(&done, (const double[]){1000, 1000, -500, -500, -500}, 5);
}

static void a_break_closes_the_holding_at_the_last_close_before_it(void **state)
{
    (void)state;
    struct backtest_rules rules = plain;
    rules.fee_bps = 100;
    rules.slippage_bps = 100;
    const double price[] = {10, 20, 30, 3000, 6000};
    const struct candles candles = {.count = 5, .time = times, .open = price, .close = price};
    const size_t breaks[] = {3};
    const struct simulation done = run((struct simulate_input){.candles = &candles,
                                                               .signals = (uint8_t[]){L, 0, 0, 0, 0},
                                                               .breaks = breaks,
                                                               .break_count = 1,
                                                               .rules = rules});
    const double quantity = 1000 / (20.2 * 1.01);
    assert_int_equal(done.trade_count, 1);
    assert_int_equal(done.trades[0].exit_reason, EXIT_SERIES_BREAK);
    assert_int_equal(done.trades[0].exit_time, 20);
    assert_near(done.trades[0].exit_price, 30); // as marked: nobody could trade there, so no slippage
    assert_equity(
        &done, (const double[]){1000, quantity * 20, quantity * 29.7, quantity * 29.7, quantity * 29.7}, 5);
}

static struct simulation run_over_break(const uint8_t *signals, enum execution execution)
{
    static const double price[] = {10, 20, 3000, 6000, 9000};
    static const struct candles candles = {.count = 5, .time = times, .open = price, .close = price};
    static const size_t breaks[] = {2};
    struct backtest_rules rules = plain;
    rules.execution = execution;
    rules.fee_bps = 100;
    rules.slippage_bps = 100;
    return run((struct simulate_input){
        .candles = &candles, .signals = signals, .breaks = breaks, .break_count = 1, .rules = rules});
}

static void an_order_is_not_carried_over_a_break(void **state)
{
    (void)state;
    const struct simulation done = run_over_break((uint8_t[]){0, L, 0, L, 0}, EXECUTION_NEXT_OPEN);
    assert_int_equal(done.trade_count, 1);
    assert_int_equal(done.trades[0].entry_bar, 4);
}

// Nobody knows at that close that a break comes.
static void an_order_of_the_close_before_a_break_fills_there(void **state)
{
    (void)state;
    const struct simulation in = run_over_break((uint8_t[]){0, L, 0, 0, 0}, EXECUTION_CLOSE);
    assert_int_equal(in.trade_count, 1);
    assert_int_equal(in.trades[0].entry_bar, 1);
    assert_int_equal(in.trades[0].exit_bar, 1);
    assert_int_equal(in.trades[0].exit_reason, EXIT_SERIES_BREAK);
    const double left = 1000 / 1.01 / 1.01 * 0.99;
    assert_equity(&in, (const double[]){1000, left, left, left, left}, 5);
    const struct simulation out = run_over_break((uint8_t[]){L, F, 0, 0, 0}, EXECUTION_CLOSE);
    assert_int_equal(out.trade_count, 1);
    assert_int_equal(out.trades[0].exit_reason, EXIT_SIGNAL);
    assert_near(out.trades[0].exit_price, 20 * 0.99);
}

static void a_close_order_fills_at_the_close_that_decided_it(void **state)
{
    (void)state;
    struct backtest_rules rules = plain;
    rules.execution = EXECUTION_CLOSE;
    rules.fee_bps = 100;
    const double open[] = {1, 1, 1, 1}, close[] = {10, 20, 30, 40};
    const struct simulation done = run_bars(4, open, close, (uint8_t[]){0, L, 0, F}, rules);
    const double quantity = 1000 / (20 * 1.01);
    assert_equity(&done, (const double[]){1000, quantity * 20, quantity * 30, quantity * 40 * 0.99}, 4);
    assert_int_equal(done.trades[0].entry_time, 10);
    assert_int_equal(done.trades[0].exit_time, 30);
    assert_false(done.trades[0].is_open);
    assert_int_equal(done.bars_held, 2);
}

static void the_first_point_is_the_capital_even_where_the_first_close_fills(void **state)
{
    (void)state;
    struct backtest_rules rules = plain;
    rules.execution = EXECUTION_CLOSE;
    rules.fee_bps = 100;
    const double price[] = {10, 10, 10};
    const struct simulation done = run_bars(3, price, price, (uint8_t[]){L, 0, 0}, rules);
    assert_equity(&done, (const double[]){1000, 1000 / 1.01, 1000 / 1.01}, 3);
    assert_int_equal(done.trades[0].entry_bar, 0);
}

// It was held up to the close that took it away.
static void the_bar_of_a_ruin_at_its_close_is_held(void **state)
{
    (void)state;
    struct backtest_rules rules = plain;
    rules.execution = EXECUTION_CLOSE;
    rules.allow_short = true;
    const double price[] = {10, 11, 25, 30};
    const struct simulation done = run_bars(4, price, price, (uint8_t[]){S, 0, L, 0}, rules);
    assert_true(done.is_liquidated);
    assert_int_equal(done.liquidated_at, 20);
    assert_int_equal(done.bars_held, 3);
}

static void one_bar_is_enough_to_be_marked(void **state)
{
    (void)state;
    const double price[] = {10};
    const struct simulation done = run_bars(1, price, price, (uint8_t[]){L}, plain);
    assert_int_equal(done.trade_count, 0);
    assert_near(done.equity[0], 1000);
}

static void an_arena_that_is_too_small_is_told(void **state)
{
    (void)state;
    static uint8_t signals[SERIES_MAX];
    static struct test_series walk;
    ARENA_SCOPE(small, SERIES_MAX * sizeof(double) + 64 * KIB);
    series_walk(&walk, SERIES_MAX, 1);
    for (size_t i = 0; i < SERIES_MAX; i++)
        signals[i] = i % 2 ? L : F;
    const struct candles candles = series_candles(&walk, SERIES_MAX);
    const struct simulate_input input = {.candles = &candles, .signals = signals, .rules = plain};
    struct simulation simulation = {0};
    struct error error = {0};
    assert_int_equal(simulate_run(&input, &small, &simulation, &error), STATUS_NO_MEMORY);
    assert_null(simulation.equity);
}

// The model once more, one bar after the other and without any care for speed.
struct plain_book {
    double cash;
    double units;
    bool is_dead;
};

static void plain_trade(struct plain_book *book, const struct backtest_rules *rules, double price,
                        uint8_t signal)
{
    const double fee = rules->fee_bps / 10000, slip = rules->slippage_bps / 10000;
    const int target = signal == L ? 1 : signal == S && rules->allow_short ? -1 : 0;
    const int held = (book->units > 0) - (book->units < 0);
    if (signal == SIGNAL_HOLD || target == held || book->is_dead) return;
    if (held) {
        const double fill = price * (1 - held * slip);
        book->cash += book->units * fill - fabs(book->units) * fill * fee;
        book->units = 0;
        book->is_dead = book->cash <= 0;
    }
    if (target && !book->is_dead) {
        const double fill = price * (1 + target * slip);
        book->units = target * book->cash * rules->position_fraction / (fill * (1 + fee));
        book->cash -= book->units * fill + fabs(book->units) * fill * fee;
    }
}

static void plain_close(struct plain_book *book, const struct backtest_rules *rules, double price)
{
    book->cash += book->units * price - fabs(book->units) * price * rules->fee_bps / 10000;
    book->units = 0;
}

static bool is_break(const struct simulate_input *input, size_t bar)
{
    for (size_t i = 0; i < input->break_count; i++) {
        if (input->breaks[i] == bar) return true;
    }
    return false;
}

static void assert_as_plain(const struct simulate_input *input, const struct simulation *done)
{
    const struct backtest_rules *rules = &input->rules;
    const struct candles *candles = input->candles;
    struct plain_book book = {.cash = rules->initial_capital};
    for (size_t t = 0; t < candles->count; t++) {
        const bool ends = is_break(input, t + 1);
        if (rules->execution == EXECUTION_NEXT_OPEN && t > 0 && !is_break(input, t))
            plain_trade(&book, rules, candles->open[t], input->signals[t - 1]);
        if (rules->execution == EXECUTION_CLOSE)
            plain_trade(&book, rules, candles->close[t], input->signals[t]);
        if (book.units < 0 && book.cash + book.units * candles->close[t] <= 0) {
            plain_close(&book, rules, candles->close[t]);
            book.is_dead = true;
        }
        if (ends) plain_close(&book, rules, candles->close[t]);
        const double equity = book.cash + book.units * candles->close[t];
        if (t == 0)
            assert_true(done->equity[0] == rules->initial_capital);
        else if (!(fabs(done->equity[t] - equity) <= 1e-9 * fmax(fabs(equity), 1e-3)))
            fail_msg("bar %zu: %.17g should be %.17g", t, done->equity[t], equity);
    }
    assert_int_equal(done->is_liquidated, book.is_dead);
}

// Closed and open results add up to what the equity gained.
static void assert_sums(const struct simulate_input *input, const struct simulation *done)
{
    const double final = done->equity[input->candles->count - 1];
    double pnl = 0, fees = 0;
    for (size_t i = 0; i < done->trade_count; i++) {
        pnl += done->trades[i].pnl;
        fees += done->trades[i].fees;
        assert_true(done->trades[i].quantity > 0);
        assert_true(done->trades[i].exit_bar >= done->trades[i].entry_bar);
        assert_int_equal(done->trades[i].entry_time, input->candles->time[done->trades[i].entry_bar]);
        if (i + 1 < done->trade_count) assert_false(done->trades[i].is_open);
    }
    const double scale = fmax(input->rules.initial_capital, fabs(final)) + fees;
    assert_true(fabs(input->rules.initial_capital + pnl - final) <= 1e-9 * scale);
    assert_true(fabs(fees - done->fees) <= 1e-9 * scale);
}

static struct backtest_rules random_rules(uint64_t *seed)
{
    return (struct backtest_rules){
        .initial_capital = 1000,
        .fee_bps = (double)(series_random(seed) % 3 * 10),
        .slippage_bps = (double)(series_random(seed) % 3 * 5),
        .position_fraction = series_random(seed) % 2 ? 1 : 0.6,
        .max_gap_factor = 10,
        .allow_short = series_random(seed) % 2,
        .execution = series_random(seed) % 2 ? EXECUTION_CLOSE : EXECUTION_NEXT_OPEN,
    };
}

// Signals as rare as one in 1, 3, 9 … bars; wild prices now and then, so that shorts are ruined.
static void random_bars(struct test_series *series, uint8_t *signals, size_t count, uint64_t *seed)
{
    const uint64_t rarity = series_random(seed) % 40 + 1;
    const double step = series_random(seed) % 4 ? 1 : 8;
    double price = 100;
    for (size_t i = 0; i < count; i++) {
        series->time[i] = 3600 * (int64_t)i;
        series->open[i] = price * (1 + step * ((double)(series_random(seed) % 1000) - 500) / 50000);
        price = series->open[i] * (1 + step * ((double)(series_random(seed) % 1000) - 490) / 10000);
        series->close[i] = price;
        signals[i] = series_random(seed) % rarity ? SIGNAL_HOLD : (uint8_t)(series_random(seed) % 4);
    }
}

static void random_runs_agree_with_the_model_bar_by_bar(void **state)
{
    (void)state;
    static struct test_series series;
    static uint8_t signals[SERIES_MAX];
    size_t liquidations = 0, with_breaks = 0;
    uint64_t seed = 11;
    for (int i = 0; i < 3000; i++) {
        const size_t count = 1 + series_random(&seed) % 300;
        random_bars(&series, signals, count, &seed);
        const struct candles candles = series_candles(&series, count);
        size_t breaks[3], break_count = 0;
        for (size_t bar = 0; break_count < series_random(&seed) % 4; break_count++) {
            bar += 1 + series_random(&seed) % 20;
            if (bar >= count) break;
            breaks[break_count] = bar;
        }
        const struct simulate_input input = {.candles = &candles,
                                             .signals = signals,
                                             .breaks = breaks,
                                             .break_count = break_count,
                                             .rules = random_rules(&seed)};
        const struct simulation done = run(input);
        assert_as_plain(&input, &done);
        assert_sums(&input, &done);
        liquidations += done.is_liquidated;
        with_breaks += break_count > 0;
        arena_clear(&arena);
    }
    assert_true(liquidations > 20 && with_breaks > 500);
}

static void the_past_does_not_depend_on_the_future(void **state)
{
    (void)state;
    static struct test_series series;
    static uint8_t signals[SERIES_MAX];
    uint64_t seed = 5;
    random_bars(&series, signals, SERIES_MAX, &seed);
    struct backtest_rules rules = random_rules(&seed);
    rules.execution = EXECUTION_NEXT_OPEN;
    const struct candles all = series_candles(&series, SERIES_MAX);
    const struct simulation whole =
        run((struct simulate_input){.candles = &all, .signals = signals, .rules = rules});
    for (size_t count = 1; count < SERIES_MAX; count += 97) {
        const struct candles some = candles_slice(&all, 0, count);
        const struct simulation part =
            run((struct simulate_input){.candles = &some, .signals = signals, .rules = rules});
        assert_memory_equal(part.equity, whole.equity, count * sizeof(double));
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_order_fills_at_the_next_open),
        TEST(a_fee_is_paid_on_the_notional_of_both_fills),
        TEST(slippage_is_against_the_trader),
        TEST(an_order_of_the_last_bar_is_not_filled),
        TEST(a_position_at_the_end_is_marked_at_the_last_close_without_a_fee),
        TEST(a_fraction_of_the_equity_is_at_stake),
        TEST(being_long_already_is_no_order),
        TEST(short_means_out_where_shorts_are_not_allowed),
        TEST(a_short_gains_what_the_price_loses),
        TEST(a_reversal_closes_and_opens_with_what_is_left_at_the_same_open),
        TEST(equity_at_zero_closes_everything_and_nothing_trades_after),
        TEST(bars_behind_a_liquidation_are_not_held),
        TEST(equity_of_exactly_zero_is_a_liquidation),
        TEST(a_fill_that_leaves_nothing_is_a_liquidation),
        TEST(a_break_closes_the_holding_at_the_last_close_before_it),
        TEST(an_order_is_not_carried_over_a_break),
        TEST(an_order_of_the_close_before_a_break_fills_there),
        TEST(a_close_order_fills_at_the_close_that_decided_it),
        TEST(the_first_point_is_the_capital_even_where_the_first_close_fills),
        TEST(the_bar_of_a_ruin_at_its_close_is_held),
        TEST(one_bar_is_enough_to_be_marked),
        TEST(an_arena_that_is_too_small_is_told),
        TEST(random_runs_agree_with_the_model_bar_by_bar),
        TEST(the_past_does_not_depend_on_the_future),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
