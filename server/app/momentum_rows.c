#include "app/momentum_rows.h"

#include <string.h>

_Static_assert(sizeof(struct stored_rebalance) == 64 && sizeof(struct stored_order) == 56,
               "stored rows have no padding");

const double *stored_scores(const struct stored_rebalance *rebalance)
{
    return (const double *)(rebalance + 1);
}

const struct stored_order *stored_orders(const struct stored_rebalance *rebalance)
{
    return (const struct stored_order *)(stored_scores(rebalance) + rebalance->symbol_count);
}

const uint8_t *stored_unranked(const struct stored_rebalance *rebalance)
{
    return (const uint8_t *)(stored_orders(rebalance) + rebalance->order_capacity);
}

static size_t record_bytes_of(size_t symbols, size_t orders)
{
    const size_t bytes = sizeof(struct stored_rebalance) + symbols * (sizeof(double) + 1) +
                         orders * sizeof(struct stored_order);
    return (bytes + 7) / 8 * 8; // doubles of the next record stand right
}

static size_t most_orders(const struct momentum_course *course)
{
    size_t most = 0;
    for (size_t i = 0; i < course->rebalance_count; i++)
        if (course->rebalances[i].order_count > most) most = course->rebalances[i].order_count;
    return most;
}

static struct stored_order stored(const struct momentum_order *order, const int64_t *time)
{
    const bool is_filled = order->state == ORDER_FILLED || order->state == ORDER_UNCHANGED;
    return (struct stored_order){
        .symbol = order->symbol,
        .state = (uint8_t)order->state,
        .time = is_filled ? time[order->fill_bar] : 0,
        .target_weight = order->target_weight,
        .previous_weight = order->previous_weight,
        .quantity = order->quantity,
        .price = order->price,
        .fee = order->fee,
    };
}

static void put_rebalance(const struct momentum_course *course, size_t index, size_t symbols, size_t capacity,
                          const int64_t *time, struct stored_rebalance *record)
{
    const struct momentum_rebalance *rebalance = &course->rebalances[index];
    *record = (struct stored_rebalance){
        .decided_at = time[rebalance->bar],
        .time = time[rebalance->bar + 1],
        .equity = rebalance->equity,
        .turnover = rebalance->turnover,
        .fees = rebalance->fees,
        .eligible = rebalance->eligible,
        .long_count = rebalance->long_count,
        .short_count = rebalance->short_count,
        .symbol_count = (uint32_t)symbols,
        .order_count = (uint32_t)rebalance->order_count,
        .order_capacity = (uint32_t)capacity,
    };
    double *scores = (double *)(record + 1);
    struct stored_order *orders = (struct stored_order *)(scores + symbols);
    memcpy(scores, course->scores + index * symbols, symbols * sizeof *scores);
    for (size_t i = 0; i < rebalance->order_count; i++)
        orders[i] = stored(&course->orders[rebalance->first_order + i], time);
    memcpy(orders + capacity, course->unranked + index * symbols, symbols);
}

struct record_list momentum_rebalances(const struct momentum_result *result, const struct universe *universe,
                                       struct arena *arena)
{
    const struct momentum_course *course = &result->course;
    const size_t symbols = universe->symbol_count, capacity = most_orders(course);
    const int64_t *time = universe->time + result->warmup_bars;
    struct record_list list = {
        .part = BACKTEST_REBALANCES,
        .record_bytes = record_bytes_of(symbols, capacity),
        .count = course->rebalance_count,
    };
    list.records = arena_alloc(arena, list.count, list.record_bytes);
    for (size_t i = 0; list.records && i < list.count; i++)
        put_rebalance(course, i, symbols, capacity, time,
                      (struct stored_rebalance *)((char *)list.records + i * list.record_bytes));
    return list;
}
