#include "app/paper_order_fill.h"

#include "app/event.h"
#include "app/paper_power.h"
#include "base/limits.h"
#include "store/position_store.h"
#include "json/writer.h"

// ---- prices

bool paper_order_crosses(const struct paper_order *order, struct decimal price)
{
    const int side = decimal_compare(price, order->limit_price);
    return order->side == FILL_BUY ? side <= 0 : side >= 0;
}

enum status paper_order_fill_at(const struct paper_order *order, const struct paper_account *account,
                                const struct mark *mark, struct fill *out_fill, struct error *error)
{
    struct fill fill = {
        .order_id = order->id,
        .side = order->side,
        .symbol = order->symbol,
        .quantity = order->quantity,
        .price = mark->price,
        .fee_bps = account->fee_bps,
        .slippage_bps = DECIMAL_ZERO,
        .mark = *mark,
    };
    if (order->type == PAPER_ORDER_MARKET) {
        fill.slippage_bps = account->slippage_bps;
        TRY(fill_price(mark->price, order->side, fill.slippage_bps, &fill.price, error));
    }
    *out_fill = fill;
    return STATUS_OK;
}

// ---- marks

static enum status list_positions(const struct app *app, const struct paper_order *order, struct arena *arena,
                                  struct position_list *out_list, struct error *error)
{
    const struct position_owner owner = {order->workspace_id, order->account_id};
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(position_store_list(tx, owner, arena, out_list, error));
    return db_commit(&tx, error);
}

enum status paper_order_marks(const struct app *app, const struct paper_order_marks_query *query,
                              struct arena *arena, struct mark_list *out_marks, struct error *error)
{
    struct position_list positions;
    TRY(list_positions(app, query->order, arena, &positions, error));
    struct str *symbols = ARENA_ARRAY(arena, struct str, positions.count + 1);
    if (!symbols) return error_no_memory(error);
    symbols[0] = query->order->symbol;
    for (size_t i = 0; i < positions.count; i++)
        symbols[i + 1] = positions.items[i].symbol;
    const struct mark_query marks = {symbols, positions.count + 1, query->given, query->now_us};
    return mark_find(app, &marks, arena, out_marks, error);
}

// ---- steps

static enum status take_step(const struct journal_move *move, struct paper_order *order,
                             enum paper_order_step step, struct paper_order_move *to, struct error *error)
{
    if (!paper_order_state_after(order->status, step, &to->to))
        return error_set(error, STATUS_CONFLICT, "order_ended", "the order is %s, and stays so",
                         paper_order_status_names[order->status]);
    to->now_us = move->actor->now_us;
    return paper_order_store_move(move->tx, order, to, error);
}

enum status paper_order_end(const struct journal_move *move, struct paper_order *order,
                            enum paper_order_step step, struct str reason, struct error *error)
{
    struct paper_order_move to = {.reject_reason = reason};
    return take_step(move, order, step, &to, error);
}

enum status paper_order_post(const struct journal_move *move, struct paper_order *order, struct fill *fill,
                             struct error *error)
{
    struct journal_entry entry;
    TRY(paper_power_action(move, fill, &fill->action, error));
    TRY(journal_post_fill(move, fill, &entry, error));
    TRY(paper_account_store_save(move->tx, move->account, error));
    struct paper_order_move to = {.fill_number = entry.number};
    TRY(take_step(move, order, PAPER_ORDER_STEP_FILL, &to, error));
    order->fill_id = entry.id;
    order->fill_price = entry.price;
    order->fill_fee = entry.fee;
    order->filled_at_us = entry.created_at_us;
    return STATUS_OK;
}

enum status paper_order_tell(const struct journal_move *move, const struct paper_order *order,
                             struct error *error)
{
    BUF_SCOPE(buf, KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_str(&w, "id", order->id);
    json_put_str(&w, "account_id", order->account_id);
    json_put_str(&w, "symbol", order->symbol);
    json_put_c(&w, "status", paper_order_status_names[order->status]);
    json_put_int(&w, "version", order->version);
    json_end_object(&w);
    if (buf.failed) return error_no_memory(error);
    if (order->status == PAPER_ORDER_FILLED)
        TRY(event_append_paper_account(move->tx, move->account, move->actor->now_us, error));
    return event_append(move->tx, order->workspace_id, "order", buf_str(&buf), move->actor->now_us, error);
}
