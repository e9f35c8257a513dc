#include "app/backtest_blob.h"

#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "stored columns are little-endian");
_Static_assert(sizeof(struct stored_trade) == 72, "stored trades have no padding of the compiler's");

enum { EQUITY_COLUMNS = 3 };

struct str backtest_blob_equity(const struct backtest_result *result, struct arena *arena)
{
    const size_t column_bytes = result->bar_count * sizeof(double);
    char *bytes = arena_alloc_raw(arena, EQUITY_COLUMNS, column_bytes);
    if (!bytes) return (struct str){0};
    memcpy(bytes, result->time, column_bytes);
    memcpy(bytes + column_bytes, result->equity, column_bytes);
    memcpy(bytes + 2 * column_bytes, result->benchmark, column_bytes);
    return (struct str){.ptr = bytes, .len = EQUITY_COLUMNS * column_bytes};
}

static struct stored_trade stored(const struct trade *trade)
{
    return (struct stored_trade){
        .entry_time = trade->entry_time,
        .exit_time = trade->exit_time,
        .quantity = trade->quantity,
        .entry_price = trade->entry_price,
        .exit_price = trade->exit_price,
        .fees = trade->fees,
        .pnl = trade->pnl,
        .entry_bar = trade->entry_bar,
        .exit_bar = trade->exit_bar,
        .is_short = trade->is_short,
        .is_open = trade->is_open,
        .exit_reason = (uint8_t)trade->exit_reason,
    };
}

struct str backtest_blob_trades(const struct backtest_result *result, struct arena *arena)
{
    struct stored_trade *trades = ARENA_ARRAY(arena, struct stored_trade, result->trade_count);
    if (!trades) return (struct str){0};
    for (size_t i = 0; i < result->trade_count; i++)
        trades[i] = stored(&result->trades[i]);
    return (struct str){.ptr = (const char *)trades, .len = result->trade_count * sizeof *trades};
}

static enum status check_size(struct str bytes, int64_t row_count, size_t row_bytes, struct error *error)
{
    if (row_count >= 0 && bytes.len == (size_t)row_count * row_bytes) return STATUS_OK;
    return error_set(error, STATUS_INTERNAL, NULL, "a stored result has %zu bytes for %lld rows", bytes.len,
                     (long long)row_count);
}

enum status backtest_blob_read_equity(struct str bytes, int64_t row_count, struct equity_columns *out_columns,
                                      struct error *error)
{
    TRY(check_size(bytes, row_count, EQUITY_COLUMNS * sizeof(double), error));
    const size_t count = (size_t)row_count;
    const void *time = bytes.ptr; // arena memory: aligned for doubles
    const void *equity = bytes.ptr + count * sizeof(double);
    const void *benchmark = bytes.ptr + 2 * count * sizeof(double);
    *out_columns = (struct equity_columns){.count = count, .time = time, .equity = equity, .benchmark = benchmark};
    return STATUS_OK;
}

enum status backtest_blob_read_trades(struct str bytes, int64_t row_count, const struct stored_trade **out_trades,
                                      struct error *error)
{
    TRY(check_size(bytes, row_count, sizeof(struct stored_trade), error));
    const void *trades = bytes.ptr;
    *out_trades = trades;
    return STATUS_OK;
}
