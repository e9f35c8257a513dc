// Backtests across symbols against a second, slow implementation of the rules, which looks everything up anew
// at every bar, and each rule by a case of its own.
#include "engine/momentum.h"

#include "base/limits.h"
#include "engine/momentum_rank.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit/engine/momentum_reference.h"
#include "unit/engine/series.h"
#include "unit/unit.h"

enum { DAY = 86400 };

static struct arena arena;
static struct market_of_tests market;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 512 * MIB);
    market = (struct market_of_tests){0};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_clear(&arena);
    return 0;
}

// Symbols that rise by a steady percentage a bar, each by another, without gaps.
static void steady_market(size_t symbols, size_t bars, const double *percent)
{
    market.symbol_count = symbols;
    market.bar_count = bars;
    for (size_t s = 0; s < symbols; s++) {
        double price = 100;
        for (size_t t = 0; t < bars; t++) {
            market.open[t][s] = price;
            price *= 1 + percent[s] / 100;
            market.close[t][s] = price;
        }
    }
}

static struct momentum_rules rules_of(size_t longs, size_t shorts)
{
    return (struct momentum_rules){
        .long_count = longs,
        .short_count = shorts,
        .lookback = 3,
        .rebalance_every = 4,
        .initial_capital = 10000,
        .fee_bps = 10,
        .max_gap_factor = 10,
    };
}

static struct momentum_input input_of(struct momentum_rules rules)
{
    return (struct momentum_input){
        .universe = market_universe(&market, &arena),
        .names = market.names,
        .interval = INTERVAL_1D,
        .rules = rules,
    };
}

static struct momentum_result run(const struct momentum_input *input)
{
    struct momentum_result result = {0};
    struct error error = {0};
    const enum status status = momentum_run(input, &arena, &result, &error);
    if (status != STATUS_OK) fail_msg("%s", error.message);
    return result;
}

static void assert_near(double actual, double expected)
{
    if (!(fabs(actual - expected) <= 1e-9 * fmax(fabs(expected), 1)))
        fail_msg("%.17g should be %.17g", actual, expected);
}

// The trades and the attribution are the whole gain, and the rebalances' fees are fees.
static void assert_adds_up(const struct momentum_input *input, const struct momentum_result *result)
{
    double pnl = 0, attributed = 0, fees = 0, rebalance_fees = 0;
    for (size_t i = 0; i < result->course.trade_count; i++) {
        const struct trade *trade = &result->course.trades[i];
        pnl += trade->pnl;
        fees += trade->fees;
        assert_true(trade->quantity > 0 && trade->entry_price > 0);
    }
    for (size_t i = 0; i < result->attribution_count; i++)
        attributed += result->attributions[i].pnl;
    for (size_t i = 0; i < result->course.rebalance_count; i++)
        rebalance_fees += result->course.rebalances[i].fees;
    const double gain = result->metrics.final_equity - input->rules.initial_capital;
    const double scale = 1e-9 * (fabs(gain) + input->rules.initial_capital);
    assert_true(fabs(pnl - gain) <= scale);
    assert_true(fabs(attributed - gain) <= scale);
    assert_true(fabs(fees - result->course.fees) <= scale);
    assert_true(rebalance_fees <= result->course.fees + scale);
}

static void assert_like_reference(const struct momentum_input *input)
{
    const struct momentum_result result = run(input);
    const struct reference *expected = reference_run(&market, input);
    assert_int_equal(result.bar_count, market.bar_count - input->first);
    for (size_t t = 0; t < result.bar_count; t++) {
        assert_near(result.course.equity[t], expected->equity[t]);
        assert_near(result.benchmark[t], expected->benchmark[t]);
    }
    assert_near(result.course.fees, expected->fees);
    assert_near(result.course.turnover, expected->turnover);
    assert_int_equal(result.course.is_liquidated, expected->is_liquidated);
    assert_int_equal(result.course.rebalance_count, expected->rebalance_count);
    for (size_t r = 0; r < expected->rebalance_count; r++) {
        const struct momentum_rebalance *rebalance = &result.course.rebalances[r];
        assert_int_equal(rebalance->bar + input->first, expected->decided[r]);
        assert_int_equal(rebalance->eligible, expected->eligible[r]);
        size_t wanted = 0;
        for (size_t i = 0; i < rebalance->order_count; i++) {
            const struct momentum_order *order = &result.course.orders[rebalance->first_order + i];
            assert_near(order->target_weight, expected->weights[r][order->symbol]);
            wanted += order->target_weight != 0;
        }
        if (!result.course.is_liquidated)
            assert_int_equal(wanted, rebalance->long_count + rebalance->short_count);
    }
    assert_adds_up(input, &result);
}

static void random_universes_are_traded_as_the_slow_reference_trades_them(void **state)
{
    (void)state;
    uint64_t seed = 20;
    for (size_t round = 0; round < 400; round++) {
        arena_reset(&arena);
        market_of_chance(&market, &seed);
        const struct momentum_rules rules = rules_of_chance(&seed);
        struct momentum_input input = input_of(rules);
        input.first = series_random(&seed) % 3 * 7;
        if (market.bar_count < rules.lookback + rules.skip + 2 || market.bar_count < input.first + 2)
            continue;
        assert_like_reference(&input);
    }
}

static void the_first_decision_comes_as_soon_as_a_lookback_is_there(void **state)
{
    (void)state;
    steady_market(4, 30, (const double[]){1, 2, -1, -2});
    struct momentum_rules rules = rules_of(1, 1);
    rules.skip = 2;
    const struct momentum_input input = input_of(rules);
    const struct momentum_result result = run(&input);
    assert_int_equal(result.course.rebalances[0].bar, 5);
    assert_int_equal(result.course.rebalances[1].bar, 9);
    assert_int_equal(result.course.rebalance_count, 6); // 5, 9, … 25; the one at 29 has no bar to fill in
    assert_int_equal(result.course.trades[0].entry_bar, 6);
    assert_int_equal(result.course.trade_symbols[0], 1);
    assert_false(result.course.trades[0].is_short);
    assert_int_equal(result.course.trade_symbols[1], 3);
    assert_true(result.course.trades[1].is_short);
}

static void warm_up_bars_let_the_first_bar_decide(void **state)
{
    (void)state;
    steady_market(4, 30, (const double[]){1, 2, -1, -2});
    struct momentum_input input = input_of(rules_of(1, 1));
    input.first = 7;
    const struct momentum_result result = run(&input);
    assert_int_equal(result.course.rebalances[0].bar, 0);
    assert_int_equal(result.warmup_bars, 7);
    assert_true(result.course.equity[0] == 10000 && result.benchmark[0] == 10000);
}

static void of_equal_scores_the_first_name_is_the_best(void **state)
{
    (void)state;
    steady_market(6, 12, (const double[]){1, 1, 1, 1, 1, 1});
    const struct momentum_input input = input_of(rules_of(2, 2));
    const struct momentum_result result = run(&input);
    const struct momentum_order *orders = result.course.orders;
    assert_int_equal(result.course.rebalances[0].order_count, 4);
    const uint32_t symbols[] = {0, 1, 4, 5};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(orders[i].symbol, symbols[i]);
        assert_near(orders[i].target_weight, i < 2 ? 0.25 : -0.25);
    }
}

// The lookback of the first decision has the same eight steps for all symbols, in an order of its own each.
static void the_same_returns_in_another_order_are_an_equal_score(void **state)
{
    (void)state;
    enum { SYMBOLS = 8, BARS = 11 };
    const double steps[] = {1.013, 0.971, 1.047, 0.992, 1.0007, 0.953, 1.081, 1.021};
    market.symbol_count = SYMBOLS;
    market.bar_count = BARS;
    for (size_t s = 0; s < SYMBOLS; s++) {
        double price = 100;
        for (size_t t = 0; t < BARS; t++) {
            if (t > 0) price *= steps[(t * (s % 2 ? 3 : 5) + s) % 8];
            market.open[t][s] = market.close[t][s] = price;
        }
    }
    for (size_t k = 0; k < 2; k++) {
        struct momentum_rules rules = rules_of(3, 2);
        rules.strategy = k ? MOMENTUM_RISK_ADJUSTED : MOMENTUM_RELATIVE;
        rules.lookback = 8;
        const struct momentum_input input = input_of(rules);
        const struct momentum_result result = run(&input);
        const uint32_t symbols[] = {0, 1, 2, 6, 7};
        size_t apart = 0;
        for (size_t s = 1; s < SYMBOLS; s++)
            apart += result.course.scores[s] != result.course.scores[0];
        assert_true(apart > 0);
        assert_int_equal(result.course.rebalances[0].order_count, 5);
        for (size_t i = 0; i < 5; i++)
            assert_int_equal(result.course.orders[i].symbol, symbols[i]);
    }
}

// Ascending scores of every size, neighbours of each other among them.
static void keys_keep_the_order_of_scores(void **state)
{
    (void)state;
    double before = -(double)INFINITY;
    uint64_t seed = 5;
    assert_true(isnan(ranking_key((double)NAN)));
    assert_true(ranking_key((double)INFINITY) > 1e308 && ranking_key(-(double)INFINITY) < -1e308);
    assert_true(ranking_key(0) == 0 && ranking_key(1e-15) == ranking_key(-1e-15));
    for (double score = -1e6; score < 1e6;) {
        assert_true(ranking_key(score) >= before);
        before = ranking_key(score);
        assert_true(fabs(before - score) <= 0x1.01p-43 * (1 + fabs(score)));
        const bool is_next = series_random(&seed) % 2;
        score = is_next ? nextafter(score, (double)INFINITY) : score + fabs(score) / 100 + 1e-9;
    }
}

static void both_sides_shrink_in_proportion(void **state)
{
    (void)state;
    const struct {
        size_t long_count, short_count, eligible, longs, shorts;
    } cases[] = {
        {5, 5, 10, 5, 5}, {5, 5, 9, 4, 4}, {5, 5, 3, 1, 1}, {5, 5, 2, 1, 1}, {5, 5, 1, 0, 0},
        {8, 2, 5, 4, 1},  {8, 1, 4, 3, 1}, {1, 8, 2, 1, 1}, {8, 1, 2, 1, 1}, {5, 0, 3, 3, 0},
        {0, 4, 2, 0, 2},  {1, 0, 1, 0, 0}, {1, 0, 2, 1, 0}, {0, 3, 0, 0, 0}, {1000, 1, 1000, 999, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct momentum_rules rules = rules_of(cases[i].long_count, cases[i].short_count);
        size_t longs, shorts;
        ranking_sides(&rules, cases[i].eligible, &longs, &shorts);
        assert_int_equal(longs, cases[i].longs);
        assert_int_equal(shorts, cases[i].shorts);
    }
}

static void universes_of_one_and_of_none_hold_nothing(void **state)
{
    (void)state;
    for (size_t symbols = 0; symbols < 2; symbols++) {
        steady_market(symbols, 30, (const double[]){1});
        const struct momentum_input input = input_of(rules_of(1, 1));
        const struct momentum_result result = run(&input);
        assert_int_equal(result.course.rebalance_count, 7);
        assert_int_equal(result.course.rebalances[0].eligible, symbols);
        assert_int_equal(result.course.rebalances[0].long_count, 0);
        assert_int_equal(result.course.trade_count, 0);
        assert_true(result.course.equity[29] == 10000);
        assert_int_equal(result.attribution_count, 0);
    }
}

static void what_ends_is_closed_at_its_last_close_and_said(void **state)
{
    (void)state;
    steady_market(4, 30, (const double[]){1, 2, -1, -2});
    for (size_t t = 10; t < 30; t++)
        market.open[t][1] = market.close[t][1] = (double)NAN;
    const struct momentum_input input = input_of(rules_of(1, 1));
    const struct momentum_result result = run(&input);
    const struct trade *trade = &result.course.trades[0];
    assert_int_equal(result.course.trade_symbols[0], 1);
    assert_int_equal(trade->exit_reason, EXIT_DATA_ENDED);
    assert_int_equal(trade->exit_bar, 9);
    assert_int_equal(result.warning_count, 1);
    assert_int_equal(result.warnings[0].symbol, 1);
    assert_true(result.warnings[0].factor == 0);
    for (size_t i = 0; i < result.course.trade_count; i++)
        assert_true(i == 0 || result.course.trade_symbols[i] != 1);
    assert_like_reference(&input);
}

static void when_all_are_gone_nothing_is_held(void **state)
{
    (void)state;
    steady_market(3, 30, (const double[]){1, 2, -1});
    for (size_t s = 0; s < 2; s++)
        for (size_t t = 12; t < 30; t++)
            market.open[t][s] = market.close[t][s] = (double)NAN;
    const struct momentum_input input = input_of(rules_of(1, 1));
    const struct momentum_result result = run(&input);
    const struct momentum_rebalance *last = &result.course.rebalances[result.course.rebalance_count - 1];
    assert_int_equal(last->eligible, 1);
    assert_int_equal(last->long_count + last->short_count, 0);
    assert_true(result.course.equity[29] == result.course.equity[28]);
    assert_int_equal(result.course.unranked[6 * 3 + 0], UNRANKED_NO_CANDLE);
}

// A rise by 1000 between two candles is another asset: no profit, no score before its own lookback.
static void a_break_is_no_profit_and_the_new_asset_builds_its_own_lookback(void **state)
{
    (void)state;
    for (int way = 0; way < 2; way++) {
        steady_market(3, 40, (const double[]){1, 2, -1});
        for (size_t t = 14; t < 40; t++) {
            market.open[t][1] *= way ? 1000 : 0.001;
            market.close[t][1] *= way ? 1000 : 0.001;
        }
        const struct momentum_input input = input_of(rules_of(1, 1));
        const struct momentum_result result = run(&input);
        assert_int_equal(result.warning_count, 1);
        assert_true(result.warnings[0].time == market.time[14]);
        assert_near(result.warnings[0].factor, way ? 1000 : 0.001);
        assert_true(result.warnings[0].ends_holding);
        const struct trade *trade = &result.course.trades[0];
        assert_int_equal(trade->exit_reason, EXIT_SERIES_BREAK);
        assert_int_equal(trade->exit_bar, 13);
        // decisions at 3, 7, 11, 15, 19: at 15 the lookback reaches behind the break, at 19 it does not
        assert_int_equal(result.course.rebalances[3].eligible, 2);
        assert_int_equal(result.course.unranked[3 * 3 + 1], UNRANKED_NO_START);
        assert_int_equal(result.course.rebalances[4].eligible, 3);
        assert_true(result.course.equity[39] < 20000);
        assert_like_reference(&input);
    }
}

// Before anything was bought, of a symbol that is not held, and of one whose last candle is some bars before.
static void a_break_ends_a_holding_only_where_there_is_one(void **state)
{
    (void)state;
    steady_market(3, 40, (const double[]){1, 2, -1});
    const size_t breaks[][2] = {{2, 1}, {30, 0}, {35, 1}}; // bar, symbol
    for (size_t i = 0; i < 3; i++) {
        for (size_t t = breaks[i][0]; t < 40; t++) {
            market.open[t][breaks[i][1]] *= 1000;
            market.close[t][breaks[i][1]] *= 1000;
        }
    }
    market.open[34][1] = market.close[34][1] = (double)NAN;
    const struct momentum_input input = input_of(rules_of(1, 1));
    const struct momentum_result result = run(&input);
    assert_int_equal(result.warning_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(result.warnings[i].symbol, breaks[i][1]);
        assert_int_equal(result.warnings[i].ends_holding, i == 2);
    }
}

static void a_move_by_the_gap_factor_is_no_break(void **state)
{
    (void)state;
    steady_market(3, 20, (const double[]){0, 0, 0});
    for (size_t t = 10; t < 20; t++)
        market.open[t][1] = market.close[t][1] = 1000;
    struct momentum_input input = input_of(rules_of(1, 1));
    assert_int_equal(run(&input).warning_count, 0);
    input.rules.max_gap_factor = 9.99;
    assert_int_equal(run(&input).warning_count, 1);
}

// The candle of bar 4, where the order should fill, is missing: it fills at the next one there is.
static void an_order_waits_for_a_candle(void **state)
{
    (void)state;
    steady_market(3, 20, (const double[]){1, 2, -1});
    market.open[4][1] = market.close[4][1] = market.open[5][1] = market.close[5][1] = (double)NAN;
    const struct momentum_input input = input_of(rules_of(1, 1));
    const struct momentum_result result = run(&input);
    const struct momentum_order *order = &result.course.orders[0];
    assert_int_equal(order->symbol, 1);
    assert_int_equal(order->state, ORDER_FILLED);
    assert_int_equal(order->fill_bar, 6);
    assert_int_equal(result.course.trades[1].entry_bar, 6);
    assert_like_reference(&input);
}

static void an_order_that_gets_no_candle_is_replaced_by_the_next_rebalance(void **state)
{
    (void)state;
    steady_market(3, 20, (const double[]){1, 2, -1});
    for (size_t t = 4; t < 10; t++)
        market.open[t][1] = market.close[t][1] = (double)NAN;
    const struct momentum_input input = input_of(rules_of(1, 1));
    const struct momentum_result result = run(&input);
    assert_int_equal(result.course.orders[0].symbol, 1);
    assert_int_equal(result.course.orders[0].state, ORDER_REPLACED);
    assert_int_equal(result.course.rebalances[1].eligible, 2);
    assert_like_reference(&input);
}

static void a_holding_is_kept_until_its_symbol_trades_again(void **state)
{
    (void)state;
    steady_market(4, 30, (const double[]){1, 3, -1, 2});
    for (size_t t = 6; t < 30; t++)
        market.open[t][1] /= 4, market.close[t][1] /= 4; // the best becomes the worst
    market.open[8][1] = market.close[8][1] = market.open[9][1] = market.close[9][1] = (double)NAN;
    const struct momentum_input input = input_of(rules_of(1, 0));
    const struct momentum_result result = run(&input);
    assert_int_equal(result.course.trade_symbols[0], 1);
    assert_int_equal(result.course.trades[0].exit_bar, 10);
    assert_near(result.course.trades[0].exit_price, market.open[10][1]);
    assert_like_reference(&input);
}

static void long_only_uses_all_equity_and_so_does_short_only(void **state)
{
    (void)state;
    steady_market(4, 30, (const double[]){1, 2, -1, -2});
    for (int side = 0; side < 2; side++) {
        const struct momentum_input input = input_of(rules_of(side ? 0 : 2, side ? 2 : 0));
        const struct momentum_result result = run(&input);
        assert_int_equal(result.course.rebalances[0].order_count, 2);
        for (size_t i = 0; i < 2; i++)
            assert_near(result.course.orders[i].target_weight, side ? -0.5 : 0.5);
        for (size_t i = 0; i < result.attribution_count; i++)
            assert_int_equal(result.attributions[i].is_short, side);
        assert_true(result.metrics.final_equity > 10000);
        assert_like_reference(&input);
    }
}

static void inverse_volatility_gives_the_calm_more(void **state)
{
    (void)state;
    steady_market(2, 12, (const double[]){1, 1});
    for (size_t t = 0; t < 12; t++) { // twice the swing
        market.close[t][0] *= t % 2 ? 1.01 : 1;
        market.close[t][1] *= t % 2 ? 1.02 : 1;
    }
    struct momentum_rules rules = rules_of(2, 0);
    rules.weighting = WEIGHTING_INVERSE_VOLATILITY;
    const struct momentum_input input = input_of(rules);
    const struct momentum_result result = run(&input);
    const double calm = result.course.orders[0].target_weight, wild = result.course.orders[1].target_weight;
    assert_near(calm + wild, 1);
    assert_true(calm > 0.6 && calm < 0.7);
    assert_like_reference(&input);
}

static void what_never_moves_has_no_volatility_and_no_score_where_it_is_needed(void **state)
{
    (void)state;
    steady_market(5, 20, (const double[]){0, 1, -1, 2, 10}); // the last one rises by the same at every bar
    uint64_t seed = 3;
    for (size_t t = 0; t < 20; t++)
        for (size_t s = 1; s < 4; s++)
            market.close[t][s] *= 1 + (double)(series_random(&seed) % 100) / 10000;
    for (int kind = 0; kind < 3; kind++) {
        struct momentum_rules rules = rules_of(2, 2);
        rules.strategy = kind == 1 ? MOMENTUM_RISK_ADJUSTED : MOMENTUM_RELATIVE;
        rules.weighting = kind == 2 ? WEIGHTING_INVERSE_VOLATILITY : WEIGHTING_EQUAL;
        const struct momentum_input input = input_of(rules);
        const struct momentum_result result = run(&input);
        assert_int_equal(result.course.rebalances[0].eligible, kind ? 3 : 5);
        assert_int_equal(result.course.unranked[0], kind ? UNRANKED_NO_VOLATILITY : RANKED);
        assert_int_equal(result.course.unranked[4], kind ? UNRANKED_NO_VOLATILITY : RANKED);
    }
}

static void a_short_that_ruins_is_closed_and_nothing_trades_after_it(void **state)
{
    (void)state;
    steady_market(3, 30, (const double[]){1, 2, -1});
    for (size_t t = 6; t < 30; t++)
        market.close[t][2] *= 5, market.open[t][2] *= t > 6 ? 5 : 1;
    const struct momentum_input input = input_of(rules_of(0, 1));
    const struct momentum_result result = run(&input);
    assert_true(result.course.is_liquidated);
    assert_int_equal(result.course.liquidated_bar, 6);
    assert_int_equal(result.course.rebalance_count, 1);
    assert_int_equal(result.course.trades[0].exit_reason, EXIT_LIQUIDATION);
    assert_true(result.course.equity[29] == result.course.equity[6]);
    assert_like_reference(&input);
}

static void ruin_at_an_open_is_closed_there(void **state)
{
    (void)state;
    steady_market(3, 30, (const double[]){1, 2, -1});
    for (size_t t = 8; t < 30; t++)
        market.close[t][2] *= 5, market.open[t][2] *= 5;
    const struct momentum_input input = input_of(rules_of(0, 1));
    const struct momentum_result result = run(&input);
    assert_true(result.course.is_liquidated);
    assert_int_equal(result.course.liquidated_bar, 8);
    assert_near(result.course.trades[0].exit_price, market.open[8][2]);
    assert_like_reference(&input);
}

static void ruin_at_the_open_of_a_delayed_fill_is_closed_there(void **state)
{
    (void)state;
    steady_market(3, 30, (const double[]){1, 2, -1});
    market.open[4][1] = market.close[4][1] = market.open[5][1] = market.close[5][1] = (double)NAN;
    for (size_t t = 6; t < 30; t++)
        market.close[t][2] *= 5, market.open[t][2] *= 5;
    const struct momentum_input input = input_of(rules_of(1, 1));
    const struct momentum_result result = run(&input);
    assert_true(result.course.is_liquidated);
    assert_int_equal(result.course.liquidated_bar, 6);
    assert_int_equal(result.course.trade_count, 1);
    assert_near(result.course.trades[0].exit_price, market.open[6][2]);
    assert_like_reference(&input);
}

// Quantities come and go at one price: sums of them differ from what was paid by roundings.
static void a_market_that_stands_still_pays_nothing(void **state)
{
    (void)state;
    steady_market(7, MARKET_BARS, (const double[]){0, 0, 0, 0, 0, 0, 0});
    for (size_t t = 0; t < MARKET_BARS; t++)
        for (size_t s = 0; s < 7; s++) {
            market.open[t][s] = 39997;
            market.close[t][s] = 39997 + 0.1 * (double)((t / 5 + s) % 7);
        }
    struct momentum_input input = input_of(rules_of(2, 2));
    input.rules.fee_bps = 0;
    input.rules.weighting = WEIGHTING_INVERSE_VOLATILITY;
    const struct momentum_result result = run(&input);
    assert_true(result.course.trade_count > 10);
    for (size_t i = 0; i < result.course.trade_count; i++)
        if (!result.course.trades[i].is_open) assert_true(result.course.trades[i].pnl == 0);
}

static void long_lists_are_selected_like_short_ones(void **state)
{
    (void)state;
    enum { COUNT = 300 };
    double scores[COUNT];
    struct ranked_symbol scratch[COUNT];
    uint32_t list[COUNT], all[COUNT];
    uint64_t seed = 9;
    for (size_t round = 0; round < 50; round++) {
        size_t scored = 0;
        for (size_t s = 0; s < COUNT; s++) {
            scores[s] = series_random(&seed) % 5 ? (double)(series_random(&seed) % 40) : (double)NAN;
            scored += scores[s] == scores[s];
        }
        for (int is_best = 0; is_best < 2; is_best++) {
            ranking_select(scores, COUNT, scored, is_best, scratch, all);
            for (size_t wanted = 0; wanted <= 33; wanted += 1 + wanted / 3) {
                ranking_select(scores, COUNT, wanted, is_best, scratch, list);
                assert_memory_equal(list, all, wanted * sizeof *list);
            }
        }
    }
}

static void a_rule_out_of_range_is_named(void **state)
{
    (void)state;
    const struct momentum_rules rules = {
        .long_count = LIMIT_SIDE_SYMBOLS + 1,
        .short_count = LIMIT_SIDE_SYMBOLS + 1,
        .lookback = 0,
        .skip = LIMIT_REBALANCE_BARS + 1,
        .rebalance_every = 0,
        .initial_capital = 0,
        .fee_bps = -1,
        .slippage_bps = 10000,
        .max_gap_factor = 1,
    };
    struct error error = {0};
    assert_int_equal(momentum_rules_check(&rules, &error), STATUS_INVALID);
    const char *const expected[] = {"/initial_capital", "/fee_bps",    "/slippage_bps",
                                    "/max_gap_factor",  "/long_count", "/short_count",
                                    "/lookback",        "/skip",       "/rebalance_every"};
    assert_int_equal(error.field_count, 9);
    for (size_t i = 0; i < 9; i++)
        assert_string_equal(error.fields[i].pointer, expected[i]);
}

static void the_limits_themselves_are_allowed(void **state)
{
    (void)state;
    struct momentum_rules rules = rules_of(LIMIT_SIDE_SYMBOLS, LIMIT_SIDE_SYMBOLS);
    rules.lookback = rules.skip = rules.rebalance_every = LIMIT_REBALANCE_BARS;
    struct error error = {0};
    assert_int_equal(momentum_rules_check(&rules, &error), STATUS_OK);
    rules = rules_of(1, 0);
    rules.lookback = rules.rebalance_every = 1;
    assert_int_equal(momentum_rules_check(&rules, &error), STATUS_OK);
    rules.weighting = WEIGHTING_INVERSE_VOLATILITY;
    assert_int_equal(momentum_rules_check(&rules, &error), STATUS_INVALID);
    assert_string_equal(error.fields[0].pointer, "/lookback");
    rules = rules_of(0, 0);
    error = (struct error){0};
    assert_int_equal(momentum_rules_check(&rules, &error), STATUS_INVALID);
    assert_string_equal(error.fields[0].pointer, "/long_count");
}

static void fewer_bars_than_a_ranking_needs_are_refused_with_the_counts(void **state)
{
    (void)state;
    steady_market(3, 4, (const double[]){1, 2, 3});
    struct momentum_input input = input_of(rules_of(1, 1));
    struct momentum_result result;
    struct error error = {0};
    assert_int_equal(momentum_run(&input, &arena, &result, &error), STATUS_INVALID);
    assert_string_equal(error.code, "not_enough_candles");
    assert_non_null(strstr(error.message, "needs 5 bars"));
    steady_market(3, 5, (const double[]){1, 2, 3});
    input = input_of(rules_of(1, 1));
    assert_int_equal(run(&input).course.rebalance_count, 1);
    input.first = 4;
    assert_int_equal(momentum_run(&input, &arena, &result, &error), STATUS_INVALID);
}

static void prices_that_are_none_are_refused_with_symbol_and_time(void **state)
{
    (void)state;
    const double wrong[] = {0, -1, (double)INFINITY};
    for (size_t i = 0; i < 6; i++) {
        steady_market(3, 20, (const double[]){1, 2, 3});
        *(i % 2 ? &market.open[9][2] : &market.close[9][2]) = wrong[i / 2];
        const struct momentum_input input = input_of(rules_of(1, 1));
        struct momentum_result result;
        struct error error = {0};
        assert_int_equal(momentum_run(&input, &arena, &result, &error), STATUS_INVALID);
        assert_string_equal(error.code, "invalid_candles");
        assert_non_null(strstr(error.message, "S02"));
        assert_non_null(strstr(error.message, "2020-01-10"));
    }
}

static void memory_that_runs_out_is_told_at_every_step(void **state)
{
    (void)state;
    uint64_t seed = 5;
    market_of_chance(&market, &seed);
    struct momentum_rules rules = rules_of(2, 2);
    rules.weighting = WEIGHTING_INVERSE_VOLATILITY;
    rules.lookback = 2;
    const struct momentum_input input = input_of(rules);
    size_t failures = 0;
    enum status status = STATUS_NO_MEMORY;
    for (size_t bytes = 1; status != STATUS_OK; bytes += bytes / 16 + 64) {
        ARENA_SCOPE(small, bytes);
        struct momentum_result result;
        struct error error = {0};
        status = momentum_run(&input, &small, &result, &error);
        assert_true(status == STATUS_OK || status == STATUS_NO_MEMORY);
        failures += status == STATUS_NO_MEMORY;
    }
    assert_true(failures > 20);
}

// FNV-1a of the bits of equity and benchmark. When a change of the engine moves them, so does ENGINE_VERSION.
static uint64_t hash_of(const struct momentum_result *result)
{
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t t = 0; t < result->bar_count; t++) {
        const double numbers[] = {result->course.equity[t], result->benchmark[t]};
        for (size_t i = 0; i < 2; i++) {
            uint64_t bits;
            memcpy(&bits, &numbers[i], sizeof bits);
            hash = (hash ^ bits) * 0x100000001b3;
        }
    }
    return hash;
}

static void results_have_the_same_bits_everywhere(void **state)
{
    (void)state;
    uint64_t seed = 77, hash = 0;
    for (size_t round = 0; round < 20; round++) {
        market_of_chance(&market, &seed);
        struct momentum_rules rules = rules_of(3, 2);
        rules.strategy = round % 2 ? MOMENTUM_RISK_ADJUSTED : MOMENTUM_RELATIVE;
        rules.weighting = round % 3 ? WEIGHTING_INVERSE_VOLATILITY : WEIGHTING_EQUAL;
        const struct momentum_input input = input_of(rules);
        const struct momentum_result result = run(&input);
        hash = hash * 31 + hash_of(&result);
    }
    const uint64_t expected = 0xdf479fab1c899101;
    if (hash != expected) fail_msg("the fingerprint is 0x%016llx", (unsigned long long)hash);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(random_universes_are_traded_as_the_slow_reference_trades_them),
        TEST(the_first_decision_comes_as_soon_as_a_lookback_is_there),
        TEST(warm_up_bars_let_the_first_bar_decide),
        TEST(of_equal_scores_the_first_name_is_the_best),
        TEST(the_same_returns_in_another_order_are_an_equal_score),
        TEST(keys_keep_the_order_of_scores),
        TEST(both_sides_shrink_in_proportion),
        TEST(universes_of_one_and_of_none_hold_nothing),
        TEST(what_ends_is_closed_at_its_last_close_and_said),
        TEST(when_all_are_gone_nothing_is_held),
        TEST(a_break_is_no_profit_and_the_new_asset_builds_its_own_lookback),
        TEST(a_break_ends_a_holding_only_where_there_is_one),
        TEST(a_move_by_the_gap_factor_is_no_break),
        TEST(an_order_waits_for_a_candle),
        TEST(an_order_that_gets_no_candle_is_replaced_by_the_next_rebalance),
        TEST(a_holding_is_kept_until_its_symbol_trades_again),
        TEST(long_only_uses_all_equity_and_so_does_short_only),
        TEST(inverse_volatility_gives_the_calm_more),
        TEST(what_never_moves_has_no_volatility_and_no_score_where_it_is_needed),
        TEST(a_short_that_ruins_is_closed_and_nothing_trades_after_it),
        TEST(ruin_at_an_open_is_closed_there),
        TEST(ruin_at_the_open_of_a_delayed_fill_is_closed_there),
        TEST(a_market_that_stands_still_pays_nothing),
        TEST(long_lists_are_selected_like_short_ones),
        TEST(a_rule_out_of_range_is_named),
        TEST(the_limits_themselves_are_allowed),
        TEST(fewer_bars_than_a_ranking_needs_are_refused_with_the_counts),
        TEST(prices_that_are_none_are_refused_with_symbol_and_time),
        TEST(memory_that_runs_out_is_told_at_every_step),
        TEST(results_have_the_same_bits_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
