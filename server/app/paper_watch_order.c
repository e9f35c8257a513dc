#include "app/paper_watch.h"

#include "app/event.h"
#include "app/paper_bars.h"
#include "app/paper_order_fill.h"
#include "app/paper_power.h"
#include "base/limits.h"

// Whose fill it is: the one who ordered it.
static struct actor actor_of(const struct paper_order *order, int64_t now_us)
{
    return (struct actor){.user_id = order->created_by,
                          .workspace_id = order->workspace_id,
                          .now_us = now_us,
                          .via = STR("host"),
                          .address = STR(""),
                          .request_id = STR("")};
}

static struct paper_reach reach_of(const struct paper_order *order)
{
    const bool is_buy = order->side == FILL_BUY;
    return paper_reach_of(is_buy ? order->limit_price : DECIMAL_ZERO,
                          is_buy ? DECIMAL_ZERO : order->limit_price);
}

// The price at which the first candle that crosses the limit fills the order.
static bool find_crossing(const struct paper_order *order, const struct paper_bars *bars, struct mark *mark)
{
    const struct paper_reach reach = reach_of(order);
    for (size_t i = bars->begin; (i = paper_bars_next(bars, i, reach)) < bars->end; i++) {
        struct touch_bar bar;
        bool is_gap;
        if (!paper_bars_read(bars, i, &bar) ||
            !touch_limit(order->side, order->limit_price, &bar, &mark->price, &is_gap))
            continue;
        mark->is_known = true;
        mark->symbol = order->symbol;
        mark->source = is_gap ? MARK_CANDLE : MARK_ORDER;
        mark->time_us = is_gap ? paper_bars_open_us(bars, i) : paper_bars_end_us(bars, i);
        return true;
    }
    return false;
}

static enum status fill_or_reject(const struct journal_move *move, struct paper_order *order,
                                  const struct mark_list *marks, struct error *error)
{
    struct fill fill;
    struct error reason = {0};
    TRY(paper_order_fill_at(order, move->account, &marks->items[0], &fill, error));
    const enum status status = paper_power_check(move, &fill, marks, &reason);
    if (status == STATUS_OK) return paper_order_post(move, order, &fill, error);
    if (status == STATUS_INVALID || status == STATUS_CONFLICT)
        return paper_order_end(move, order, PAPER_ORDER_STEP_REJECT, str_from_c(reason.message), error);
    *error = reason;
    return status;
}

static enum status settle(const struct app *app, const struct actor *actor, const struct paper_order *order,
                          const struct mark_list *marks, struct error *error)
{
    ARENA_SCOPE(arena, LIMIT_REQUEST_ARENA_BYTES);
    struct paper_account account;
    struct paper_order now;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(paper_account_store_lock(tx, order->workspace_id, order->account_id, &arena, &account, error));
    TRY(paper_order_store_get(tx, order->workspace_id, order->id, &arena, &now, error));
    if (now.status != PAPER_ORDER_ACCEPTED) return STATUS_OK; // somebody was faster
    const struct journal_move move = {tx, app, actor, &account, &arena};
    TRY(fill_or_reject(&move, &now, marks, error));
    TRY(paper_order_tell(&move, &now, error));
    return event_commit(app, &tx, order->workspace_id, error);
}

static enum status watch_on(const struct app *app, const struct paper_order *order, int64_t from_us,
                            struct error *error)
{
    if (from_us <= order->watched_from_us) return STATUS_OK;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(paper_order_store_watch_on(tx, order, from_us, error));
    return db_commit(&tx, error);
}

enum status paper_watch_order(const struct app *app, const struct paper_order *order, int64_t now_us,
                              struct error *error)
{
    ARENA_SCOPE(arena, LIMIT_REQUEST_ARENA_BYTES);
    struct mark crossing;
    struct mark_list marks;
    PAPER_BARS_SCOPE bars = paper_bars_of_symbol(app, order->symbol, order->watched_from_us, now_us);
    if (!find_crossing(order, &bars, &crossing))
        return watch_on(app, order, paper_bars_last_end_us(&bars), error);
    const struct actor actor = actor_of(order, now_us);
    const struct mark_list given = {&crossing, 1};
    const struct paper_order_marks_query query = {order, &given, now_us};
    TRY(paper_order_marks(app, &query, &arena, &marks, error));
    return settle(app, &actor, order, &marks, error);
}
