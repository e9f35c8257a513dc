// Excursions of trades: which bars and which prices count, on bars by hand, and long trades against a loop.
#include "engine/excursion.h"

#include <math.h>

#include "unit/engine/series.h"
#include "unit/unit.h"

enum { BARS = 5, MANY = 500 };

// The extremes of each bar are its own: which of them counted shows in the figure.
static const double opens[BARS] = {100, 104, 102, 98, 101};
static const double highs[BARS] = {110, 120, 130, 140, 150};
static const double lows[BARS] = {90, 80, 70, 60, 50};
static const double closes[BARS] = {101, 103, 99, 100, 102};
static const struct candles bars = {
    .count = BARS, .open = opens, .high = highs, .low = lows, .close = closes};

// A long trade from bar 1 to bar 3, entered at 100.
static struct trade trade_out(enum exit_reason reason, double exit_price)
{
    return (struct trade){
        .entry_price = 100, .exit_price = exit_price, .entry_bar = 1, .exit_bar = 3, .exit_reason = reason};
}

static void assert_excursions(struct trade trade, enum execution execution, double adverse, double favourable)
{
    excursions_measure(&bars, execution, &trade, 1);
    if (!(fabs(trade.adverse - adverse) < 1e-12 && fabs(trade.favourable - favourable) < 1e-12))
        fail_msg("%g and %g should be %g and %g", trade.adverse, trade.favourable, adverse, favourable);
    assert_false(signbit(trade.favourable));
}

static void bars_count_from_the_open_of_the_fill_to_that_of_the_exit(void **state)
{
    (void)state;
    assert_excursions(trade_out(EXIT_SIGNAL, 98), EXECUTION_NEXT_OPEN, -0.30, 0.30);
    assert_excursions(trade_out(EXIT_REVERSAL, 98), EXECUTION_NEXT_OPEN, -0.30, 0.30);
}

static void with_close_bars_count_behind_the_fill_and_up_to_the_exit(void **state)
{
    (void)state;
    assert_excursions(trade_out(EXIT_SIGNAL, 100), EXECUTION_CLOSE, -0.40, 0.40);
    struct trade brief = trade_out(EXIT_SIGNAL, 99);
    brief.exit_bar = 2;
    assert_excursions(brief, EXECUTION_CLOSE, -0.30, 0.30);
}

static void what_ends_at_a_close_has_all_of_its_last_bar(void **state)
{
    (void)state;
    const enum exit_reason reasons[] = {EXIT_LIQUIDATION, EXIT_SERIES_BREAK, EXIT_END_OF_DATA};
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        assert_excursions(trade_out(reasons[i], 100), EXECUTION_NEXT_OPEN, -0.40, 0.40);
}

static void of_the_bar_of_a_stop_only_its_open_and_the_exit_count(void **state)
{
    (void)state;
    assert_excursions(trade_out(EXIT_STOP_LOSS, 65), EXECUTION_NEXT_OPEN, -0.35, 0.30);
    assert_excursions(trade_out(EXIT_TAKE_PROFIT, 135), EXECUTION_NEXT_OPEN, -0.30, 0.35);
    struct trade at_once = trade_out(EXIT_TRAILING_STOP, 97);
    at_once.exit_bar = 1; // it opened at 104, but the fill was at 100
    assert_excursions(at_once, EXECUTION_NEXT_OPEN, -0.03, 0);
    struct trade next = trade_out(EXIT_TRAILING_STOP, 99);
    next.entry_bar = 0;
    next.exit_bar = 1;
    assert_excursions(next, EXECUTION_CLOSE, -0.01, 0.04);
}

static void a_short_trade_fears_what_rises(void **state)
{
    (void)state;
    struct trade trade = trade_out(EXIT_SIGNAL, 98);
    trade.is_short = true;
    trade.entry_bar = 2;
    trade.entry_price = 80;
    assert_excursions(trade, EXECUTION_NEXT_OPEN, 1 - 130.0 / 80, 1 - 70.0 / 80);
}

static void a_trade_without_bars_has_seen_its_fills(void **state)
{
    (void)state;
    struct trade trade = trade_out(EXIT_SIGNAL, 100);
    trade.exit_bar = 1;
    assert_excursions(trade, EXECUTION_NEXT_OPEN, 0, 0);
    trade.exit_price = 102;
    assert_excursions(trade, EXECUTION_NEXT_OPEN, 0, 0.02);
}

// The loop that the four lanes stand for, NaN counting for nothing.
static struct trade by_loop(const double *low, const double *high, struct trade trade)
{
    double least = trade.entry_price, most = trade.entry_price;
    for (size_t bar = trade.entry_bar; bar <= trade.exit_bar; bar++) {
        least = fmin(least, low[bar]);
        most = fmax(most, high[bar]);
    }
    trade.adverse = least / trade.entry_price - 1;
    trade.favourable = most / trade.entry_price - 1;
    return trade;
}

static void long_trades_are_those_of_a_loop(void **state)
{
    (void)state;
    double low[MANY], high[MANY];
    uint64_t seed = 7;
    for (size_t i = 0; i < MANY; i++) {
        const double price = 50 + (double)(series_random(&seed) % 1000) / 10;
        low[i] = i % 17 == 3 ? (double)NAN : price * 0.9;
        high[i] = i % 13 == 5 ? (double)NAN : price * 1.1;
    }
    const struct candles candles = {.count = MANY, .open = low, .high = high, .low = low, .close = low};
    for (uint32_t from = 0; from < 40; from++)
        for (uint32_t to = from; to < MANY; to += 1 + to % 9) {
            struct trade trade = {.entry_price = 100,
                                  .exit_price = 100,
                                  .entry_bar = from,
                                  .exit_bar = to,
                                  .exit_reason = EXIT_END_OF_DATA};
            const struct trade expected = by_loop(low, high, trade);
            excursions_measure(&candles, EXECUTION_NEXT_OPEN, &trade, 1);
            assert_true(trade.adverse == expected.adverse && trade.favourable == expected.favourable);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars_count_from_the_open_of_the_fill_to_that_of_the_exit),
        cmocka_unit_test(with_close_bars_count_behind_the_fill_and_up_to_the_exit),
        cmocka_unit_test(what_ends_at_a_close_has_all_of_its_last_bar),
        cmocka_unit_test(of_the_bar_of_a_stop_only_its_open_and_the_exit_count),
        cmocka_unit_test(a_short_trade_fears_what_rises),
        cmocka_unit_test(a_trade_without_bars_has_seen_its_fills),
        cmocka_unit_test(long_trades_are_those_of_a_loop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
