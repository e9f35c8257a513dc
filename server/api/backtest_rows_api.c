#include "api/row_page.h"

#include "api/cursor.h"
#include "api/handlers.h"
#include "api/query.h"
#include "api/reply.h"
#include "api/routes.h"
#include "app/backtest.h"
#include "app/backtest_rows.h"
#include "base/limits.h"
#include "base/number.h"

#include <math.h>

enum { DEFAULT_ROWS = 1000 };

// Without a limit a file has as many as there may be. That of rebalances, which are large, is not asked for
// so.
static void read_limit(struct api_call *call, enum backtest_part part, bool is_csv, size_t *limit)
{
    if (part != BACKTEST_REBALANCES) {
        (void)query_limit(call, is_csv, LIMIT_CANDLES, limit);
        return;
    }
    if (is_csv) *limit = LIMIT_REBALANCE_ROWS;
    (void)query_count(call, "limit", LIMIT_PAGE, limit);
}

enum status row_page_read(struct api_call *call, enum backtest_part part, char kind, size_t limit,
                          struct row_page *out_page)
{
    bool is_given;
    int64_t from = 0;
    struct str unused;
    const bool is_csv = query_wants_csv(call);
    read_limit(call, part, is_csv, &limit);
    (void)cursor_read_int(call, kind, &is_given, &from, &unused);
    if (from < 0 || from > LIMIT_SERIES_BARS)
        (void)error_add_field(call->error, "?cursor", "is not a next_cursor of this list");
    TRY(query_finish(call));
    struct row_page page = {.is_csv = is_csv};
    const struct backtest_page_request request = {.workspace_id = call->workspace_id,
                                                  .id = route_object_id(call),
                                                  .part = part,
                                                  .from = (size_t)from,
                                                  .limit = limit};
    TRY(backtest_page(call->api->app, &request, call->arena, &page.page, call->error));
    if (page.page.has_more)
        page.next_cursor = cursor_write_int(call->arena, kind, from + (int64_t)page.page.list.count, STR(""));
    reply_etag(call, str_format(call->arena, "%.*s-%s", STR_ARG(route_object_id(call)),
                                page.is_csv ? "csv" : "json"));
    *out_page = page;
    return STATUS_OK;
}

void row_page_put_cell(struct buf *buf, double value, char end)
{
    char text[NUMBER_TEXT_MAX];
    if (isfinite(value)) buf_append(buf, text, number_format(value, text));
    buf_append_char(buf, end);
}

static void put_point(struct json_writer *w, const struct stored_point *point)
{
    json_begin_object(w);
    json_put_int(w, "time", point->time);
    json_put_double(w, "equity", point->equity);
    json_put_double(w, "drawdown", point->drawdown);
    json_put_double(w, "benchmark", point->benchmark);
    json_end_object(w);
}

static void put_point_csv(struct buf *buf, const struct stored_point *point)
{
    buf_append_format(buf, "%lld,", (long long)point->time);
    row_page_put_cell(buf, point->equity, ',');
    row_page_put_cell(buf, point->drawdown, ',');
    row_page_put_cell(buf, point->benchmark, '\n');
}

static void reply_points_csv(struct api_call *call, const struct row_page *page)
{
    const struct stored_point *points = page->page.list.records;
    reply_csv(call, page->next_cursor);
    buf_append_str(&call->response->body, STR("time,equity,drawdown,benchmark\n"));
    for (size_t i = 0; i < page->page.list.count; i++)
        put_point_csv(&call->response->body, &points[i]);
}

static void reply_points_json(struct api_call *call, const struct row_page *page)
{
    const struct stored_point *points = page->page.list.records;
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "points");
    json_begin_array(&w);
    for (size_t i = 0; i < page->page.list.count; i++)
        put_point(&w, &points[i]);
    json_end_array(&w);
    reply_next_cursor(&w, page->next_cursor);
    json_end_object(&w);
}

enum status backtests_equity(struct api_call *call)
{
    struct row_page page;
    TRY(row_page_read(call, BACKTEST_EQUITY, 'e', DEFAULT_ROWS, &page));
    if (page.is_csv)
        reply_points_csv(call, &page);
    else
        reply_points_json(call, &page);
    return STATUS_OK;
}

static const char *exit_reason_name(uint8_t reason)
{
    static const char *const names[] = {
        [EXIT_SIGNAL] = "signal",           [EXIT_REVERSAL] = "reversal",
        [EXIT_LIQUIDATION] = "liquidation", [EXIT_SERIES_BREAK] = "series_break",
        [EXIT_END_OF_DATA] = "end_of_data", [EXIT_STOP_LOSS] = "stop_loss",
        [EXIT_TAKE_PROFIT] = "take_profit", [EXIT_TRAILING_STOP] = "trailing_stop",
        [EXIT_DATA_ENDED] = "data_ended",
    };
    return reason < sizeof names / sizeof *names ? names[reason] : "signal";
}

static struct str symbol_of(const struct backtest_page *page, const struct stored_trade *trade)
{
    return trade->symbol < page->symbols.count ? page->symbols.items[trade->symbol] : page->symbol;
}

static double return_pct(const struct stored_trade *trade)
{
    return trade->pnl / (trade->quantity * trade->entry_price) * 100;
}

static void put_exit(struct json_writer *w, const struct stored_trade *trade)
{
    if (trade->is_open)
        json_put_null(w, "exit_time");
    else
        json_put_int(w, "exit_time", trade->exit_time);
    json_put_double(w, "exit_price", trade->is_open ? (double)NAN : trade->exit_price);
    json_put_c(w, "exit_reason", exit_reason_name(trade->exit_reason));
}

static void put_trade(struct json_writer *w, size_t number, struct str symbol,
                      const struct stored_trade *trade)
{
    json_begin_object(w);
    json_put_int(w, "number", (int64_t)number);
    json_put_str(w, "symbol", symbol);
    json_put_c(w, "side", trade->is_short ? "short" : "long");
    json_put_double(w, "quantity", trade->quantity);
    json_put_int(w, "entry_time", trade->entry_time);
    json_put_double(w, "entry_price", trade->entry_price);
    put_exit(w, trade);
    json_put_double(w, "fees", trade->fees);
    json_put_double(w, "pnl", trade->pnl);
    json_put_double(w, "return_pct", return_pct(trade));
    json_put_int(w, "bars", (int64_t)trade->exit_bar - trade->entry_bar);
    json_put_double(w, "mae_pct", trade->adverse * 100);
    json_put_double(w, "mfe_pct", trade->favourable * 100);
    json_end_object(w);
}

static void reply_trades_json(struct api_call *call, const struct row_page *page)
{
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "trades");
    json_begin_array(&w);
    for (size_t i = 0; i < page->page.list.count; i++) {
        const struct stored_trade trade = backtest_trade_at(&page->page.list, i);
        put_trade(&w, page->page.list.first + i + 1, symbol_of(&page->page, &trade), &trade);
    }
    json_end_array(&w);
    reply_next_cursor(&w, page->next_cursor);
    json_end_object(&w);
}

static void put_trade_csv(struct buf *buf, size_t number, struct str symbol, const struct stored_trade *trade)
{
    buf_append_format(buf, "%zu,", number);
    reply_csv_text(buf, symbol);
    buf_append_format(buf, ",%s,", trade->is_short ? "short" : "long");
    row_page_put_cell(buf, trade->quantity, ',');
    buf_append_format(buf, "%lld,", (long long)trade->entry_time);
    row_page_put_cell(buf, trade->entry_price, ',');
    if (!trade->is_open) buf_append_format(buf, "%lld", (long long)trade->exit_time);
    buf_append_char(buf, ',');
    row_page_put_cell(buf, trade->is_open ? (double)NAN : trade->exit_price, ',');
    buf_append_format(buf, "%s,", exit_reason_name(trade->exit_reason));
    row_page_put_cell(buf, trade->fees, ',');
    row_page_put_cell(buf, trade->pnl, ',');
    row_page_put_cell(buf, return_pct(trade), ',');
    buf_append_format(buf, "%u,", trade->exit_bar - trade->entry_bar);
    row_page_put_cell(buf, trade->adverse * 100, ',');
    row_page_put_cell(buf, trade->favourable * 100, '\n');
}

static void reply_trades_csv(struct api_call *call, const struct row_page *page)
{
    struct buf *buf = &call->response->body;
    reply_csv(call, page->next_cursor);
    buf_append_str(
        buf,
        STR("number,symbol,side,quantity,entry_time,entry_price,exit_time,exit_price,exit_reason,fees,pnl,"
            "return_pct,bars,mae_pct,mfe_pct\n"));
    for (size_t i = 0; i < page->page.list.count; i++) {
        const struct stored_trade trade = backtest_trade_at(&page->page.list, i);
        put_trade_csv(buf, page->page.list.first + i + 1, symbol_of(&page->page, &trade), &trade);
    }
}

enum status backtests_trades(struct api_call *call)
{
    struct row_page page;
    TRY(row_page_read(call, BACKTEST_TRADES, 't', DEFAULT_ROWS, &page));
    if (page.is_csv)
        reply_trades_csv(call, &page);
    else
        reply_trades_json(call, &page);
    return STATUS_OK;
}
