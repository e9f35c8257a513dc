// The stored form of a run's columns: little-endian values, one column after the other, no header. The row count and
// the part's name stand in the database beside it.
//   equity: time (int64), equity (double), benchmark (double)
//   trades: one struct stored_trade after the other
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "engine/backtest.h"

#include <stddef.h>
#include <stdint.h>

struct equity_columns {
    size_t count;
    const int64_t *time;
    const double *equity;
    const double *benchmark;
};

// A trade as it lies in the database: fixed layout, no padding.
struct stored_trade {
    int64_t entry_time;
    int64_t exit_time;
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
    uint8_t unused[5];
};

// Bytes owned by the arena; ptr NULL on lack of memory.
struct str backtest_blob_equity(const struct backtest_result *result, struct arena *arena);
struct str backtest_blob_trades(const struct backtest_result *result, struct arena *arena);

// Views into `bytes` (made by the functions above and kept by the database). STATUS_INTERNAL when the size is wrong.
enum status backtest_blob_read_equity(struct str bytes, int64_t row_count, struct equity_columns *out_columns,
                                      struct error *error);
enum status backtest_blob_read_trades(struct str bytes, int64_t row_count, const struct stored_trade **out_trades,
                                      struct error *error);
