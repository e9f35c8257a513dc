#include "api/handlers.h"

#include "api/cursor.h"
#include "api/query.h"
#include "api/reply.h"
#include "api/routes.h"
#include "app/backtest.h"
#include "app/backtest_blob.h"
#include "base/limits.h"
#include "base/number.h"

#include <math.h>

enum { DEFAULT_ROWS = 1000 };

// A page of a part's rows: [from, to) of `count`.
struct row_window {
    struct backtest_part_content content;
    size_t from;
    size_t to;
    struct str next_cursor;
};

static enum status read_window(struct api_call *call, enum backtest_part part, char kind, struct row_window *out_window)
{
    bool is_given;
    int64_t from = 0;
    size_t limit = DEFAULT_ROWS;
    struct str unused;
    (void)query_count(call, "limit", LIMIT_CANDLES, &limit);
    (void)cursor_read_int(call, kind, &is_given, &from, &unused);
    TRY(query_finish(call));
    struct row_window window;
    TRY(backtest_part(&call->api->app, call->workspace_id, route_object_id(call), part, call->arena, &window.content, call->error));
    const size_t count = (size_t)window.content.row_count;
    window.from = from < 0 || (size_t)from > count ? count : (size_t)from;
    window.to = count - window.from > limit ? window.from + limit : count;
    window.next_cursor = window.to < count ? cursor_write_int(call->arena, kind, (int64_t)window.to, STR("")) : (struct str){0};
    *out_window = window;
    return STATUS_OK;
}

// Drawdown is the fall from the highest equity so far, of which the rows before the page are part.
static double highest_before(const struct equity_columns *columns, size_t row)
{
    double highest = -INFINITY;
    for (size_t i = 0; i < row; i++)
        if (columns->equity[i] > highest) highest = columns->equity[i];
    return highest;
}

struct equity_point {
    int64_t time;
    double equity;
    double drawdown;
    double benchmark;
};

static struct equity_point point_at(const struct equity_columns *columns, size_t row, double *highest)
{
    const double equity = columns->equity[row];
    if (equity > *highest) *highest = equity;
    return (struct equity_point){columns->time[row], equity, equity < *highest ? equity / *highest - 1 : 0,
                                 columns->benchmark[row]};
}

static void put_equity_json(struct api_call *call, const struct row_window *window, const struct equity_columns *columns)
{
    double highest = highest_before(columns, window->from);
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "points");
    json_begin_array(&w);
    for (size_t i = window->from; i < window->to; i++) {
        const struct equity_point point = point_at(columns, i, &highest);
        json_begin_object(&w);
        json_put_int(&w, "time", point.time);
        json_put_double(&w, "equity", point.equity);
        json_put_double(&w, "drawdown", point.drawdown);
        json_put_double(&w, "benchmark", point.benchmark);
        json_end_object(&w);
    }
    json_end_array(&w);
    reply_next_cursor(&w, window->next_cursor);
    json_end_object(&w);
}

static void put_cell(struct buf *buf, double value, char end)
{
    char text[NUMBER_TEXT_MAX];
    if (isfinite(value)) buf_append(buf, text, number_format(value, text));
    buf_append_char(buf, end);
}

static void put_equity_csv(struct api_call *call, const struct row_window *window, const struct equity_columns *columns)
{
    double highest = highest_before(columns, window->from);
    struct buf *buf = &call->response->body;
    reply_csv(call, window->next_cursor);
    buf_append_str(buf, STR("time,equity,drawdown,benchmark\n"));
    for (size_t i = window->from; i < window->to; i++) {
        const struct equity_point point = point_at(columns, i, &highest);
        buf_append_format(buf, "%lld,", (long long)point.time);
        put_cell(buf, point.equity, ',');
        put_cell(buf, point.drawdown, ',');
        put_cell(buf, point.benchmark, '\n');
    }
}

enum status backtests_equity(struct api_call *call)
{
    struct row_window window;
    struct equity_columns columns;
    TRY(read_window(call, BACKTEST_PART_EQUITY, 'e', &window));
    TRY(backtest_blob_read_equity(window.content.bytes, window.content.row_count, &columns, call->error));
    const bool is_csv = reply_wants_csv(call);
    reply_etag(call, str_format(call->arena, "%.*s-%s", STR_ARG(route_object_id(call)), is_csv ? "csv" : "json"));
    if (is_csv)
        put_equity_csv(call, &window, &columns);
    else
        put_equity_json(call, &window, &columns);
    return STATUS_OK;
}

static const char *exit_reason_name(uint8_t reason)
{
    static const char *const names[] = {"signal", "reversal", "liquidation", "series_break", "end_of_data"};
    return reason < sizeof names / sizeof *names ? names[reason] : "signal";
}

static double return_pct(const struct stored_trade *trade)
{
    return trade->pnl / (trade->quantity * trade->entry_price) * 100;
}

static void put_exit(struct json_writer *w, const struct stored_trade *trade)
{
    json_key(w, "exit_time");
    if (trade->is_open)
        json_null(w);
    else
        json_int(w, trade->exit_time);
    json_put_double(w, "exit_price", trade->is_open ? (double)NAN : trade->exit_price);
    json_put_str(w, "exit_reason", str_from_c(exit_reason_name(trade->exit_reason)));
}

static void put_trade(struct json_writer *w, size_t number, struct str symbol, const struct stored_trade *trade)
{
    json_begin_object(w);
    json_put_int(w, "number", (int64_t)number);
    json_put_str(w, "symbol", symbol);
    json_put_str(w, "side", trade->is_short ? STR("short") : STR("long"));
    json_put_double(w, "quantity", trade->quantity);
    json_put_int(w, "entry_time", trade->entry_time);
    json_put_double(w, "entry_price", trade->entry_price);
    put_exit(w, trade);
    json_put_double(w, "fees", trade->fees);
    json_put_double(w, "pnl", trade->pnl);
    json_put_double(w, "return_pct", return_pct(trade));
    json_put_int(w, "bars", (int64_t)trade->exit_bar - trade->entry_bar);
    json_end_object(w);
}

static void put_trades_json(struct api_call *call, const struct row_window *window, const struct stored_trade *trades)
{
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "trades");
    json_begin_array(&w);
    for (size_t i = window->from; i < window->to; i++)
        put_trade(&w, i + 1, window->content.symbol, &trades[i]);
    json_end_array(&w);
    reply_next_cursor(&w, window->next_cursor);
    json_end_object(&w);
}

static void put_trade_csv(struct buf *buf, size_t number, struct str symbol, const struct stored_trade *trade)
{
    buf_append_format(buf, "%zu,", number);
    reply_csv_text(buf, symbol);
    buf_append_format(buf, ",%s,", trade->is_short ? "short" : "long");
    put_cell(buf, trade->quantity, ',');
    buf_append_format(buf, "%lld,", (long long)trade->entry_time);
    put_cell(buf, trade->entry_price, ',');
    if (!trade->is_open) buf_append_format(buf, "%lld", (long long)trade->exit_time);
    buf_append_char(buf, ',');
    put_cell(buf, trade->is_open ? (double)NAN : trade->exit_price, ',');
    buf_append_format(buf, "%s,", exit_reason_name(trade->exit_reason));
    put_cell(buf, trade->fees, ',');
    put_cell(buf, trade->pnl, ',');
    put_cell(buf, return_pct(trade), ',');
    buf_append_format(buf, "%u\n", trade->exit_bar - trade->entry_bar);
}

static void put_trades_csv(struct api_call *call, const struct row_window *window, const struct stored_trade *trades)
{
    struct buf *buf = &call->response->body;
    reply_csv(call, window->next_cursor);
    buf_append_str(buf, STR("number,symbol,side,quantity,entry_time,entry_price,exit_time,exit_price,exit_reason,fees,pnl,"
                            "return_pct,bars\n"));
    for (size_t i = window->from; i < window->to; i++)
        put_trade_csv(buf, i + 1, window->content.symbol, &trades[i]);
}

enum status backtests_trades(struct api_call *call)
{
    struct row_window window;
    const struct stored_trade *trades;
    TRY(read_window(call, BACKTEST_PART_TRADES, 't', &window));
    TRY(backtest_blob_read_trades(window.content.bytes, window.content.row_count, &trades, call->error));
    const bool is_csv = reply_wants_csv(call);
    reply_etag(call, str_format(call->arena, "%.*s-%s", STR_ARG(route_object_id(call)), is_csv ? "csv" : "json"));
    if (is_csv)
        put_trades_csv(call, &window, trades);
    else
        put_trades_json(call, &window, trades);
    return STATUS_OK;
}
