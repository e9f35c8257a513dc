#include "api/handlers.h"

#include "api/cursor.h"
#include "api/paper_reply.h"
#include "api/precondition.h"
#include "api/problem.h"
#include "api/query.h"
#include "api/reply.h"
#include "api/routes.h"
#include "app/paper_account.h"
#include "app/paper_reset.h"
#include "app/paper_view.h"
#include "base/limits.h"
#include "json/decode.h"

enum { DEFAULT_PAGE = 100 };

static struct paper_view_query view_of(const struct api_call *call)
{
    return (struct paper_view_query){.workspace_id = call->workspace_id, .now_us = call->actor.now_us};
}

// ?include=pnl_today
static void read_include(struct api_call *call, struct paper_view_query *query)
{
    static const char *const extras[] = {"pnl_today", NULL};
    int extra = -1;
    (void)query_choice(call, "include", extras, &extra);
    query->wants_today = extra == 0;
}

static enum status load(struct api_call *call, struct str id, struct paper_view *out_view)
{
    const struct paper_view_query query = view_of(call);
    return paper_view_get(call->api->app, &query, id, call->arena, out_view, call->error);
}

static struct str version_tag(const struct api_call *call, const struct paper_account *account)
{
    return str_format(call->arena, "%.*s-%lld", STR_ARG(account->id), (long long)account->version);
}

// What an account is worth changes without it: the tag is of the whole answer.
static void set_tag(struct api_call *call, const struct paper_account *account, struct str body)
{
    reply_etag(call, str_format(call->arena, "%.*s.%016llx", STR_ARG(version_tag(call, account)),
                                (unsigned long long)str_hash(body)));
}

static enum status reply_view(struct api_call *call, struct str id, const struct paper_view_query *query)
{
    struct paper_view view;
    TRY(paper_view_get(call->api->app, query, id, call->arena, &view, call->error));
    struct json_writer w = reply_json(call);
    paper_reply_put_account(&w, &view, query->wants_today);
    set_tag(call, &view.account, buf_str(&call->response->body));
    return STATUS_OK;
}

// As it is now, whatever was done to it before.
static enum status reply_account(struct api_call *call, struct str id)
{
    const struct paper_view_query query = view_of(call);
    return reply_view(call, id, &query);
}

enum status paper_accounts_get(struct api_call *call)
{
    struct paper_view_query query = view_of(call);
    read_include(call, &query);
    TRY(query_finish(call));
    return reply_view(call, route_object_id(call), &query);
}

enum status paper_accounts_list(struct api_call *call)
{
    size_t limit = DEFAULT_PAGE;
    bool has_cursor;
    struct paper_account_page page = {0};
    struct paper_view_list list;
    struct paper_view_query query = view_of(call);
    read_include(call, &query);
    (void)query_count(call, "limit", LIMIT_PAGE, &limit);
    (void)cursor_read_int(call, 'p', &has_cursor, &page.after_created_at_us, &page.after_id);
    TRY(query_finish(call));
    page.limit = limit + 1; // one more than is shown tells whether there is a next page
    TRY(paper_view_list(call->api->app, &query, page, call->arena, &list, call->error));
    const size_t shown = list.count > limit ? limit : list.count;
    const struct paper_account *last = shown < list.count ? &list.items[shown - 1].account : NULL;
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "accounts");
    json_begin_array(&w);
    for (size_t i = 0; i < shown; i++)
        paper_reply_put_account(&w, &list.items[i], query.wants_today);
    json_end_array(&w);
    reply_next_cursor(&w, last ? cursor_write_int(call->arena, 'p', last->created_at_us, last->id)
                               : (struct str){0});
    json_end_object(&w);
    return STATUS_OK;
}

// ---- making and changing

// What an account may be given; a member that is absent is left negative, which none may be.
struct body {
    struct str name;
    struct str currency;
    struct decimal starting_balance, fee_bps, slippage_bps, max_leverage;
};

static const struct decimal absent = {-1};

static bool is_given(struct decimal value)
{
    return !decimal_is_negative(value);
}

static struct paper_account_input input_of(const struct body *body)
{
    return (struct paper_account_input){
        .name = body->name,
        .currency = body->currency,
        .starting_balance = body->starting_balance,
        .fee_bps = body->fee_bps,
        .slippage_bps = body->slippage_bps,
        .max_leverage = body->max_leverage,
        .has_starting_balance = is_given(body->starting_balance),
        .has_fee_bps = is_given(body->fee_bps),
        .has_slippage_bps = is_given(body->slippage_bps),
        .has_max_leverage = is_given(body->max_leverage),
    };
}

#define SETTINGS_FIELDS                                                                                      \
    JSON_FIELD(struct body, fee_bps, DECIMAL, .maximum = 1000),                                              \
        JSON_FIELD(struct body, slippage_bps, DECIMAL, .maximum = 1000),                                     \
        JSON_FIELD(struct body, max_leverage, DECIMAL, .is_above_minimum = true, .maximum = 100)

enum status paper_accounts_create(struct api_call *call)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct body, name, TEXT, .is_required = true, .max_bytes = 4 * LIMIT_NAME),
        JSON_FIELD(struct body, currency, TEXT, .max_bytes = 64),
        JSON_FIELD(struct body, starting_balance, DECIMAL, .maximum = 1e15),
        SETTINGS_FIELDS,
    };
    struct body body = {
        .starting_balance = absent, .fee_bps = absent, .slippage_bps = absent, .max_leverage = absent};
    struct paper_account account;
    TRY(json_decode(call->body, "", fields, sizeof fields / sizeof *fields, &body, call->error));
    const struct paper_account_input input = input_of(&body);
    TRY(paper_account_create(call->api->app, &call->actor, &input, call->arena, &account, call->error));
    reply_created(call, str_format(call->arena, "/api/v1/workspaces/%.*s/accounts/%.*s",
                                   STR_ARG(account.workspace_id), STR_ARG(account.id)));
    return reply_account(call, account.id);
}

static enum status check_precondition(struct api_call *call, const struct paper_account *account)
{
    if (!precondition_is_given(call))
        return error_set(call->error, STATUS_UNCONDITIONAL, NULL,
                         "send the ETag of the account as you read it in the header If-Match");
    if (precondition_holds_version(call, version_tag(call, account))) return STATUS_OK;
    return error_set(call->error, STATUS_STALE, NULL,
                     "the account has changed since it was read; read it again and repeat the change");
}

// A stale change is answered with the account as it is now, so that the user can decide.
static enum status explain_stale(struct api_call *call, enum status status)
{
    struct paper_view current;
    struct error stale = *call->error;
    if (status != STATUS_STALE) return status;
    const bool is_told = load(call, route_object_id(call), &current) == STATUS_OK;
    *call->error = stale;
    if (!is_told) return status;
    BUF_SCOPE(buf, MIB);
    struct json_writer w = reply_json_on(call, &buf);
    paper_reply_put_account(&w, &current, false);
    problem_respond_stale(call->request, call->response, call->error, buf_str(&buf));
    set_tag(call, &current.account, buf_str(&buf));
    return status;
}

static enum status update(struct api_call *call)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct body, name, TEXT, .max_bytes = 4 * LIMIT_NAME),
        SETTINGS_FIELDS,
    };
    struct body body = {
        .starting_balance = absent, .fee_bps = absent, .slippage_bps = absent, .max_leverage = absent};
    struct paper_account account;
    TRY(json_decode(call->body, "", fields, sizeof fields / sizeof *fields, &body, call->error));
    if (call->body->count == 0) return error_add_field(call->error, "", "give what is to be changed");
    TRY(paper_account_get(call->api->app, call->workspace_id, route_object_id(call), call->arena, &account,
                          call->error));
    TRY(check_precondition(call, &account));
    const struct paper_account_input input = input_of(&body);
    return paper_account_update(call->api->app, &call->actor, &input, call->arena, &account, call->error);
}

enum status paper_accounts_update(struct api_call *call)
{
    TRY(explain_stale(call, update(call)));
    return reply_account(call, route_object_id(call));
}

// ---- moving money

enum status paper_accounts_deposit(struct api_call *call)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct paper_deposit, amount, DECIMAL, .is_required = true, .minimum = -1e15,
                   .maximum = 1e15),
        JSON_FIELD(struct paper_deposit, note, TEXT, .min_bytes = 1, .max_bytes = LIMIT_NOTE_BYTES),
    };
    struct paper_deposit deposit = {.id = route_object_id(call)};
    struct paper_account account;
    TRY(json_decode(call->body, "", fields, sizeof fields / sizeof *fields, &deposit, call->error));
    TRY(paper_account_deposit(call->api->app, &call->actor, &deposit, call->arena, &account, call->error));
    return reply_account(call, account.id);
}

struct reset_body {
    struct decimal starting_balance;
    const struct json_value *mark_prices;
};

enum status paper_accounts_reset(struct api_call *call)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct reset_body, starting_balance, DECIMAL, .maximum = 1e15),
        JSON_FIELD(struct reset_body, mark_prices, OBJECT),
    };
    struct reset_body body = {.starting_balance = absent};
    struct mark_list given;
    struct paper_account account;
    TRY(json_decode(call->body, "", fields, sizeof fields / sizeof *fields, &body, call->error));
    TRY(mark_read(body.mark_prices, "/mark_prices", call->actor.now_us, call->arena, &given, call->error));
    const struct paper_reset reset = {.id = route_object_id(call),
                                      .has_balance = is_given(body.starting_balance),
                                      .starting_balance = body.starting_balance,
                                      .given = &given};
    TRY(paper_account_reset(call->api->app, &call->actor, &reset, call->arena, &account, call->error));
    return reply_account(call, account.id);
}
