// What an account did and holds: its journal, its positions, its equity over time.
#include "api/handlers.h"

#include "api/cursor.h"
#include "api/paper_reply.h"
#include "api/query.h"
#include "api/reply.h"
#include "api/routes.h"
#include "app/journal.h"
#include "app/paper_account.h"
#include "app/paper_equity.h"
#include "app/paper_view.h"
#include "app/position.h"
#include "app/posting.h"
#include "base/datetime.h"
#include "base/limits.h"

enum { DEFAULT_PAGE = 100, DEFAULT_DAYS = 366 };
#define SECOND_US ((int64_t)1000000)

// ---- the journal

static enum status read_filter(struct api_call *call, size_t *out_limit, bool *out_is_csv,
                               struct journal_filter *filter)
{
    const bool is_csv = query_wants_csv(call);
    size_t limit = DEFAULT_PAGE;
    bool has_cursor;
    int kind = -1;
    struct str ignored;
    (void)query_limit(call, is_csv, LIMIT_PAGE, &limit);
    (void)query_choice(call, "kind", journal_kind_names, &kind);
    (void)query_series(call, "symbol", LIMIT_SYMBOL_BYTES, &filter->symbol);
    (void)query_text(call, "trade_plan_id", LIMIT_ID_BYTES, &filter->plan_id);
    (void)cursor_read_int(call, 'l', &has_cursor, &filter->before, &ignored);
    TRY(query_finish(call));
    if (kind >= 0) filter->kind = journal_kind_names[kind];
    filter->limit = limit + 1; // one more than is shown tells whether there is a next page
    *out_limit = limit;
    *out_is_csv = is_csv;
    return STATUS_OK;
}

static void put_decimal_cell(struct buf *buf, struct decimal value)
{
    char text[DECIMAL_TEXT_MAX];
    (void)decimal_format(value, text);
    buf_append_format(buf, ",%s", text);
}

// A line for each posting.
static void put_lines(struct buf *buf, const struct journal_entry *entry, struct str currency)
{
    char time[DATETIME_TEXT_MAX];
    struct posting postings[POSTINGS_MAX];
    const size_t count = posting_list(entry, currency, postings);
    for (size_t i = 0; i < count; i++) {
        buf_append_format(buf, "%lld,%.*s,%s,%s,", (long long)entry->number,
                          STR_ARG(datetime_format_us(entry->created_at_us, time)),
                          journal_kind_names[entry->kind], postings[i].book);
        reply_csv_text(buf, postings[i].asset);
        put_decimal_cell(buf, postings[i].amount);
        buf_append_char(buf, ',');
        reply_csv_text(buf, entry->plan_id);
        buf_append_char(buf, ',');
        reply_csv_text(buf, entry->order_id);
        buf_append_char(buf, '\n');
    }
}

struct ledger_page {
    struct journal_list list;
    size_t shown;
    struct str currency;
    struct str next_cursor;
};

static void reply_lines(struct api_call *call, const struct ledger_page *page)
{
    reply_csv(call, page->next_cursor);
    buf_append_str(&call->response->body,
                   STR("number,created_at,kind,book,asset,amount,trade_plan_id,order_id\n"));
    for (size_t i = 0; i < page->shown; i++)
        put_lines(&call->response->body, &page->list.items[i], page->currency);
}

static void reply_entries(struct api_call *call, const struct ledger_page *page)
{
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "entries");
    json_begin_array(&w);
    for (size_t i = 0; i < page->shown; i++)
        paper_reply_put_entry(&w, &page->list.items[i], page->currency);
    json_end_array(&w);
    reply_next_cursor(&w, page->next_cursor);
    json_end_object(&w);
}

enum status paper_accounts_ledger(struct api_call *call)
{
    struct journal_filter filter = {.workspace_id = call->workspace_id,
                                    .account_id = route_object_id(call),
                                    .before = INT64_MAX,
                                    .symbol = STR(""),
                                    .plan_id = STR("")};
    struct ledger_page page = {0};
    size_t limit;
    bool is_csv;
    TRY(read_filter(call, &limit, &is_csv, &filter));
    TRY(journal_list(call->api->app, &filter, call->arena, &page.list, &page.currency, call->error));
    page.shown = page.list.count > limit ? limit : page.list.count;
    if (page.shown < page.list.count)
        page.next_cursor =
            cursor_write_int(call->arena, 'l', page.list.items[page.shown - 1].number, STR("-"));
    (is_csv ? reply_lines : reply_entries)(call, &page);
    return STATUS_OK;
}

// ---- positions

static void put_shares(struct json_writer *w, const struct position_share_list *shares, struct str symbol)
{
    json_key(w, "trade_plans");
    json_begin_array(w);
    for (size_t i = 0; i < shares->count; i++) {
        if (!str_eq(shares->items[i].symbol, symbol)) continue;
        json_begin_object(w);
        json_put_str(w, "id", shares->items[i].plan_id);
        json_put_decimal(w, "quantity", shares->items[i].quantity);
        json_end_object(w);
    }
    json_end_array(w);
}

static void put_mark(struct json_writer *w, const struct paper_holding *holding)
{
    const struct mark *mark = holding->mark;
    if (mark) {
        json_put_decimal(w, "mark_price", mark->price);
        json_put_decimal(w, "market_value", holding->value);
        json_put_decimal(w, "unrealized_pnl", holding->unrealized_pnl);
    } else {
        json_put_null(w, "mark_price");
        json_put_null(w, "market_value");
        json_put_null(w, "unrealized_pnl");
    }
    json_put_c(w, "mark_source", mark ? mark_source_names[mark->source] : NULL);
    json_put_time_us(w, "mark_time", mark ? mark->time_us : 0);
}

static void put_position(struct json_writer *w, const struct paper_holding *holding,
                         const struct position_share_list *shares)
{
    const struct position *position = &holding->row->position;
    json_begin_object(w);
    json_put_str(w, "symbol", holding->row->symbol);
    json_put_c(w, "side", decimal_is_negative(position->quantity) ? "short" : "long");
    json_put_decimal(w, "quantity", decimal_absolute(position->quantity));
    json_put_decimal(w, "signed_quantity", position->quantity);
    json_put_decimal(w, "average_entry_price", position_entry_price(position));
    put_mark(w, holding);
    put_shares(w, shares, holding->row->symbol);
    json_put_time_us(w, "updated_at", holding->row->updated_at_us);
    json_end_object(w);
}

enum status paper_accounts_positions(struct api_call *call)
{
    const struct paper_view_query query = {.workspace_id = call->workspace_id, .now_us = call->actor.now_us};
    struct paper_view view;
    struct position_share_list shares;
    TRY(paper_view_get(call->api->app, &query, route_object_id(call), call->arena, &view, call->error));
    TRY(paper_view_shares(call->api->app, &view.account, call->arena, &shares, call->error));
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "positions");
    json_begin_array(&w);
    for (size_t i = 0; i < view.worth.count; i++)
        put_position(&w, &view.worth.holdings[i], &shares);
    json_end_array(&w);
    reply_next_cursor(&w, (struct str){0});
    json_end_object(&w);
    return STATUS_OK;
}

// ---- equity

enum status paper_accounts_equity(struct api_call *call)
{
    int64_t from_s = 0, to_s = 0;
    bool has_from, has_to;
    struct paper_equity equity;
    struct paper_equity_query query = {.workspace_id = call->workspace_id,
                                       .account_id = route_object_id(call),
                                       .limit = DEFAULT_DAYS,
                                       .to_us = INT64_MAX,
                                       .now_us = call->actor.now_us};
    (void)query_time(call, "from", &has_from, &from_s);
    (void)query_time(call, "to", &has_to, &to_s);
    (void)query_count(call, "limit", LIMIT_EQUITY_DAYS, &query.limit);
    TRY(query_finish(call));
    if (has_from) query.from_us = from_s * SECOND_US;
    if (has_to) query.to_us = to_s * SECOND_US;
    TRY(paper_equity_list(call->api->app, &query, call->arena, &equity, call->error));
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "points");
    json_begin_array(&w);
    for (size_t i = 0; i < equity.count; i++) {
        json_begin_object(&w);
        json_put_int(&w, "time", equity.points[i].time_s);
        json_put_decimal(&w, "cash", equity.points[i].cash);
        json_put_decimal(&w, "positions_value", equity.points[i].positions_value);
        json_put_decimal(&w, "equity", equity.points[i].equity);
        json_end_object(&w);
    }
    json_end_array(&w);
    reply_next_cursor(&w, (struct str){0});
    json_end_object(&w);
    return STATUS_OK;
}
