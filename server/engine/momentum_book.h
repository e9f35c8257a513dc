// The book of a backtest across symbols: rankings in, fills, equity, trades and a record of every rebalance
// out. One pass over the bars of a universe.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "engine/asset.h"
#include "engine/interval.h"
#include "engine/simulate.h"
#include "engine/universe.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum momentum_strategy { MOMENTUM_RELATIVE, MOMENTUM_RISK_ADJUSTED };

enum momentum_weighting { WEIGHTING_EQUAL, WEIGHTING_INVERSE_VOLATILITY };

struct momentum_rules {
    enum momentum_strategy strategy;
    enum momentum_weighting weighting;
    size_t long_count; // not both 0
    size_t short_count;
    size_t lookback;        // bars, >= 1; >= 2 where volatility is needed
    size_t skip;            // newest bars that the ranking leaves out
    size_t rebalance_every; // bars, >= 1
    double initial_capital; // quote currency, > 0
    double fee_bps;         // on traded notional; [0, 10000)
    double slippage_bps;    // against the trader; [0, 10000)
    double
        max_gap_factor; // a move from close to next open beyond it, up or down, is a break of the asset; > 1
};

struct momentum_input {
    const struct universe *universe; // warm-up bars included; symbols in the order of their names
    const struct str *names;         // of the symbols, for messages
    size_t first;                    // index of the first bar of the test
    enum interval interval;
    struct momentum_rules rules;
    bool (*is_stop_wanted)(const void *context); // asked at every rebalance; NULL: nobody asks
    const void *stop_context;
};

// Why a symbol has no score.
enum unranked {
    RANKED,
    UNRANKED_NO_CANDLE,     // none at the bar of the decision
    UNRANKED_NO_START,      // none, or none of this asset, where the lookback begins
    UNRANKED_NO_END,        // none where the lookback ends, `skip` bars ago
    UNRANKED_NO_VOLATILITY, // zero or undefined, where the rules need it
};

enum order_state {
    ORDER_FILLED,    // something was traded
    ORDER_UNCHANGED, // the holding was right already
    ORDER_WAITING,   // no candle yet: it is kept until there is one
    ORDER_REPLACED,  // the next rebalance came before a candle did
    ORDER_ENDED,     // the asset has no further candle
};

// What a rebalance wanted of one symbol, and what came of it.
struct momentum_order {
    uint32_t symbol;
    uint32_t fill_bar; // where `state` is ORDER_FILLED or ORDER_UNCHANGED
    enum order_state state;
    double target_weight;   // of equity at the fill; negative: short; 0: out
    double previous_weight; // right before the fill, at the open (or the last known close)
    double quantity;        // traded; negative: sold
    double price;           // paid or got, slippage included; NaN: not traded
    double fee;
};

struct momentum_rebalance {
    uint32_t bar;        // of the decision, at its close; orders fill from bar + 1 on
    uint32_t eligible;   // symbols with a score
    uint32_t long_count; // of this rebalance
    uint32_t short_count;
    double equity;   // at the opens of bar + 1, before the fills
    double turnover; // sum over its orders of |quantity| × open / equity
    double fees;
    size_t first_order; // in momentum_course.orders, by symbol
    size_t order_count;
};

// Owned by the arena. Bars are counted from the first bar of the test.
struct momentum_course {
    double *equity;       // marked at each close; the first point is the initial capital
    struct trade *trades; // stretches in which a symbol was held on one side, by entry and symbol: quantity
                          // is all that was added, prices are the averages of what was added and taken off
    uint32_t *trade_symbols; // of each trade
    size_t trade_count;
    struct momentum_rebalance *rebalances;
    size_t rebalance_count;
    double *scores;    // of rebalance r and symbol s at [r * symbol_count + s]; NaN: not ranked
    uint8_t *unranked; // enum unranked, likewise
    struct momentum_order *orders;
    size_t order_count;
    size_t bars_held; // bars at whose close anything was held
    double fees;
    double turnover;
    bool is_liquidated;
    size_t liquidated_bar;
};

// Whether the rules need the volatility of every symbol.
bool momentum_needs_volatility(const struct momentum_rules *rules);

// Rebalances that the calendar has room for.
size_t momentum_rebalance_count(const struct momentum_input *input);

// The rules are within their bounds, the test has at least two bars, prices are sound and `assets` are those
// of the universe. STATUS_NO_MEMORY; STATUS_CANCELLED when a stop was wanted.
enum status momentum_book_run(const struct momentum_input *input, const struct asset_list *assets,
                              struct arena *arena, struct momentum_course *out_course, struct error *error);
