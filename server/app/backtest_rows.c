#include "app/backtest_rows.h"

#include <math.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "stored rows are little-endian");
_Static_assert(sizeof(struct stored_point) == 32 && sizeof(struct stored_trade) == 88,
               "stored rows have no padding");

struct record_list backtest_points(const struct curve_columns *curve, struct arena *arena)
{
    struct stored_point *points = arena_alloc_raw(arena, curve->count, sizeof *points);
    double highest = 0;
    for (size_t i = 0; points && i < curve->count; i++) {
        const double equity = curve->equity[i];
        if (i == 0 || equity > highest) highest = equity;
        points[i] = (struct stored_point){
            .time = curve->time[i],
            .equity = equity,
            .drawdown = equity < highest ? equity / highest - 1 : 0,
            .benchmark = curve->benchmark[i],
        };
    }
    return (struct record_list){
        .part = BACKTEST_EQUITY, .record_bytes = sizeof *points, .count = curve->count, .records = points};
}

static struct stored_trade stored(const struct trade *trade, uint32_t symbol)
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
        .symbol = symbol,
        .adverse = trade->adverse,
        .favourable = trade->favourable,
    };
}

struct record_list backtest_trades(const struct trade *trades, const uint32_t *symbols, size_t count,
                                   struct arena *arena)
{
    struct stored_trade *records = ARENA_ARRAY(arena, struct stored_trade, count);
    for (size_t i = 0; records && i < count; i++)
        records[i] = stored(&trades[i], symbols ? symbols[i] : 0);
    return (struct record_list){
        .part = BACKTEST_TRADES, .record_bytes = sizeof *records, .count = count, .records = records};
}

struct stored_trade backtest_trade_at(const struct record_list *list, size_t i)
{
    struct stored_trade trade = {.adverse = (double)NAN, .favourable = (double)NAN};
    const size_t bytes = list->record_bytes < sizeof trade ? list->record_bytes : sizeof trade;
    memcpy(&trade, (const char *)list->records + i * list->record_bytes, bytes);
    return trade;
}
