// The moves of a trade plan, and what they came to.
#include "api/handlers.h"

#include "api/cursor.h"
#include "api/paper_reply.h"
#include "api/query.h"
#include "api/reply.h"
#include "api/routes.h"
#include "api/trade_plan_reply.h"
#include "app/trade_plan_move.h"
#include "app/trade_plan_pnl.h"
#include "app/trade_plan_replay.h"
#include "app/trade_plan_terms.h"
#include "base/limits.h"
#include "json/decode.h"

enum { DEFAULT_PAGE = 100 };

static struct trade_plan_place place_of(const struct api_call *call)
{
    return (struct trade_plan_place){call->workspace_id, route_object_id(call)};
}

// ---- moves

static enum status open_plan(struct api_call *call, struct trade_plan_outcome *out_outcome)
{
    struct trade_plan_opening opening;
    TRY(trade_plan_terms_read(call->body, call->actor.now_us, call->arena, &opening.terms, call->error));
    TRY(trade_plan_aim(call, false, &opening.target));
    return trade_plan_open(call->api->app, &call->actor, &opening, call->arena, out_outcome, call->error);
}

enum status trade_plans_open(struct api_call *call)
{
    struct trade_plan_outcome outcome;
    TRY(trade_plan_explain_stale(call, open_plan(call, &outcome)));
    return trade_plan_reply(call, &outcome.plan, &outcome.fills);
}

static enum status close_plan(struct api_call *call, struct trade_plan_outcome *out_outcome)
{
    struct trade_plan_closing closing;
    TRY(trade_plan_closing_read(call->body, call->actor.now_us, call->arena, &closing, call->error));
    TRY(trade_plan_aim(call, false, &closing.target));
    return trade_plan_close(call->api->app, &call->actor, &closing, call->arena, out_outcome, call->error);
}

enum status trade_plans_close(struct api_call *call)
{
    struct trade_plan_outcome outcome;
    TRY(trade_plan_explain_stale(call, close_plan(call, &outcome)));
    return trade_plan_reply(call, &outcome.plan, &outcome.fills);
}

// ---- what was filled, and how the plan came to be as it is

enum status trade_plans_fills(struct api_call *call)
{
    size_t limit = DEFAULT_PAGE;
    bool has_cursor;
    struct str unused;
    struct trade_plan_fills_page page = {0};
    struct journal_list list;
    (void)query_count(call, "limit", LIMIT_PAGE, &limit);
    (void)cursor_read_int(call, 'f', &has_cursor, &page.after, &unused);
    TRY(query_finish(call));
    page.limit = limit + 1;
    TRY(trade_plan_list_fills(call->api->app, place_of(call), page, call->arena, &list, call->error));
    const size_t shown = list.count > limit ? limit : list.count;
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "fills");
    json_begin_array(&w);
    for (size_t i = 0; i < shown; i++)
        paper_reply_put_fill(&w, &list.items[i]);
    json_end_array(&w);
    reply_next_cursor(&w, shown < list.count
                              ? cursor_write_int(call->arena, 'f', list.items[shown - 1].number, STR("-"))
                              : (struct str){0});
    json_end_object(&w);
    return STATUS_OK;
}

static void put_change(struct json_writer *w, const struct trade_plan_change *change)
{
    json_begin_object(w);
    json_put_int(w, "version", change->version);
    json_put_c(w, "action", trade_plan_action_names[change->action]);
    json_put_str(w, "actor_id", change->actor_id);
    json_put_time_us(w, "created_at", change->created_at_us);
    json_put_raw(w, "changes", change->detail_json);
    json_end_object(w);
}

enum status trade_plans_history(struct api_call *call)
{
    size_t limit = DEFAULT_PAGE;
    bool has_cursor;
    struct str unused;
    struct trade_plan_change_page page = {.before = INT64_MAX};
    struct trade_plan_change_list list;
    (void)query_count(call, "limit", LIMIT_PAGE, &limit);
    (void)cursor_read_int(call, 'v', &has_cursor, &page.before, &unused);
    TRY(query_finish(call));
    page.limit = limit + 1;
    TRY(trade_plan_list_changes(call->api->app, place_of(call), page, call->arena, &list, call->error));
    const size_t shown = list.count > limit ? limit : list.count;
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "changes");
    json_begin_array(&w);
    for (size_t i = 0; i < shown; i++)
        put_change(&w, &list.items[i]);
    json_end_array(&w);
    reply_next_cursor(&w, shown < list.count
                              ? cursor_write_int(call->arena, 'v', list.items[shown - 1].version, STR("-"))
                              : (struct str){0});
    json_end_object(&w);
    return STATUS_OK;
}

// ---- what it has made

// ?mark_prices={"BTCUSDT":60000}
static enum status read_marks(struct api_call *call, struct mark_list *out_marks)
{
    struct str text = {0};
    const struct json_value *object;
    struct error fault = {0};
    (void)query_text(call, "mark_prices", LIMIT_URL_BYTES, &text);
    TRY(query_finish(call));
    *out_marks = (struct mark_list){0};
    if (!text.ptr) return STATUS_OK;
    if (json_parse_object(call->arena, text, &object, &fault) != STATUS_OK)
        return error_add_field(call->error, "?mark_prices",
                               "must be a JSON object such as {\"BTCUSDT\":60000}: %.150s", fault.message);
    return mark_read(object, "?mark_prices", call->actor.now_us, call->arena, out_marks, call->error);
}

enum status trade_plans_pnl(struct api_call *call)
{
    struct trade_plan plan;
    struct trade_plan_pnl pnl;
    struct mark_list given, marks;
    const struct mark_query query = {.given = &given, .now_us = call->actor.now_us};
    TRY(read_marks(call, &given));
    TRY(trade_plan_load(call, &plan));
    const struct trade_plan_list plans = {&plan, 1};
    TRY(trade_plan_pnl_marks(call->api->app, &plans, &query, call->arena, &marks, call->error));
    TRY(trade_plan_pnl_count(&plan, &marks, call->arena, &pnl, call->error));
    struct json_writer w = reply_json(call);
    trade_plan_put_pnl(&w, &plan, &pnl);
    return STATUS_OK;
}

enum status trade_plans_replay(struct api_call *call)
{
    struct trade_plan_replay replay;
    struct trade_plan_replay_query query = {.place = place_of(call), .now_us = call->actor.now_us};
    query.has_interval = http_request_query_count(call->request, STR("interval")) > 0;
    (void)query_interval(call, "interval", &query.interval);
    TRY(query_finish(call));
    TRY(trade_plan_replay(call->api->app, &query, call->arena, &replay, call->error));
    struct json_writer w = reply_json(call);
    trade_plan_put_replay(&w, &replay);
    return STATUS_OK;
}
