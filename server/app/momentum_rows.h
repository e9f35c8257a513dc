// The rebalances of a stored run: records of one size within a run, laid out as backtest_rows.h says. A
// record is a struct stored_rebalance, then a score of each symbol, then `order_capacity` orders, then a byte
// for each symbol.
#pragma once

#include "base/arena.h"
#include "engine/momentum.h"
#include "store/backtest_store.h"

#include <stddef.h>
#include <stdint.h>

struct stored_rebalance {
    int64_t decided_at; // open time of the bar at whose close it was decided, epoch seconds
    int64_t time;       // open time of the next bar, where it fills
    double equity;      // at the opens of that bar
    double turnover;
    double fees;
    uint32_t eligible;
    uint32_t long_count;
    uint32_t short_count;
    uint32_t symbol_count;
    uint32_t order_count;
    uint32_t order_capacity; // the same in all records of a run
};

struct stored_order {
    uint32_t symbol;
    uint8_t state;     // enum order_state
    uint8_t unused[3]; // zero
    int64_t time;      // of the bar that filled it, epoch seconds; 0: not filled
    double target_weight;
    double previous_weight;
    double quantity;
    double price;
    double fee;
};

// Parts of a record.
const double *stored_scores(const struct stored_rebalance *rebalance); // NaN: none
const struct stored_order *stored_orders(const struct stored_rebalance *rebalance);
const uint8_t *stored_unranked(const struct stored_rebalance *rebalance); // enum unranked

// Records owned by the arena; records NULL on lack of memory. Times are those of the test's bars.
struct record_list momentum_rebalances(const struct momentum_result *result, const struct universe *universe,
                                       struct arena *arena);
