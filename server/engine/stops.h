// Stop loss, take profit and trailing stop of one position: where the bars touch the first of them.
// The rules with their reasons: docs/engine-contract.md.
#pragma once

#include "engine/candles.h"
#include "engine/simulate.h"

#include <stdbool.h>
#include <stddef.h>

// What is watched for one position. Prices are signed by its side, so that higher is better on both: a short
// one has its prices negated.
struct stops {
    double side;     // 1 long, -1 short
    double loss;     // -infinity without a stop loss
    double profit;   // infinity without a take profit
    double distance; // of the trailing stop from the best price; infinity without one
    double best;     // the best price since the entry, of the bars watched so far
};

struct stop_hit {
    size_t bar;
    double price; // before slippage
    enum exit_reason reason;
};

// Whether the rules have any stop.
bool stops_are_set(const struct backtest_rules *rules);

// Of a position that was entered at `price`; best is that price.
struct stops stops_of(const struct backtest_rules *rules, double price, bool is_short);

// Watches bars [from, to), each from its open on, in order: true and the first bar that touches a stop.
// In a bar, what its open has passed fills at the open; otherwise the stop, if touched, fills before the
// target. The stop loss and the trailing stop are one stop at the nearer level (named the stop loss where
// they are equal). The trailing stop follows the bars before the one looked at: `best` is advanced by every
// bar watched that is no hit. A high or low that is NaN touches nothing. Bars are watched once.
bool stops_watch(struct stops *stops, const struct candles *candles, size_t from, size_t to,
                 struct stop_hit *out_hit);
