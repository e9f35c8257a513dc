// The rows of a stored run: fixed layout, little-endian, no padding of the compiler's. They lie in the
// database as they lie in memory, so that a result comes back bit by bit.
#pragma once

#include "base/arena.h"
#include "engine/backtest.h"
#include "store/backtest_store.h"

#include <stddef.h>
#include <stdint.h>

struct stored_point {
    int64_t time; // epoch seconds
    double equity;
    double drawdown; // equity / highest equity so far - 1
    double benchmark;
};

struct stored_trade {
    int64_t entry_time;
    int64_t exit_time; // of a closed trade
    double quantity;
    double entry_price;
    double exit_price;
    double fees;
    double pnl;
    uint32_t entry_bar;
    uint32_t exit_bar;
    uint8_t is_short;
    uint8_t is_open;
    uint8_t exit_reason; // enum exit_reason
    uint8_t unused;      // zero
    uint32_t symbol;     // of a run over several: its number in the list of the data that was read
    double adverse;      // excursions, fractions of the entry price; NaN: not measured
    double favourable;
};

// What the rows of a trade had before there were excursions.
#define STORED_TRADE_LEAST_BYTES offsetof(struct stored_trade, adverse)

// One point a bar.
struct curve_columns {
    size_t count;
    const int64_t *time;
    const double *equity;
    const double *benchmark;
};

// Records owned by the arena; records NULL on lack of memory. `symbols`: of each trade; NULL: all 0.
struct record_list backtest_points(const struct curve_columns *curve, struct arena *arena);
struct record_list backtest_trades(const struct trade *trades, const uint32_t *symbols, size_t count,
                                   struct arena *arena);

// Row i of a list of trades, of either size; those without excursions have NaN.
struct stored_trade backtest_trade_at(const struct record_list *list, size_t i);
