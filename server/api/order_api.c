#include "api/handlers.h"

#include "api/cursor.h"
#include "api/precondition.h"
#include "api/problem.h"
#include "api/query.h"
#include "api/reply.h"
#include "api/routes.h"
#include "app/paper_account.h"
#include "app/paper_order.h"
#include "base/datetime.h"
#include "base/limits.h"
#include "json/decode.h"

enum { DEFAULT_PAGE = 100 };

// ---- answers

static void put_fill(struct json_writer *w, const struct paper_order *order)
{
    if (order->fill_number == 0) {
        json_put_null(w, "fill");
        return;
    }
    json_key(w, "fill");
    json_begin_object(w);
    json_put_str(w, "id", order->fill_id);
    json_put_int(w, "number", order->fill_number);
    json_put_decimal(w, "price", order->fill_price);
    json_put_decimal(w, "fee", order->fill_fee);
    json_put_time_us(w, "created_at", order->filled_at_us);
    json_end_object(w);
}

static void put_order(struct json_writer *w, const struct paper_order *order)
{
    json_begin_object(w);
    json_put_str(w, "id", order->id);
    json_put_str(w, "workspace_id", order->workspace_id);
    json_put_str(w, "account_id", order->account_id);
    json_put_str(w, "symbol", order->symbol);
    json_put_c(w, "side", fill_side_names[order->side]);
    json_put_c(w, "type", paper_order_type_names[order->type]);
    json_put_decimal(w, "quantity", order->quantity);
    json_put_decimal_if(w, "limit_price", order->type == PAPER_ORDER_LIMIT, order->limit_price);
    json_put_c(w, "time_in_force", paper_order_force_names[order->force]);
    json_put_str(w, "note", order->note);
    json_put_c(w, "status", paper_order_status_names[order->status]);
    json_put_str(w, "reject_reason", order->reject_reason);
    put_fill(w, order);
    json_put_int(w, "version", order->version);
    json_put_str(w, "created_by", order->created_by);
    json_put_time_us(w, "created_at", order->created_at_us);
    json_put_time_us(w, "updated_at", order->updated_at_us);
    json_end_object(w);
}

static struct str tag_of(const struct api_call *call, const struct paper_order *order)
{
    return str_format(call->arena, "%.*s-%lld", STR_ARG(order->id), (long long)order->version);
}

static enum status reply_order(struct api_call *call, const struct paper_order *order)
{
    reply_etag(call, tag_of(call, order));
    struct json_writer w = reply_json(call);
    put_order(&w, order);
    return STATUS_OK;
}

// ---- one more

struct body {
    struct str account_id;
    struct str symbol;
    int side;
    int type;
    struct decimal quantity;
    struct decimal limit_price;
    int time_in_force;
    struct str note;
    const struct json_value *mark_prices;
};

static const struct json_field fields[] = {
    JSON_FIELD(struct body, account_id, TEXT, .min_bytes = 1, .max_bytes = LIMIT_ID_BYTES),
    JSON_FIELD(struct body, symbol, TEXT, .is_required = true, .min_bytes = 1,
               .max_bytes = LIMIT_SYMBOL_BYTES),
    JSON_FIELD(struct body, side, CHOICE, .is_required = true, .choices = fill_side_names),
    JSON_FIELD(struct body, type, CHOICE, .is_required = true, .choices = paper_order_type_names),
    JSON_FIELD(struct body, quantity, DECIMAL, .is_required = true, .is_above_minimum = true),
    JSON_FIELD(struct body, limit_price, DECIMAL, .is_above_minimum = true),
    JSON_FIELD(struct body, time_in_force, CHOICE, .choices = paper_order_force_names),
    JSON_FIELD(struct body, note, TEXT, .max_bytes = LIMIT_NOTE_BYTES),
    JSON_FIELD(struct body, mark_prices, OBJECT),
};

static enum status read_request(const struct api_call *call, struct paper_order_request *out_request)
{
    struct body body = {.account_id = PAPER_MAIN_ID};
    struct mark_list marks;
    (void)json_decode(call->body, "", fields, sizeof fields / sizeof *fields, &body, call->error);
    TRY(mark_read(body.mark_prices, "/mark_prices", call->actor.now_us, call->arena, &marks, call->error));
    TRY(query_finish(call));
    *out_request = (struct paper_order_request){
        .account_id = body.account_id,
        .symbol = body.symbol,
        .side = (enum fill_side)body.side,
        .type = (enum paper_order_type)body.type,
        .quantity = body.quantity,
        .limit_price = body.limit_price,
        .force = (enum paper_order_force)body.time_in_force,
        .note = body.note,
        .marks = marks,
    };
    return STATUS_OK;
}

enum status orders_create(struct api_call *call)
{
    struct paper_order_request request;
    struct paper_order order;
    TRY(read_request(call, &request));
    TRY(paper_order_create(call->api->app, &call->actor, &request, call->arena, &order, call->error));
    reply_created(call,
                  str_format(call->arena, "%.*s/%.*s", STR_ARG(call->request->path), STR_ARG(order.id)));
    return reply_order(call, &order);
}

// ---- those that are there

static enum status load(struct api_call *call, struct paper_order *out_order)
{
    return paper_order_get(call->api->app, call->workspace_id, route_object_id(call), call->arena, out_order,
                           call->error);
}

enum status orders_get(struct api_call *call)
{
    struct paper_order order;
    TRY(load(call, &order));
    return reply_order(call, &order);
}

// Who sends no If-Match cancels whatever the order is by now.
static enum status check_precondition(struct api_call *call, const struct paper_order *order)
{
    if (!precondition_is_given(call) || precondition_holds(call, tag_of(call, order))) return STATUS_OK;
    (void)error_set(call->error, STATUS_STALE, NULL,
                    "the order has changed since it was read; read it again and decide anew");
    BUF_SCOPE(buf, 16 * KIB);
    struct json_writer w = reply_json_on(call, &buf);
    put_order(&w, order);
    problem_respond_stale(call->request, call->response, call->error, buf_str(&buf));
    reply_etag(call, tag_of(call, order));
    return STATUS_STALE;
}

enum status orders_cancel(struct api_call *call)
{
    struct paper_order order;
    TRY(load(call, &order));
    TRY(check_precondition(call, &order));
    TRY(paper_order_cancel(call->api->app, &call->actor, &order, call->arena, call->error));
    return reply_order(call, &order);
}

// ---- lists

static void put_row(struct buf *buf, const struct paper_order *order)
{
    char time[DATETIME_TEXT_MAX], amount[DECIMAL_TEXT_MAX];
    const bool is_limit = order->type == PAPER_ORDER_LIMIT, is_filled = order->fill_number > 0;
    buf_append_format(buf, "%.*s,%.*s,", STR_ARG(order->id),
                      STR_ARG(datetime_format_us(order->created_at_us, time)));
    reply_csv_text(buf, order->account_id);
    buf_append_char(buf, ',');
    reply_csv_text(buf, order->symbol);
    (void)decimal_format(order->quantity, amount);
    buf_append_format(buf, ",%s,%s,%s,", fill_side_names[order->side], paper_order_type_names[order->type],
                      amount);
    if (is_limit) buf_append(buf, amount, decimal_format(order->limit_price, amount));
    buf_append_format(buf, ",%s,%s,", paper_order_force_names[order->force],
                      paper_order_status_names[order->status]);
    if (is_filled) buf_append(buf, amount, decimal_format(order->fill_price, amount));
    buf_append_char(buf, ',');
    if (is_filled) buf_append(buf, amount, decimal_format(order->fill_fee, amount));
    buf_append_char(buf, ',');
    if (is_filled) buf_append_str(buf, datetime_format_us(order->filled_at_us, time));
    buf_append_char(buf, ',');
    reply_csv_text(buf, order->reject_reason);
    buf_append_char(buf, ',');
    reply_csv_text(buf, order->note);
    buf_append_char(buf, '\n');
}

static void reply_rows(struct api_call *call, const struct paper_order_list *list, size_t shown,
                       struct str next)
{
    reply_csv(call, next);
    buf_append_str(&call->response->body,
                   STR("id,created_at,account_id,symbol,side,type,quantity,limit_price,time_in_force,status,"
                       "fill_price,fill_fee,filled_at,reject_reason,note\n"));
    for (size_t i = 0; i < shown; i++)
        put_row(&call->response->body, &list->items[i]);
}

static void reply_list(struct api_call *call, const struct paper_order_list *list, size_t shown,
                       struct str next)
{
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "orders");
    json_begin_array(&w);
    for (size_t i = 0; i < shown; i++)
        put_order(&w, &list->items[i]);
    json_end_array(&w);
    reply_next_cursor(&w, next);
    json_end_object(&w);
}

static enum status read_filter(struct api_call *call, bool is_csv, size_t *out_limit,
                               struct paper_order_filter *filter)
{
    size_t limit = DEFAULT_PAGE;
    int status = -1;
    bool has_cursor;
    (void)query_limit(call, is_csv, LIMIT_PAGE, &limit);
    (void)query_choice(call, "status", paper_order_status_names, &status);
    (void)query_series(call, "symbol", LIMIT_SYMBOL_BYTES, &filter->symbol);
    (void)query_text(call, "account_id", LIMIT_ID_BYTES, &filter->account_id);
    (void)cursor_read_int(call, 'o', &has_cursor, &filter->before_us, &filter->before_id);
    TRY(query_finish(call));
    if (status >= 0) filter->status = str_from_c(paper_order_status_names[status]);
    filter->limit = limit + 1; // one more than is shown tells whether there is a next page
    *out_limit = limit;
    return STATUS_OK;
}

// ptr NULL: everything is shown.
static struct str next_of(const struct api_call *call, const struct paper_order_list *list, size_t shown)
{
    if (shown == list->count) return (struct str){0};
    const struct paper_order *last = &list->items[shown - 1];
    return cursor_write_int(call->arena, 'o', last->created_at_us, last->id);
}

enum status orders_list(struct api_call *call)
{
    const bool is_csv = query_wants_csv(call);
    size_t limit;
    struct paper_order_list list = {0};
    struct paper_order_filter filter = {.workspace_id = call->workspace_id,
                                        .account_id = STR(""),
                                        .status = STR(""),
                                        .symbol = STR(""),
                                        .before_us = INT64_MAX,
                                        .before_id = STR("")};
    TRY(read_filter(call, is_csv, &limit, &filter));
    TRY(paper_order_list(call->api->app, &filter, call->arena, &list, call->error));
    const size_t shown = list.count > limit ? limit : list.count;
    const struct str next = next_of(call, &list, shown);
    (is_csv ? reply_rows : reply_list)(call, &list, shown, next);
    return STATUS_OK;
}
