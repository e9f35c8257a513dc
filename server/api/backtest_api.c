#include "api/handlers.h"

#include "api/backtest_decode.h"
#include "api/cursor.h"
#include "api/query.h"
#include "api/reply.h"
#include "api/routes.h"
#include "app/backtest.h"
#include "app/backtest_blob.h"
#include "base/limits.h"
#include "base/number.h"

#include <math.h>

enum { DEFAULT_PAGE = 100, DEFAULT_ROWS = 1000, TEXT_QUERY_MAX = 200 };

static void put_text(struct json_writer *w, const char *name, struct str text)
{
    json_key(w, name);
    json_value_of(w, text);
}

static void put_int(struct json_writer *w, const char *name, int64_t value)
{
    json_key(w, name);
    json_int(w, value);
}

static void put_double(struct json_writer *w, const char *name, double value)
{
    json_key(w, name);
    json_double(w, value);
}

static void put_json(struct json_writer *w, const char *name, struct str json)
{
    json_key(w, name);
    json_raw(w, json);
}

static void put_time(struct json_writer *w, const char *name, int64_t time_us)
{
    json_key(w, name);
    json_time_us(w, time_us);
}

// The stored object without its closing brace, then the monthly returns where they are wanted.
static void put_metrics(struct json_writer *w, const struct backtest_row *row, bool with_months)
{
    json_key(w, "metrics");
    if (!with_months) {
        json_raw(w, row->metrics_json);
        return;
    }
    json_raw(w, str_slice(row->metrics_json, 0, row->metrics_json.len - 1));
    put_json(w, "monthly_returns", row->monthly_returns_json);
    json_end_object(w);
}

static void put_timings(struct json_writer *w, const struct backtest_row *row)
{
    json_key(w, "timings");
    json_begin_object(w);
    put_double(w, "load_ms", row->load_ms);
    put_double(w, "run_ms", row->run_ms);
    json_end_object(w);
}

static void put_result(struct json_writer *w, const struct backtest_row *row, bool with_months)
{
    put_int(w, "warmup_bars", row->warmup_bars);
    put_int(w, "bars", row->bars);
    put_double(w, "final_equity", row->final_equity);
    put_metrics(w, row, with_months);
    json_key(w, "liquidated_at");
    if (row->liquidated_at)
        json_int(w, row->liquidated_at);
    else
        json_null(w);
    put_json(w, "warnings", row->warnings_json);
    put_timings(w, row);
}

static void put_backtest(struct json_writer *w, const struct backtest_row *row, bool with_months)
{
    json_begin_object(w);
    put_text(w, "id", row->id);
    put_text(w, "workspace_id", row->workspace_id);
    put_text(w, "kind", row->kind);
    put_text(w, "status", row->status);
    put_text(w, "name", row->name);
    put_json(w, "tags", row->tags_json);
    put_text(w, "notes", row->notes);
    put_json(w, "request", row->request_json);
    put_text(w, "engine_version", row->engine_version);
    put_json(w, "data", row->data_json);
    put_result(w, row, with_months);
    put_text(w, "created_by", row->created_by);
    put_time(w, "created_at", row->created_at_us);
    put_time(w, "started_at", row->started_at_us);
    put_time(w, "finished_at", row->finished_at_us);
    json_end_object(w);
}

static struct backtest_scope scope_of(const struct api_call *call)
{
    return (struct backtest_scope){.workspace_id = call->workspace_id, .user_id = call->user_id, .role = call->role};
}

// The last path parameter: behind {workspace_id} where that is in the path.
static struct str backtest_id(const struct api_call *call)
{
    return call->params[call->route->is_legacy ? 0 : 1];
}

static void reply_backtest(struct api_call *call, const struct backtest_row *row)
{
    struct json_writer w = reply_json(call);
    reply_etag(call, row->id);
    put_backtest(&w, row, true);
}

enum status backtests_create(struct api_call *call)
{
    struct backtest_request request;
    struct backtest_row row;
    TRY(backtest_decode(call, &request));
    TRY(backtest_create(&call->api->app, scope_of(call), &request, call->arena, &row, call->error));
    reply_created(call, str_format(call->arena, "/api/v1/workspaces/%.*s/backtests/%.*s", STR_ARG(row.workspace_id),
                                   STR_ARG(row.id)));
    reply_backtest(call, &row);
    return STATUS_OK;
}

enum status backtests_get(struct api_call *call)
{
    struct backtest_row row;
    TRY(backtest_get(&call->api->app, call->workspace_id, backtest_id(call), call->arena, &row, call->error));
    reply_backtest(call, &row);
    return STATUS_OK;
}

enum status backtests_delete(struct api_call *call)
{
    TRY(backtest_delete(&call->api->app, scope_of(call), backtest_id(call), call->arena, call->error));
    call->response->status = 204;
    return STATUS_OK;
}

// "%text%" in lower case with the wildcards of LIKE escaped.
static struct str like_pattern(struct arena *arena, struct str text)
{
    BUF_SCOPE(buf, KIB);
    buf_append_char(&buf, '%');
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        if (c == '%' || c == '_' || c == '\\') buf_append_char(&buf, '\\');
        buf_append_char(&buf, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
    }
    buf_append_char(&buf, '%');
    return str_copy(arena, buf_str(&buf));
}

struct sort_order {
    const char *figure;
    int direction;
};

static enum status read_sort(struct api_call *call, struct backtest_filter *filter)
{
    static const char *const names[] = {"created_at", "-created_at", "total_return", "-total_return", "sharpe",
                                        "-sharpe", "max_drawdown", "-max_drawdown", NULL};
    int order = 1;
    TRY(query_choice(call, "sort", names, &order));
    const struct str name = str_from_c(names[order]);
    filter->direction = name.ptr[0] == '-' ? -1 : 1;
    filter->sort_figure = name.ptr[0] == '-' ? str_slice(name, 1, name.len) : name;
    return STATUS_OK;
}

static enum status read_position(struct api_call *call, struct backtest_filter *filter)
{
    bool is_given;
    struct str key;
    filter->after_key = -INFINITY;
    TRY(cursor_read(call, 'b', &is_given, &key, &filter->after_id));
    if (is_given && !number_parse(key, &filter->after_key))
        return error_add_field(call->error, "?cursor", "is not a next_cursor of this list; start again without it");
    return STATUS_OK;
}

static enum status read_filter(struct api_call *call, struct backtest_filter *filter, size_t *limit)
{
    static const char *const statuses[] = {"queued", "running", "completed", "failed", "cancelled", NULL};
    int status = -1;
    struct str text = {0};
    (void)query_text(call, "strategy_id", 64, &filter->strategy_id);
    (void)query_text(call, "symbol", LIMIT_SERIES_EXPRESSION_BYTES, &filter->symbol);
    (void)query_choice(call, "status", statuses, &status);
    (void)query_text(call, "q", TEXT_QUERY_MAX, &text);
    (void)read_sort(call, filter);
    (void)query_count(call, "limit", LIMIT_PAGE, limit);
    (void)read_position(call, filter);
    if (status >= 0) filter->status = str_from_c(statuses[status]);
    if (text.len) filter->like = like_pattern(call->arena, text);
    return query_finish(call);
}

static struct str list_cursor(struct api_call *call, const struct backtest_list *list, size_t shown)
{
    char key[NUMBER_TEXT_MAX];
    if (shown == list->count) return (struct str){0};
    const size_t len = number_format(list->sort_keys[shown - 1], key);
    return cursor_write(call->arena, 'b', (struct str){.ptr = key, .len = len}, list->items[shown - 1].id);
}

enum status backtests_list(struct api_call *call)
{
    struct backtest_filter filter = {0};
    struct backtest_list list;
    size_t limit = DEFAULT_PAGE;
    TRY(read_filter(call, &filter, &limit));
    TRY(backtest_list(&call->api->app, call->workspace_id, &filter, limit + 1, call->arena, &list, call->error));
    const size_t shown = list.count > limit ? limit : list.count;
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "backtests");
    json_begin_array(&w);
    for (size_t i = 0; i < shown; i++)
        put_backtest(&w, &list.items[i], false);
    json_end_array(&w);
    reply_next_cursor(&w, list_cursor(call, &list, shown));
    json_end_object(&w);
    return STATUS_OK;
}

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
    TRY(backtest_part(&call->api->app, call->workspace_id, backtest_id(call), part, call->arena, &window.content, call->error));
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
        put_int(&w, "time", point.time);
        put_double(&w, "equity", point.equity);
        put_double(&w, "drawdown", point.drawdown);
        put_double(&w, "benchmark", point.benchmark);
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
    reply_etag(call, str_format(call->arena, "%.*s-%s", STR_ARG(backtest_id(call)), is_csv ? "csv" : "json"));
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
    put_double(w, "exit_price", trade->is_open ? (double)NAN : trade->exit_price);
    put_text(w, "exit_reason", str_from_c(exit_reason_name(trade->exit_reason)));
}

static void put_trade(struct json_writer *w, size_t number, struct str symbol, const struct stored_trade *trade)
{
    json_begin_object(w);
    put_int(w, "number", (int64_t)number);
    put_text(w, "symbol", symbol);
    put_text(w, "side", trade->is_short ? STR("short") : STR("long"));
    put_double(w, "quantity", trade->quantity);
    put_int(w, "entry_time", trade->entry_time);
    put_double(w, "entry_price", trade->entry_price);
    put_exit(w, trade);
    put_double(w, "fees", trade->fees);
    put_double(w, "pnl", trade->pnl);
    put_double(w, "return_pct", return_pct(trade));
    put_int(w, "bars", (int64_t)trade->exit_bar - trade->entry_bar);
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
    reply_etag(call, str_format(call->arena, "%.*s-%s", STR_ARG(backtest_id(call)), is_csv ? "csv" : "json"));
    if (is_csv)
        put_trades_csv(call, &window, trades);
    else
        put_trades_json(call, &window, trades);
    return STATUS_OK;
}
