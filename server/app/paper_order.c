#include "app/paper_order.h"

#include "app/audit.h"
#include "app/event.h"
#include "app/once.h"
#include "app/paper_order_fill.h"
#include "app/paper_power.h"
#include "app/paper_watch.h"
#include "base/id.h"
#include "base/limits.h"
#include "market/ingest/series_name.h"
#include "json/writer.h"

// ---- what is asked

static enum status check_members(const struct paper_order_request *request, struct error *error)
{
    const bool has_limit = !decimal_is_zero(request->limit_price);
    if (request->type == PAPER_ORDER_LIMIT && !has_limit)
        return error_add_field(error, "/limit_price", "is missing: a limit order needs its price");
    if (request->type == PAPER_ORDER_MARKET && has_limit)
        return error_add_field(error, "/limit_price",
                               "belongs to limit orders: leave it out, or make the type limit");
    return STATUS_OK;
}

// A symbol that is not stored can be traded all the same, at a price that comes with the request.
static enum status take_unstored(const struct paper_order_request *request, struct arena *arena,
                                 struct str *out_symbol, struct error *error)
{
    char symbol[LIMIT_SYMBOL_BYTES + 1];
    if (!symbol_copy(request->symbol, symbol))
        return error_add_field(error, "/symbol", "\"%.*s\" is no symbol",
                               STR_ARG(str_prefix(request->symbol, 100)));
    *out_symbol = str_copy(arena, str_from_c(symbol));
    return out_symbol->ptr ? STATUS_OK : error_no_memory(error);
}

static enum status unknown_symbol(const struct catalog *catalog, struct str symbol, struct error *error)
{
    catalog_add_near(catalog, symbol, error);
    return error_add_field(error, "/symbol",
                           "there are no candles of \"%.*s\"; to trade it give its price in mark_prices",
                           STR_ARG(str_prefix(symbol, 100)));
}

// As the market spells it.
static enum status find_symbol(const struct app *app, const struct paper_order_request *request,
                               struct arena *arena, struct str *out_symbol, struct error *error)
{
    struct error unread = {0};
    CATALOG_SCOPE catalog = NULL;
    const bool is_given = mark_of(&request->marks, request->symbol) != NULL;
    const enum status status = market_catalog(app->market, &catalog, &unread);
    const struct symbol_info *info = status == STATUS_OK ? catalog_find(catalog, request->symbol) : NULL;
    if (!info && is_given) return take_unstored(request, arena, out_symbol, error);
    if (!info && status == STATUS_OK) return unknown_symbol(catalog, request->symbol, error);
    if (!info) {
        *error = unread;
        return status;
    }
    *out_symbol = str_copy(arena, info->symbol);
    return out_symbol->ptr ? STATUS_OK : error_no_memory(error);
}

static struct paper_order order_of(const struct actor *actor, const struct paper_order_request *request,
                                   struct str symbol, struct arena *arena)
{
    const struct id id = id_new(actor->now_us);
    return (struct paper_order){
        .workspace_id = actor->workspace_id,
        .id = str_copy(arena, id_str(&id)),
        .account_id = request->account_id,
        .symbol = symbol,
        .side = request->side,
        .type = request->type,
        .quantity = request->quantity,
        .limit_price = request->limit_price,
        .force = request->force,
        .note = request->note,
        .status = PAPER_ORDER_ACCEPTED,
        .version = 1,
        .created_by = actor->user_id,
        .created_at_us = actor->now_us,
        .updated_at_us = actor->now_us,
    };
}

// ---- accepting it

struct acceptance {
    struct journal_move move;
    struct paper_account account; // the move's
    struct mark_list marks;       // the first is of the order's symbol
    struct paper_order *order;
};

static enum status audit(const struct journal_move *move, const char *action, const struct paper_order *order,
                         struct error *error)
{
    BUF_SCOPE(buf, 4 * KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_str(&w, "account_id", order->account_id);
    json_put_str(&w, "symbol", order->symbol);
    json_put_c(&w, "side", fill_side_names[order->side]);
    json_put_c(&w, "type", paper_order_type_names[order->type]);
    json_put_decimal(&w, "quantity", order->quantity);
    if (order->type == PAPER_ORDER_LIMIT) json_put_decimal(&w, "limit_price", order->limit_price);
    json_put_c(&w, "status", paper_order_status_names[order->status]);
    json_end_object(&w);
    const struct audit_event event = {.log = order->workspace_id,
                                      .action = action,
                                      .object_type = "order",
                                      .object_id = order->id,
                                      .detail_json = buf_str(&buf)};
    return audit_append(move->tx, move->actor, &event, error);
}

static enum status check_room(const struct journal_move *move, const struct paper_order *order,
                              struct error *error)
{
    int64_t count;
    TRY(paper_order_store_count_resting(move->tx, order->workspace_id, order->account_id, &count, error));
    if (count < LIMIT_ORDERS) return STATUS_OK;
    return error_set(error, STATUS_CONFLICT, "too_many_orders",
                     "%lld orders of the account rest, which is the most; cancel some first",
                     (long long)count);
}

// One that rests must be one that the account could carry at its limit.
static enum status rest(struct acceptance *acceptance, struct error *error)
{
    struct fill fill;
    struct mark *mark = &acceptance->marks.items[0];
    mark->is_known = true;
    mark->price = acceptance->order->limit_price;
    TRY(paper_order_fill_at(acceptance->order, acceptance->move.account, mark, &fill, error));
    TRY(paper_power_check(&acceptance->move, &fill, &acceptance->marks, error));
    TRY(check_room(&acceptance->move, acceptance->order, error));
    return paper_order_store_insert(acceptance->move.tx, acceptance->order, error);
}

static enum status fill_now(struct acceptance *acceptance, struct error *error)
{
    struct fill fill;
    TRY(paper_order_fill_at(acceptance->order, acceptance->move.account, &acceptance->marks.items[0], &fill,
                            error));
    TRY(paper_power_check(&acceptance->move, &fill, &acceptance->marks, error));
    TRY(paper_order_store_insert(acceptance->move.tx, acceptance->order, error));
    return paper_order_post(&acceptance->move, acceptance->order, &fill, error);
}

static enum status give_up(struct acceptance *acceptance, struct error *error)
{
    TRY(paper_order_store_insert(acceptance->move.tx, acceptance->order, error));
    return paper_order_end(&acceptance->move, acceptance->order, PAPER_ORDER_STEP_CANCEL, (struct str){0},
                           error);
}

static enum status settle(struct acceptance *acceptance, struct error *error)
{
    const struct mark *mark = &acceptance->marks.items[0];
    struct paper_order *order = acceptance->order;
    if (order->type == PAPER_ORDER_MARKET || (mark->is_known && paper_order_crosses(order, mark->price)))
        return fill_now(acceptance, error);
    return order->force == PAPER_ORDER_IOC ? give_up(acceptance, error) : rest(acceptance, error);
}

static enum status accept(const struct app *app, const struct actor *actor, struct acceptance *acceptance,
                          struct error *error)
{
    struct paper_order *order = acceptance->order;
    struct journal_move *move = &acceptance->move;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(once_mark(tx, app, order->id, actor->now_us, error));
    move->tx = tx;
    move->account = &acceptance->account;
    TRY(paper_account_store_lock(tx, order->workspace_id, order->account_id, move->arena, move->account,
                                 error));
    TRY(settle(acceptance, error));
    TRY(audit(move, "order.create", order, error));
    TRY(paper_order_tell(move, order, error));
    return event_commit(app, &tx, order->workspace_id, error);
}

enum status paper_order_create(const struct app *app, const struct actor *actor,
                               const struct paper_order_request *request, struct arena *arena,
                               struct paper_order *out_order, struct error *error)
{
    struct str symbol;
    TRY(check_members(request, error));
    TRY(find_symbol(app, request, arena, &symbol, error));
    struct paper_order order = order_of(actor, request, symbol, arena);
    struct acceptance acceptance = {.move = {.app = app, .actor = actor, .arena = arena}, .order = &order};
    if (!order.id.ptr) return error_no_memory(error);
    const struct paper_order_marks_query query = {&order, &request->marks, actor->now_us};
    TRY(paper_order_marks(app, &query, arena, &acceptance.marks, error));
    const bool knows_now = acceptance.marks.items[0].source != MARK_CANDLE;
    order.watched_from_us = paper_watch_from(app, symbol, knows_now, actor->now_us);
    if (order.type == PAPER_ORDER_MARKET) {
        const struct mark_list own = {acceptance.marks.items, 1};
        TRY(mark_require(&own, error));
    }
    TRY(accept(app, actor, &acceptance, error));
    *out_order = order;
    return STATUS_OK;
}

// ---- later

static enum status cancel_in(const struct journal_move *move, struct paper_order *order, struct error *error)
{
    TRY(paper_order_end(move, order, PAPER_ORDER_STEP_CANCEL, (struct str){0}, error));
    TRY(audit(move, "order.cancel", order, error));
    return paper_order_tell(move, order, error);
}

enum status paper_order_cancel(const struct app *app, const struct actor *actor, struct paper_order *order,
                               struct arena *arena, struct error *error)
{
    struct paper_account account;
    struct paper_order now;
    const struct str workspace_id = order->workspace_id;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(paper_account_store_lock(tx, workspace_id, order->account_id, arena, &account, error));
    TRY(paper_order_store_get(tx, workspace_id, order->id, arena, &now, error));
    const struct journal_move move = {tx, app, actor, &account, arena};
    TRY(cancel_in(&move, &now, error));
    TRY(event_commit(app, &tx, workspace_id, error));
    *order = now;
    return STATUS_OK;
}

enum status paper_order_cancel_all(const struct journal_move *move, struct error *error)
{
    const struct paper_order_filter filter = {
        .workspace_id = move->account->workspace_id,
        .account_id = move->account->id,
        .status = str_from_c(paper_order_status_names[PAPER_ORDER_ACCEPTED]),
        .before_us = INT64_MAX,
        .limit = LIMIT_ORDERS,
    };
    struct paper_order_list list;
    TRY(paper_order_store_list(move->tx, &filter, move->arena, &list, error));
    for (size_t i = 0; i < list.count; i++)
        TRY(cancel_in(move, &list.items[i], error));
    return STATUS_OK;
}

enum status paper_order_get(const struct app *app, struct str workspace_id, struct str id,
                            struct arena *arena, struct paper_order *out_order, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(paper_order_store_get(tx, workspace_id, id, arena, out_order, error));
    return db_commit(&tx, error);
}

enum status paper_order_list(const struct app *app, const struct paper_order_filter *filter,
                             struct arena *arena, struct paper_order_list *out_list, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(paper_order_store_list(tx, filter, arena, out_list, error));
    return db_commit(&tx, error);
}
