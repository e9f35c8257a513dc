#include "api/handlers.h"

#include "api/cursor.h"
#include "api/precondition.h"
#include "api/problem.h"
#include "api/query.h"
#include "api/reply.h"
#include "app/account.h"
#include "app/user.h"
#include "base/limits.h"
#include "json/decode.h"

enum { DEFAULT_PAGE = 100 };

static void put_account(struct json_writer *w, const struct account *account)
{
    json_begin_object(w);
    json_put_str(w, "id", account->id);
    json_put_str(w, "email", account->email);
    json_put_str(w, "display_name", account->display_name);
    json_put_c(w, "status", account->is_active ? "active" : "disabled");
    json_put_bool(w, "is_operator", account->is_operator);
    json_put_bool(w, "has_password", account->has_password);
    json_put_time_us(w, "created_at", account->created_at_us);
    json_put_time_us(w, "last_seen_at", account->seen_at_us);
    json_put_int(w, "version", account->version);
    json_end_object(w);
}

static struct str version_tag(const struct api_call *call, const struct account *account)
{
    return str_format(call->arena, "%.*s-%lld", STR_ARG(account->id), (long long)account->version);
}

// In lower case, with \ before what LIKE would read as a pattern.
static struct str search_of(struct arena *arena, struct str text)
{
    BUF_SCOPE(buf, KIB);
    const struct str key = email_key(text, arena);
    for (size_t i = 0; i < key.len; i++) {
        if (key.ptr[i] == '%' || key.ptr[i] == '_' || key.ptr[i] == '\\') buf_append_char(&buf, '\\');
        buf_append_char(&buf, key.ptr[i]);
    }
    return buf.len ? buf_copy(&buf, arena) : STR("");
}

enum status admin_users_list(struct api_call *call)
{
    size_t limit = DEFAULT_PAGE;
    bool has_cursor;
    struct str text = STR("");
    struct account_page page = {.after_id = STR("")};
    struct account_list list;
    (void)query_count(call, "limit", LIMIT_PAGE, &limit);
    (void)query_text(call, "q", 100, &text);
    (void)cursor_read_int(call, 'u', &has_cursor, &page.after_created_at_us, &page.after_id);
    TRY(query_finish(call));
    page.search = search_of(call->arena, text);
    page.limit = limit + 1; // one more than is shown tells whether there is a next page
    TRY(account_list(call->api->app, page, call->arena, &list, call->error));
    const size_t shown = list.count > limit ? limit : list.count;
    const struct account *last = shown < list.count ? &list.items[shown - 1] : NULL;
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "users");
    json_begin_array(&w);
    for (size_t i = 0; i < shown; i++)
        put_account(&w, &list.items[i]);
    json_end_array(&w);
    reply_next_cursor(&w, last ? cursor_write_int(call->arena, 'u', last->created_at_us, last->id)
                               : (struct str){0});
    json_end_object(&w);
    return STATUS_OK;
}

static enum status reply_account(struct api_call *call, const struct account *account)
{
    struct json_writer w = reply_json(call);
    reply_etag(call, version_tag(call, account));
    put_account(&w, account);
    return STATUS_OK;
}

enum status admin_users_get(struct api_call *call)
{
    struct account account;
    TRY(account_get(call->api->app, call->params[0], call->arena, &account, call->error));
    return reply_account(call, &account);
}

static const char *const statuses[] = {"active", "disabled", NULL};

struct change {
    int status;
    bool is_operator;
};

static enum status update(struct api_call *call, struct account *account)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct change, status, CHOICE, .choices = statuses),
        JSON_FIELD(struct change, is_operator, BOOLEAN),
    };
    TRY(account_get(call->api->app, call->params[0], call->arena, account, call->error));
    struct change change = {.status = account->is_active ? 0 : 1, .is_operator = account->is_operator};
    TRY(json_decode(call->body, "", fields, sizeof fields / sizeof *fields, &change, call->error));
    if (precondition_is_given(call) && !precondition_holds(call, version_tag(call, account)))
        return error_set(call->error, STATUS_STALE, NULL,
                         "the user has changed since they were read; read them again and repeat the change");
    const struct account_change wanted = {.is_active = change.status == 0, .is_operator = change.is_operator};
    return account_change(call->api->app, &call->actor, &wanted, account, call->error);
}

enum status admin_users_update(struct api_call *call)
{
    struct account account;
    const enum status status = update(call, &account);
    if (status == STATUS_STALE &&
        account_get(call->api->app, call->params[0], call->arena, &account, call->error) == STATUS_OK) {
        BUF_SCOPE(buf, 16 * KIB);
        struct json_writer w = json_writer_on(&buf);
        put_account(&w, &account);
        problem_respond_stale(call->request, call->response, call->error, buf_str(&buf));
        reply_etag(call, version_tag(call, &account));
    }
    TRY(status);
    return reply_account(call, &account);
}

enum status admin_users_end_sessions(struct api_call *call)
{
    TRY(account_end_sessions(call->api->app, &call->actor, call->params[0], call->error));
    call->response->status = 204;
    return STATUS_OK;
}
