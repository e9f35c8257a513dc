// Stops inside a bar: each rule on bars that can be computed by hand, and all of them on random runs against
// the model written down once more, one bar after the other.
#include "engine/stops.h"

#include "base/limits.h"
#include "engine/strategy.h"

#include <string.h>

#include "unit/engine/series.h"
#include "unit/unit.h"

enum { BARS_MAX = 8, L = SIGNAL_LONG, S = SIGNAL_SHORT, F = SIGNAL_FLAT };

static const struct backtest_rules plain = {
    .initial_capital = 1000, .position_fraction = 1, .max_gap_factor = 10, .allow_short = true};

static struct arena arena;
static const int64_t times[BARS_MAX] = {0, 10, 20, 30, 40, 50, 60, 70};

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
    if (!(fabs(actual - expected) <= 1e-9 * fmax(fabs(expected), 1)))
        fail_msg("%.17g should be %.17g", actual, expected);
}

static struct simulation run(struct simulate_input input)
{
    struct simulation simulation = {0};
    struct error error = {0};
    assert_int_equal(simulate_run(&input, &arena, &simulation, &error), STATUS_OK);
    return simulation;
}

// Bars by hand.
struct bars {
    size_t count;
    double open[BARS_MAX], high[BARS_MAX], low[BARS_MAX], close[BARS_MAX];
    uint8_t signals[BARS_MAX];
};

static struct simulation run_bars(const struct bars *bars, struct backtest_rules rules)
{
    const struct candles candles = {.count = bars->count,
                                    .time = times,
                                    .open = bars->open,
                                    .high = bars->high,
                                    .low = bars->low,
                                    .close = bars->close};
    return run((struct simulate_input){.candles = &candles, .signals = bars->signals, .rules = rules});
}

static void assert_exit(const struct trade *trade, size_t bar, double price, enum exit_reason reason)
{
    assert_int_equal(trade->exit_bar, bar);
    assert_int_equal(trade->exit_time, times[bar]);
    assert_near(trade->exit_price, price);
    assert_int_equal(trade->exit_reason, reason);
    assert_false(trade->is_open);
}

static void a_touched_stop_loss_fills_at_its_level(void **state)
{
    (void)state;
    const struct bars bars = {.count = 4,
                              .open = {90, 100, 99, 99},
                              .high = {100, 101, 99, 99},
                              .low = {90, 96, 94, 90},
                              .close = {100, 99, 98, 95},
                              .signals = {L}};
    struct backtest_rules rules = plain;
    rules.stop_loss_pct = 5;
    const struct simulation done = run_bars(&bars, rules);
    assert_int_equal(done.trade_count, 1);
    assert_exit(&done.trades[0], 2, 95, EXIT_STOP_LOSS);
    assert_near(done.equity[1], 990);
    assert_near(done.equity[2], 950); // out at the close of its bar
    assert_near(done.equity[3], 950);
    assert_int_equal(done.bars_held, 1);
}

static void a_gap_through_a_stop_fills_at_the_open(void **state)
{
    (void)state;
    const struct bars bars = {.count = 3,
                              .open = {100, 100, 80},
                              .high = {100, 100, 100},
                              .low = {100, 100, 70},
                              .close = {100, 100, 99},
                              .signals = {L}};
    struct backtest_rules rules = plain;
    rules.stop_loss_pct = 5;
    assert_exit(&run_bars(&bars, rules).trades[0], 2, 80, EXIT_STOP_LOSS);
}

static void a_target_fills_at_its_level_or_at_an_open_beyond(void **state)
{
    (void)state;
    struct bars bars = {.count = 3,
                        .open = {100, 100, 101},
                        .high = {100, 104, 110},
                        .low = {100, 99, 101},
                        .close = {100, 101, 108},
                        .signals = {L}};
    struct backtest_rules rules = plain;
    rules.take_profit_pct = 5;
    assert_exit(&run_bars(&bars, rules).trades[0], 2, 105, EXIT_TAKE_PROFIT);
    bars.open[2] = 107;
    assert_exit(&run_bars(&bars, rules).trades[0], 2, 107, EXIT_TAKE_PROFIT);
}

static void a_bar_that_touches_both_is_stopped(void **state)
{
    (void)state;
    struct bars bars = {.count = 3,
                        .open = {100, 100, 100},
                        .high = {100, 100, 120},
                        .low = {100, 100, 80},
                        .close = {100, 100, 100},
                        .signals = {L}};
    struct backtest_rules rules = plain;
    rules.stop_loss_pct = rules.take_profit_pct = 5;
    assert_exit(&run_bars(&bars, rules).trades[0], 2, 95, EXIT_STOP_LOSS);
    bars.open[2] = 106; // but for one that opens beyond the target: that came first
    assert_exit(&run_bars(&bars, rules).trades[0], 2, 106, EXIT_TAKE_PROFIT);
}

static void the_bar_of_a_fill_at_the_open_counts_and_that_of_a_fill_at_the_close_does_not(void **state)
{
    (void)state;
    const struct bars bars = {.count = 4,
                              .open = {100, 100, 100, 100},
                              .high = {100, 100, 100, 100},
                              .low = {50, 94, 96, 90},
                              .close = {100, 100, 100, 100},
                              .signals = {L}};
    struct backtest_rules rules = plain;
    rules.stop_loss_pct = 5;
    const struct simulation at_open = run_bars(&bars, rules);
    assert_int_equal(at_open.trades[0].entry_bar, 1);
    assert_exit(&at_open.trades[0], 1, 95, EXIT_STOP_LOSS);
    assert_int_equal(at_open.bars_held, 0);
    rules.execution = EXECUTION_CLOSE;
    const struct simulation at_close = run_bars(&bars, rules);
    assert_int_equal(at_close.trades[0].entry_bar, 0);
    assert_exit(&at_close.trades[0], 1, 95, EXIT_STOP_LOSS);
}

// The high of bar 2 raises the stop from bar 3 on, not in bar 2, whose low may have come before it.
static void a_trailing_stop_follows_the_highs_of_the_bars_before(void **state)
{
    (void)state;
    const struct bars bars = {.count = 5,
                              .open = {100, 100, 104, 112, 115},
                              .high = {150, 104, 120, 115, 115},
                              .low = {100, 100, 100, 111, 100},
                              .close = {100, 104, 112, 114, 115},
                              .signals = {L}};
    struct backtest_rules rules = plain;
    rules.trailing_stop_pct = 10;
    const struct simulation done = run_bars(&bars, rules);
    assert_exit(&done.trades[0], 4, 110, EXIT_TRAILING_STOP); // 120 - 10 % of 100
}

static void the_high_of_the_bar_of_a_fill_at_its_close_is_not_followed(void **state)
{
    (void)state;
    const struct bars bars = {.count = 3,
                              .open = {100, 100, 100},
                              .high = {150, 100, 100},
                              .low = {100, 91, 89},
                              .close = {100, 100, 100},
                              .signals = {L}};
    struct backtest_rules rules = plain;
    rules.execution = EXECUTION_CLOSE;
    rules.trailing_stop_pct = 10;
    assert_exit(&run_bars(&bars, rules).trades[0], 2, 90, EXIT_TRAILING_STOP);
}

static void the_nearer_of_stop_loss_and_trailing_stop_holds(void **state)
{
    (void)state;
    struct bars bars = {.count = 4,
                        .open = {100, 100, 102, 103},
                        .high = {100, 102, 103, 103},
                        .low = {100, 99, 99, 80},
                        .close = {100, 102, 103, 90},
                        .signals = {L}};
    struct backtest_rules rules = plain;
    rules.stop_loss_pct = 5;
    rules.trailing_stop_pct = 10;
    assert_exit(&run_bars(&bars, rules).trades[0], 3, 95, EXIT_STOP_LOSS); // 103 - 10 is further
    rules.trailing_stop_pct = 6;
    assert_exit(&run_bars(&bars, rules).trades[0], 3, 97, EXIT_TRAILING_STOP);
}

static void stops_of_a_short_position_are_the_other_way_round(void **state)
{
    (void)state;
    struct bars bars = {.count = 4,
                        .open = {100, 100, 99, 99},
                        .high = {100, 104, 99, 106},
                        .low = {100, 97, 91, 99},
                        .close = {100, 99, 99, 104},
                        .signals = {S}};
    struct backtest_rules rules = plain;
    rules.stop_loss_pct = 5;
    assert_exit(&run_bars(&bars, rules).trades[0], 3, 105, EXIT_STOP_LOSS);
    rules.trailing_stop_pct = 9.5; // of 100, above 91
    assert_exit(&run_bars(&bars, rules).trades[0], 3, 100.5, EXIT_TRAILING_STOP);
    rules.take_profit_pct = 8;
    assert_exit(&run_bars(&bars, rules).trades[0], 2, 92, EXIT_TAKE_PROFIT);
    bars.open[3] = 108;
    rules.take_profit_pct = 0;
    assert_exit(&run_bars(&bars, rules).trades[0], 3, 108, EXIT_TRAILING_STOP);
}

static void a_stop_pays_slippage_and_fee_like_any_fill(void **state)
{
    (void)state;
    const struct bars bars = {.count = 3,
                              .open = {100, 100, 100},
                              .high = {100, 100, 120},
                              .low = {100, 100, 100},
                              .close = {100, 100, 100},
                              .signals = {L}};
    struct backtest_rules rules = plain;
    rules.take_profit_pct = 10;
    rules.fee_bps = 100;
    rules.slippage_bps = 100;
    const struct simulation done = run_bars(&bars, rules);
    const double quantity = 1000 / (101 * 1.01);
    const double fill = 101 * 1.1 * 0.99; // the level is a part of the price paid
    assert_exit(&done.trades[0], 2, fill, EXIT_TAKE_PROFIT);
    assert_near(done.trades[0].fees, quantity * (101 + fill) * 0.01);
    assert_near(done.equity[2], quantity * fill * 0.99);
}

static void an_order_that_fills_at_the_open_is_before_the_stop(void **state)
{
    (void)state;
    const struct bars bars = {.count = 4,
                              .open = {100, 100, 99, 99},
                              .high = {100, 100, 99, 99},
                              .low = {100, 100, 50, 50},
                              .close = {100, 100, 60, 60},
                              .signals = {L, F}};
    struct backtest_rules rules = plain;
    rules.stop_loss_pct = 5;
    assert_exit(&run_bars(&bars, rules).trades[0], 2, 99, EXIT_SIGNAL);
}

static const struct bars falling = {.count = 6,
                                    .open = {100, 100, 100, 100, 100, 100},
                                    .high = {100, 100, 100, 100, 100, 100},
                                    .low = {100, 100, 90, 100, 100, 100},
                                    .close = {100, 100, 100, 100, 100, 100}};

static size_t trades_after(const uint8_t *signals)
{
    struct backtest_rules rules = plain;
    struct bars bars = falling;
    rules.stop_loss_pct = 5;
    memcpy(bars.signals, signals, 6);
    return run_bars(&bars, rules).trade_count;
}

// Bar 2 stops what was bought at the open of bar 1.
static void behind_a_stop_only_a_new_signal_trades(void **state)
{
    (void)state;
    assert_int_equal(trades_after((uint8_t[]){L, L, L, L, L, L}), 1); // held since before the stop
    assert_int_equal(trades_after((uint8_t[]){L, 0, 0, 0, 0, 0}), 1);
    assert_int_equal(trades_after((uint8_t[]){L, L, L, 0, L, L}), 2); // let go and given again
    assert_int_equal(trades_after((uint8_t[]){L, 0, L, 0, 0, 0}), 2); // given at the close behind the stop
    assert_int_equal(trades_after((uint8_t[]){L, L, S, 0, 0, 0}), 2); // the other side
    assert_int_equal(trades_after((uint8_t[]){L, L, L, F, L, 0}), 2);
    assert_int_equal(trades_after((uint8_t[]){L, L, L, L, L, S}), 1); // too late to fill
}

static void a_stop_in_the_last_bar_is_filled(void **state)
{
    (void)state;
    struct bars bars = falling;
    struct backtest_rules rules = plain;
    bars.count = 3;
    bars.signals[0] = L;
    rules.stop_loss_pct = 5;
    assert_exit(&run_bars(&bars, rules).trades[0], 2, 95, EXIT_STOP_LOSS);
}

static void a_gap_over_everything_there_is_is_a_liquidation(void **state)
{
    (void)state;
    const struct bars bars = {.count = 4,
                              .open = {100, 100, 300, 100},
                              .high = {100, 100, 300, 100},
                              .low = {100, 100, 100, 100},
                              .close = {100, 100, 100, 100},
                              .signals = {S, 0, L, L}};
    struct backtest_rules rules = plain;
    rules.stop_loss_pct = 5;
    const struct simulation done = run_bars(&bars, rules);
    assert_true(done.is_liquidated);
    assert_int_equal(done.liquidated_at, 20);
    assert_int_equal(done.trade_count, 1);
    assert_exit(&done.trades[0], 2, 300, EXIT_STOP_LOSS);
    assert_near(done.equity[3], -1000);
}

static void a_high_or_low_that_is_no_number_touches_nothing(void **state)
{
    (void)state;
    struct bars bars = falling;
    struct backtest_rules rules = plain;
    bars.signals[0] = L;
    rules.stop_loss_pct = rules.take_profit_pct = rules.trailing_stop_pct = 5;
    for (size_t i = 0; i < 6; i++)
        bars.high[i] = bars.low[i] = (double)NAN;
    assert_true(run_bars(&bars, rules).trades[0].is_open);
}

// The model once more.
struct model {
    const struct simulate_input *input;
    double cash, units, entry, best;
    size_t entered; // bar of the fill
    size_t closed;  // trades
    uint8_t stopped;
    bool is_dead;
    const struct trade *trades; // what they should be compared with
};

static void leave(struct model *model, size_t bar, double price, enum exit_reason reason)
{
    const struct trade *trade = &model->trades[model->closed++];
    model->cash += model->units * price - fabs(model->units) * price * model->input->rules.fee_bps / 10000;
    model->units = 0;
    if (trade->exit_bar != bar || trade->exit_reason != reason || trade->is_open ||
        fabs(trade->exit_price - price) > 1e-9 * price)
        fail_msg("trade %zu left in bar %u at %.12g (%d), not in bar %zu at %.12g (%d)", model->closed - 1,
                 trade->exit_bar, trade->exit_price, trade->exit_reason, bar, price, reason);
}

static void obey(struct model *model, size_t decided, size_t bar, double price)
{
    const struct backtest_rules *rules = &model->input->rules;
    const uint8_t *signals = model->input->signals;
    const double fee = rules->fee_bps / 10000, slip = rules->slippage_bps / 10000;
    const uint8_t signal = signals[decided];
    if (model->stopped && signal == model->stopped && signals[decided - 1] == signal) return;
    model->stopped = 0;
    const int target = signal == L ? 1 : signal == S && rules->allow_short ? -1 : 0;
    const int held = (model->units > 0) - (model->units < 0);
    if (signal == SIGNAL_HOLD || target == held || model->is_dead) return;
    if (held) {
        leave(model, bar, price * (1 - held * slip), target ? EXIT_REVERSAL : EXIT_SIGNAL);
        model->is_dead = model->cash <= 0;
    }
    if (!target || model->is_dead) return;
    model->entry = model->best = price * (1 + target * slip);
    model->units = target * model->cash * rules->position_fraction / (model->entry * (1 + fee));
    model->cash -= model->units * model->entry + fabs(model->units) * model->entry * fee;
    model->entered = bar;
}

static void look_for_stops(struct model *model, size_t t)
{
    const struct backtest_rules *rules = &model->input->rules;
    const struct candles *candles = model->input->candles;
    const bool is_long = model->units > 0;
    const double up = is_long ? 1 : -1, slip = rules->slippage_bps / 10000;
    const double open = candles->open[t], worst = is_long ? candles->low[t] : candles->high[t];
    const double reach = is_long ? candles->high[t] : candles->low[t];
    const double loss = model->entry * (1 - up * rules->stop_loss_pct / 100);
    const double trail = model->best - up * model->entry * rules->trailing_stop_pct / 100;
    const double target = model->entry * (1 + up * rules->take_profit_pct / 100);
    const bool has_loss = rules->stop_loss_pct > 0, has_trail = rules->trailing_stop_pct > 0;
    const bool is_trail = has_trail && (!has_loss || up * trail > up * loss);
    const double stop = is_trail ? trail : loss;
    const enum exit_reason reason = is_trail ? EXIT_TRAILING_STOP : EXIT_STOP_LOSS;
    const uint8_t side = is_long ? L : S;
    double price = 0;
    enum exit_reason found = EXIT_SIGNAL;
    if ((has_loss || has_trail) && up * open <= up * stop)
        price = open, found = reason;
    else if (rules->take_profit_pct > 0 && up * open >= up * target)
        price = open, found = EXIT_TAKE_PROFIT;
    else if ((has_loss || has_trail) && up * worst <= up * stop)
        price = stop, found = reason;
    else if (rules->take_profit_pct > 0 && up * reach >= up * target)
        price = target, found = EXIT_TAKE_PROFIT;
    if (found == EXIT_SIGNAL) {
        if (up * reach > up * model->best) model->best = reach;
        return;
    }
    leave(model, t, price * (1 - up * slip), found);
    model->stopped = side;
    model->is_dead = model->cash <= 0;
}

static bool is_break(const struct simulate_input *input, size_t bar)
{
    for (size_t i = 0; i < input->break_count; i++) {
        if (input->breaks[i] == bar) return true;
    }
    return false;
}

static void assert_as_model(const struct simulate_input *input, const struct simulation *done)
{
    const struct candles *candles = input->candles;
    const bool at_close = input->rules.execution == EXECUTION_CLOSE;
    struct model model = {.input = input, .cash = input->rules.initial_capital, .trades = done->trades};
    for (size_t t = 0; t < candles->count; t++) {
        const bool ends = is_break(input, t + 1);
        if (is_break(input, t)) model.stopped = 0; // another asset
        if (!at_close && t > 0 && !is_break(input, t)) obey(&model, t - 1, t, candles->open[t]);
        if (model.units != 0 && !(at_close && model.entered == t)) look_for_stops(&model, t);
        if (at_close) obey(&model, t, t, candles->close[t]);
        if (model.units < 0 && model.cash + model.units * candles->close[t] <= 0) {
            leave(&model, t, candles->close[t], EXIT_LIQUIDATION);
            model.is_dead = true;
        }
        if (ends && model.units != 0) leave(&model, t, candles->close[t], EXIT_SERIES_BREAK);
        const double equity = model.cash + model.units * candles->close[t];
        if (t > 0) assert_near(done->equity[t], equity);
    }
    assert_int_equal(done->trade_count, model.closed + (model.units != 0));
    assert_int_equal(done->is_liquidated, model.is_dead);
}

static struct backtest_rules random_rules(uint64_t *seed)
{
    const double scale = series_random(seed) % 3 ? 1 : 30;
    struct backtest_rules rules = {
        .initial_capital = 1000,
        .fee_bps = (double)(series_random(seed) % 3 * 10),
        .slippage_bps = (double)(series_random(seed) % 3 * 5),
        .position_fraction = series_random(seed) % 2 ? 1 : 0.6,
        .max_gap_factor = 10,
        .stop_loss_pct = (double)(series_random(seed) % 3) * 1.3 * scale,
        .take_profit_pct = (double)(series_random(seed) % 3) * 1.7 * scale,
        .trailing_stop_pct = (double)(series_random(seed) % 3) * 1.1 * scale,
        .allow_short = series_random(seed) % 2,
        .execution = series_random(seed) % 2 ? EXECUTION_CLOSE : EXECUTION_NEXT_OPEN,
    };
    if (!stops_are_set(&rules)) rules.stop_loss_pct = 40;
    return rules;
}

static double random_part(uint64_t *seed, double most)
{
    return most * (double)(series_random(seed) % 100003) / 100003;
}

// Signals that come alone or stand for a while; wild bars now and then.
static void random_bars(struct test_series *series, uint8_t *signals, size_t count, uint64_t *seed)
{
    const uint64_t rarity = series_random(seed) % 20 + 1;
    const bool stands = series_random(seed) % 2;
    const double step = series_random(seed) % 4 ? 0.02 : 0.9;
    double price = 100;
    for (size_t i = 0; i < count; i++) {
        const bool is_new = series_random(seed) % rarity == 0;
        series->time[i] = 3600 * (int64_t)i;
        series->open[i] = price * (1 + random_part(seed, step / 2) - step / 4);
        price = series->close[i] = series->open[i] * (1 + random_part(seed, step) - step / 2);
        series->high[i] = fmax(series->open[i], price) * (1 + random_part(seed, step / 2));
        series->low[i] = fmin(series->open[i], price) * (1 - random_part(seed, step / 2));
        signals[i] = is_new            ? (uint8_t)(series_random(seed) % 4)
                     : stands && i > 0 ? signals[i - 1]
                                       : SIGNAL_HOLD;
    }
}

static void random_runs_agree_with_the_model_trade_by_trade(void **state)
{
    (void)state;
    static struct test_series series;
    static uint8_t signals[SERIES_MAX];
    size_t reasons[EXIT_TRAILING_STOP + 1] = {0};
    uint64_t seed = 17;
    for (int i = 0; i < 6000; i++) {
        const size_t count = 1 + series_random(&seed) % 300;
        random_bars(&series, signals, count, &seed);
        const struct candles candles = series_candles(&series, count);
        size_t breaks[3], break_count = 0;
        for (size_t bar = 0; break_count < series_random(&seed) % 4; break_count++) {
            bar += 1 + series_random(&seed) % 40;
            if (bar >= count) break;
            breaks[break_count] = bar;
        }
        const struct simulate_input input = {.candles = &candles,
                                             .signals = signals,
                                             .breaks = breaks,
                                             .break_count = break_count,
                                             .rules = random_rules(&seed)};
        const struct simulation done = run(input);
        assert_as_model(&input, &done);
        for (size_t k = 0; k < done.trade_count; k++)
            reasons[done.trades[k].exit_reason]++;
        arena_clear(&arena);
    }
    for (size_t i = 0; i <= EXIT_TRAILING_STOP; i++)
        if (reasons[i] < 10) fail_msg("%zu exits of kind %zu", reasons[i], i);
}

// Whatever comes behind a bar changes nothing up to it: no stop looks ahead, nor into the rest of its bar.
static void the_past_does_not_depend_on_the_future(void **state)
{
    (void)state;
    static struct test_series series;
    static uint8_t signals[SERIES_MAX];
    uint64_t seed = 23;
    random_bars(&series, signals, SERIES_MAX, &seed);
    for (size_t i = 0; i < SERIES_MAX; i++)
        signals[i] = i % 5 ? SIGNAL_HOLD : i % 2 ? L : S;
    struct backtest_rules rules = plain;
    rules.stop_loss_pct = 1;
    rules.take_profit_pct = 2;
    rules.trailing_stop_pct = 1.5;
    const struct candles all = series_candles(&series, SERIES_MAX);
    const struct simulation whole =
        run((struct simulate_input){.candles = &all, .signals = signals, .rules = rules});
    assert_true(whole.trade_count > 100);
    for (size_t count = 1; count < SERIES_MAX; count += 89) {
        const struct candles some = candles_slice(&all, 0, count);
        const struct simulation part =
            run((struct simulate_input){.candles = &some, .signals = signals, .rules = rules});
        assert_memory_equal(part.equity, whole.equity, count * sizeof(double));
    }
}

// Stops too far to be reached leave every byte as it is without them.
static void stops_out_of_reach_change_nothing(void **state)
{
    (void)state;
    static struct test_series series;
    static uint8_t signals[SERIES_MAX];
    uint64_t seed = 29;
    for (int i = 0; i < 200; i++) {
        random_bars(&series, signals, 400, &seed);
        const struct candles candles = series_candles(&series, 400);
        struct simulate_input input = {.candles = &candles, .signals = signals, .rules = random_rules(&seed)};
        input.rules.stop_loss_pct = input.rules.take_profit_pct = input.rules.trailing_stop_pct = 0;
        const struct simulation without = run(input);
        input.rules.take_profit_pct = 1e12;
        input.rules.trailing_stop_pct = 1e12;
        const struct simulation with = run(input);
        assert_int_equal(with.trade_count, without.trade_count);
        assert_int_equal(with.bars_held, without.bars_held);
        assert_memory_equal(with.equity, without.equity, 400 * sizeof(double));
        arena_clear(&arena);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_touched_stop_loss_fills_at_its_level),
        TEST(a_gap_through_a_stop_fills_at_the_open),
        TEST(a_target_fills_at_its_level_or_at_an_open_beyond),
        TEST(a_bar_that_touches_both_is_stopped),
        TEST(the_bar_of_a_fill_at_the_open_counts_and_that_of_a_fill_at_the_close_does_not),
        TEST(a_trailing_stop_follows_the_highs_of_the_bars_before),
        TEST(the_high_of_the_bar_of_a_fill_at_its_close_is_not_followed),
        TEST(the_nearer_of_stop_loss_and_trailing_stop_holds),
        TEST(stops_of_a_short_position_are_the_other_way_round),
        TEST(a_stop_pays_slippage_and_fee_like_any_fill),
        TEST(an_order_that_fills_at_the_open_is_before_the_stop),
        TEST(behind_a_stop_only_a_new_signal_trades),
        TEST(a_stop_in_the_last_bar_is_filled),
        TEST(a_gap_over_everything_there_is_is_a_liquidation),
        TEST(a_high_or_low_that_is_no_number_touches_nothing),
        TEST(random_runs_agree_with_the_model_trade_by_trade),
        TEST(the_past_does_not_depend_on_the_future),
        TEST(stops_out_of_reach_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
