#include "api/row_page.h"

#include "api/handlers.h"
#include "api/reply.h"
#include "app/momentum_rows.h"
#include "engine/momentum_book.h"
#include "engine/momentum_rank.h"

#include <math.h>
#include <stdlib.h>

enum { DEFAULT_REBALANCES = 100 };

// What is shown of one rebalance: the record, and the symbols with a score, the best first.
struct view {
    const struct stored_rebalance *rebalance;
    const struct symbol_list *symbols;
    struct ranked_symbol *ranked;
    size_t ranked_count;
    size_t number; // from 1
};

static const char *unranked_name(uint8_t reason)
{
    static const char *const names[] = {"", "no_candle", "short_history", "no_candle_at_end_of_lookback",
                                        "no_volatility"};
    return reason < sizeof names / sizeof *names ? names[reason] : "";
}

// Why an order was not filled; NULL where it was.
static const char *unfilled_name(uint8_t state)
{
    static const char *const names[] = {NULL, NULL, "waiting_for_a_candle", "no_candle_before_next_rebalance",
                                        "asset_ended"};
    return state < sizeof names / sizeof *names ? names[state] : NULL;
}

static int best_first(const void *left, const void *right)
{
    const struct ranked_symbol *a = left, *b = right;
    const double key = ranking_key(a->score), other = ranking_key(b->score);
    if (key != other) return key > other ? -1 : 1;
    return (a->symbol > b->symbol) - (a->symbol < b->symbol);
}

static enum status view_init(struct api_call *call, const struct row_page *page, size_t index,
                             struct view *out_view)
{
    const char *records = page->page.list.records;
    struct view view = {
        .rebalance = (const struct stored_rebalance *)(records + index * page->page.list.record_bytes),
        .symbols = &page->page.symbols,
        .number = page->page.list.first + index + 1,
    };
    const double *scores = stored_scores(view.rebalance);
    if (view.rebalance->symbol_count > view.symbols->count)
        return error_set(call->error, STATUS_INTERNAL, NULL, "a stored rebalance has %u symbols of %zu",
                         view.rebalance->symbol_count, view.symbols->count);
    view.ranked = ARENA_ARRAY(call->arena, struct ranked_symbol, view.rebalance->symbol_count);
    if (!view.ranked) return error_no_memory(call->error);
    for (uint32_t s = 0; s < view.rebalance->symbol_count; s++)
        if (!isnan(scores[s]))
            view.ranked[view.ranked_count++] = (struct ranked_symbol){.score = scores[s], .symbol = s};
    qsort(view.ranked, view.ranked_count, sizeof *view.ranked, best_first);
    *out_view = view;
    return STATUS_OK;
}

static void put_ranking(struct json_writer *w, const struct view *view)
{
    json_key(w, "ranking");
    json_begin_array(w);
    for (size_t i = 0; i < view->ranked_count; i++) {
        json_begin_object(w);
        json_put_str(w, "symbol", view->symbols->items[view->ranked[i].symbol]);
        json_put_double(w, "score", view->ranked[i].score);
        json_end_object(w);
    }
    json_end_array(w);
}

// The symbols of one side, in the order of their names.
static void put_side(struct json_writer *w, const char *name, const struct view *view, int sign)
{
    const struct stored_order *orders = stored_orders(view->rebalance);
    json_key(w, name);
    json_begin_array(w);
    for (uint32_t i = 0; i < view->rebalance->order_count; i++)
        if (orders[i].target_weight * sign > 0) json_str(w, view->symbols->items[orders[i].symbol]);
    json_end_array(w);
}

static void put_weights(struct json_writer *w, const struct view *view)
{
    const struct stored_order *orders = stored_orders(view->rebalance);
    json_key(w, "weights");
    json_begin_array(w);
    for (uint32_t i = 0; i < view->rebalance->order_count; i++) {
        json_begin_object(w);
        json_put_str(w, "symbol", view->symbols->items[orders[i].symbol]);
        json_put_double(w, "target", orders[i].target_weight);
        json_put_double(w, "previous", orders[i].previous_weight);
        json_end_object(w);
    }
    json_end_array(w);
}

static void put_trades(struct json_writer *w, const struct view *view)
{
    const struct stored_order *orders = stored_orders(view->rebalance);
    json_key(w, "trades");
    json_begin_array(w);
    for (uint32_t i = 0; i < view->rebalance->order_count; i++) {
        if (orders[i].state != ORDER_FILLED) continue;
        json_begin_object(w);
        json_put_str(w, "symbol", view->symbols->items[orders[i].symbol]);
        json_put_int(w, "time", orders[i].time);
        json_put_double(w, "quantity", orders[i].quantity);
        json_put_double(w, "price", orders[i].price);
        json_put_double(w, "fee", orders[i].fee);
        json_end_object(w);
    }
    json_end_array(w);
}

static void put_skipped_symbol(struct json_writer *w, struct str symbol, const char *reason)
{
    json_begin_object(w);
    json_put_str(w, "symbol", symbol);
    json_put_c(w, "reason", reason);
    json_end_object(w);
}

// Symbols without a score, then orders that were not filled.
static void put_skipped(struct json_writer *w, const struct view *view)
{
    const struct stored_order *orders = stored_orders(view->rebalance);
    const uint8_t *unranked = stored_unranked(view->rebalance);
    json_key(w, "skipped");
    json_begin_array(w);
    for (uint32_t s = 0; s < view->rebalance->symbol_count; s++)
        if (unranked[s] != RANKED) put_skipped_symbol(w, view->symbols->items[s], unranked_name(unranked[s]));
    for (uint32_t i = 0; i < view->rebalance->order_count; i++)
        if (unfilled_name(orders[i].state))
            put_skipped_symbol(w, view->symbols->items[orders[i].symbol], unfilled_name(orders[i].state));
    json_end_array(w);
}

static const char *flat_reason(const struct stored_rebalance *rebalance)
{
    return rebalance->long_count + rebalance->short_count > 0 ? NULL : "fewer_than_two_eligible";
}

static void put_rebalance(struct json_writer *w, const struct view *view)
{
    const struct stored_rebalance *rebalance = view->rebalance;
    json_begin_object(w);
    json_put_int(w, "number", (int64_t)view->number);
    json_put_int(w, "time", rebalance->time);
    json_put_int(w, "decided_at", rebalance->decided_at);
    json_put_double(w, "equity", rebalance->equity);
    json_put_int(w, "eligible", rebalance->eligible);
    json_put_c(w, "flat_reason", flat_reason(rebalance));
    json_put_double(w, "turnover", rebalance->turnover);
    json_put_double(w, "fees", rebalance->fees);
    put_side(w, "longs", view, 1);
    put_side(w, "shorts", view, -1);
    put_ranking(w, view);
    put_weights(w, view);
    put_trades(w, view);
    put_skipped(w, view);
    json_end_object(w);
}

static enum status reply_rebalances_json(struct api_call *call, const struct row_page *page)
{
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "rebalances");
    json_begin_array(&w);
    for (size_t i = 0; i < page->page.list.count; i++) {
        struct view view;
        TRY(view_init(call, page, i, &view));
        put_rebalance(&w, &view);
    }
    json_end_array(&w);
    reply_next_cursor(&w, page->next_cursor);
    json_end_object(&w);
    return STATUS_OK;
}

static void put_line_head(struct buf *buf, const struct view *view, uint32_t symbol)
{
    buf_append_format(buf, "%zu,%lld,%lld,", view->number, (long long)view->rebalance->time,
                      (long long)view->rebalance->decided_at);
    reply_csv_text(buf, view->symbols->items[symbol]);
    buf_append_char(buf, ',');
}

static void put_line_order(struct buf *buf, const struct stored_order *order)
{
    const bool is_traded = order && order->state == ORDER_FILLED;
    row_page_put_cell(buf, order ? order->target_weight : (double)NAN, ',');
    row_page_put_cell(buf, order ? order->previous_weight : (double)NAN, ',');
    row_page_put_cell(buf, is_traded ? order->quantity : (double)NAN, ',');
    row_page_put_cell(buf, is_traded ? order->price : (double)NAN, ',');
    row_page_put_cell(buf, is_traded ? order->fee : (double)NAN, ',');
    if (is_traded) buf_append_format(buf, "%lld", (long long)order->time);
    buf_append_char(buf, ',');
}

static const struct stored_order *order_of(const struct view *view, uint32_t symbol)
{
    const struct stored_order *orders = stored_orders(view->rebalance);
    for (uint32_t i = 0; i < view->rebalance->order_count; i++)
        if (orders[i].symbol == symbol) return &orders[i];
    return NULL;
}

// `rank` 0: it has none.
static void put_line(struct buf *buf, const struct view *view, uint32_t symbol, size_t rank)
{
    const struct stored_order *order = order_of(view, symbol);
    const char *unfilled = order ? unfilled_name(order->state) : NULL;
    put_line_head(buf, view, symbol);
    if (rank > 0) buf_append_format(buf, "%zu", rank);
    buf_append_char(buf, ',');
    row_page_put_cell(buf, stored_scores(view->rebalance)[symbol], ',');
    put_line_order(buf, order);
    const char *reason = unfilled ? unfilled : unranked_name(stored_unranked(view->rebalance)[symbol]);
    buf_append_format(buf, "%s\n", reason);
}

// A line a symbol: those with a score by rank, then the others by name.
static enum status reply_rebalances_csv(struct api_call *call, const struct row_page *page)
{
    struct buf *buf = &call->response->body;
    reply_csv(call, page->next_cursor);
    buf_append_str(buf, STR("number,time,decided_at,symbol,rank,score,target_weight,previous_weight,quantity,"
                            "price,fee,trade_time,reason\n"));
    for (size_t i = 0; i < page->page.list.count; i++) {
        struct view view;
        TRY(view_init(call, page, i, &view));
        for (size_t k = 0; k < view.ranked_count; k++)
            put_line(buf, &view, view.ranked[k].symbol, k + 1);
        for (uint32_t s = 0; s < view.rebalance->symbol_count; s++)
            if (isnan(stored_scores(view.rebalance)[s])) put_line(buf, &view, s, 0);
    }
    return STATUS_OK;
}

enum status backtests_rebalances(struct api_call *call)
{
    struct row_page page;
    TRY(row_page_read(call, BACKTEST_REBALANCES, 'r', DEFAULT_REBALANCES, &page));
    return page.is_csv ? reply_rebalances_csv(call, &page) : reply_rebalances_json(call, &page);
}
