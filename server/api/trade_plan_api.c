#include "api/handlers.h"

#include "api/cursor.h"
#include "api/query.h"
#include "api/reply.h"
#include "api/routes.h"
#include "api/trade_plan_reply.h"
#include "app/trade_plan.h"
#include "app/trade_plan_pnl.h"
#include "base/limits.h"

enum { DEFAULT_PAGE = 100, TEXT_QUERY_MAX = 200 };

enum status trade_plans_create(struct api_call *call)
{
    struct trade_plan plan;
    TRY(trade_plan_create(call->api->app, &call->actor, call->body, call->arena, &plan, call->error));
    const struct str location = call->route->is_legacy
                                    ? str_format(call->arena, "/api/v1/trade-plans/%.*s", STR_ARG(plan.id))
                                    : str_format(call->arena, "/api/v1/workspaces/%.*s/trade-plans/%.*s",
                                                 STR_ARG(plan.workspace_id), STR_ARG(plan.id));
    reply_created(call, location);
    return trade_plan_reply(call, &plan, NULL);
}

enum status trade_plans_get(struct api_call *call)
{
    struct trade_plan plan;
    TRY(trade_plan_load(call, &plan));
    return trade_plan_reply(call, &plan, NULL);
}

static enum status update(struct api_call *call, struct trade_plan *out_plan)
{
    struct trade_plan_edition edition = {.members = call->body};
    TRY(trade_plan_aim(call, true, &edition.target));
    return trade_plan_edit(call->api->app, &call->actor, &edition, call->arena, out_plan, call->error);
}

enum status trade_plans_update(struct api_call *call)
{
    struct trade_plan plan;
    TRY(trade_plan_explain_stale(call, update(call, &plan)));
    return trade_plan_reply(call, &plan, NULL);
}

static enum status cancel(struct api_call *call, struct trade_plan *out_plan)
{
    struct trade_plan_target target;
    TRY(trade_plan_aim(call, false, &target));
    return trade_plan_cancel(call->api->app, &call->actor, &target, call->arena, out_plan, call->error);
}

enum status trade_plans_cancel(struct api_call *call)
{
    struct trade_plan plan;
    TRY(trade_plan_explain_stale(call, cancel(call, &plan)));
    return trade_plan_reply(call, &plan, NULL);
}

// ---- the list

// ?mine, ?q, ?tag and ?symbol as the filter has them.
static void take_words(struct api_call *call, bool is_mine, struct str text, struct trade_plan_filter *filter)
{
    if (is_mine) filter->created_by = call->user_id;
    if (text.len) filter->like = query_like_pattern(call->arena, text);
    if (filter->tag.len) filter->tag_json = query_json_text(call->arena, filter->tag);
}

static enum status read_filter(struct api_call *call, size_t *limit, bool *with_pnl,
                               struct trade_plan_filter *filter)
{
    static const char *const extras[] = {"pnl", NULL};
    int status = -1, extra = -1;
    bool is_mine = false, has_cursor;
    struct str text = {0};
    (void)query_choice(call, "status", trade_plan_status_names, &status);
    (void)query_text(call, "tag", LIMIT_NAME, &filter->tag);
    (void)query_series(call, "symbol", LIMIT_SYMBOL_BYTES, &filter->symbol);
    (void)query_text(call, "account_id", LIMIT_ID_BYTES, &filter->account_id);
    (void)query_bool(call, "mine", &is_mine);
    (void)query_text(call, "q", TEXT_QUERY_MAX, &text);
    (void)query_choice(call, "include", extras, &extra);
    (void)query_count(call, "limit", LIMIT_PAGE, limit);
    (void)cursor_read_int(call, 't', &has_cursor, &filter->before_us, &filter->before_id);
    TRY(query_finish(call));
    if (status >= 0) filter->status = str_from_c(trade_plan_status_names[status]);
    take_words(call, is_mine, text, filter);
    *with_pnl = extra == 0;
    filter->limit = *limit + 1; // one more than is shown tells whether there is a next page
    return STATUS_OK;
}

static enum status put_listed(struct api_call *call, struct json_writer *w, const struct trade_plan *plan,
                              const struct mark_list *marks)
{
    struct trade_plan_pnl pnl;
    if (marks) TRY(trade_plan_pnl_count(plan, marks, call->arena, &pnl, call->error));
    json_begin_object(w);
    trade_plan_put(w, plan);
    if (marks) {
        json_key(w, "pnl");
        trade_plan_put_pnl(w, plan, &pnl);
    }
    json_end_object(w);
    return STATUS_OK;
}

// `marks` NULL: without figures.
static enum status put_list(struct api_call *call, const struct trade_plan_list *list, size_t limit,
                            const struct mark_list *marks)
{
    const size_t shown = list->count > limit ? limit : list->count;
    const struct trade_plan *last = shown < list->count ? &list->items[shown - 1] : NULL;
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "trade_plans");
    json_begin_array(&w);
    for (size_t i = 0; i < shown; i++)
        TRY(put_listed(call, &w, &list->items[i], marks));
    json_end_array(&w);
    reply_next_cursor(&w, last ? cursor_write_int(call->arena, 't', last->created_at_us, last->id)
                               : (struct str){0});
    json_end_object(&w);
    return STATUS_OK;
}

enum status trade_plans_list(struct api_call *call)
{
    size_t limit = DEFAULT_PAGE;
    bool with_pnl;
    struct trade_plan_filter filter = {.workspace_id = call->workspace_id, .before_us = INT64_MAX};
    struct trade_plan_list list;
    struct mark_list marks;
    const struct mark_query query = {.now_us = call->actor.now_us};
    TRY(read_filter(call, &limit, &with_pnl, &filter));
    TRY(trade_plan_list(call->api->app, &filter, call->arena, &list, call->error));
    if (with_pnl) TRY(trade_plan_pnl_marks(call->api->app, &list, &query, call->arena, &marks, call->error));
    return put_list(call, &list, limit, with_pnl ? &marks : NULL);
}
