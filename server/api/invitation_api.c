#include "api/handlers.h"

#include "api/authenticate.h"
#include "api/cursor.h"
#include "api/invitation_reply.h"
#include "api/query.h"
#include "api/reply.h"
#include "base/limits.h"
#include "json/decode.h"

enum { DEFAULT_PAGE = 100 };

void invitation_put(struct json_writer *w, const struct invitation *invitation)
{
    json_put_str(w, "id", invitation->id);
    json_put_str(w, "email", invitation->email);
    json_put_c(w, "role", role_name(invitation->role));
    json_put_str(w, "created_by", invitation->created_by);
    json_put_str(w, "created_by_name", invitation->created_by_name);
    json_put_time_us(w, "created_at", invitation->created_at_us);
    json_put_time_us(w, "expires_at", invitation->expires_at_us);
    json_put_time_us(w, "sent_at", invitation->sent_at_us);
}

// What stands behind "#" stays in the browser: no log and no Referer has it.
static struct str link_of(const struct api_call *call, const struct secret *token)
{
    const struct str origin = call->api->access.public_origin;
    if (origin.len) return str_format(call->arena, "%.*s/invite#%s", STR_ARG(origin), token->text);
    return str_format(call->arena, "http://%.*s/invite#%s",
                      STR_ARG(http_request_header(call->request, STR("Host"))), token->text);
}

void invitation_reply(struct api_call *call, struct invitation *invitation, const struct secret *token)
{
    struct error error = {0};
    const struct str link = link_of(call, token);
    const bool is_fine =
        invitation_send(call->api->app, invitation, link, call->request->now_us, &error) == STATUS_OK;
    reply_created(call, str_format(call->arena, "/api/v1/workspaces/%.*s/invitations/%.*s",
                                   STR_ARG(call->workspace_id), STR_ARG(invitation->id)));
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    invitation_put(&w, invitation);
    json_put_str(&w, "link", link);
    json_put_c(&w, "token", token->text);
    if (!is_fine) json_put_c(&w, "mail_error", error.message);
    json_end_object(&w);
}

// ---- for owners

struct input {
    struct str email;
    int role;
    int64_t expires_in_hours;
};

enum status invitations_create(struct api_call *call)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct input, email, TEXT, .is_required = true, .min_bytes = 1, .max_bytes = KIB),
        JSON_FIELD(struct input, role, CHOICE, .is_required = true, .choices = role_choices),
        JSON_FIELD(struct input, expires_in_hours, INTEGER, .minimum = 1, .maximum = INVITATION_HOURS_MAX),
    };
    struct input input = {0};
    struct invitation_link link;
    TRY(json_decode(call->body, "", fields, sizeof fields / sizeof *fields, &input, call->error));
    const struct invitation_input wanted = {
        .email = str_trim(input.email), .role = role_of_choice(input.role), .hours = input.expires_in_hours};
    if (wanted.role == ROLE_OWNER) TRY(authenticate_demand_proof(call));
    TRY(invitation_create(call->api->app, &call->actor, &wanted, call->arena, &link, call->error));
    invitation_reply(call, &link.invitation, &link.token);
    return STATUS_OK;
}

enum status invitations_list(struct api_call *call)
{
    size_t limit = DEFAULT_PAGE;
    bool has_cursor;
    struct invitation_page page = {.before_created_at_us = INT64_MAX, .before_id = STR("")};
    struct invitation_list list;
    (void)query_count(call, "limit", LIMIT_PAGE, &limit);
    (void)cursor_read_int(call, 'i', &has_cursor, &page.before_created_at_us, &page.before_id);
    TRY(query_finish(call));
    page.limit = limit + 1; // one more than is shown tells whether there is a next page
    TRY(invitation_list(call->api->app, call->workspace_id, page, call->arena, &list, call->error));
    const size_t shown = list.count > limit ? limit : list.count;
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "invitations");
    json_begin_array(&w);
    for (size_t i = 0; i < shown; i++) {
        json_begin_object(&w);
        invitation_put(&w, &list.items[i]);
        json_put_bool(&w, "is_expired", list.items[i].expires_at_us <= call->request->now_us);
        json_end_object(&w);
    }
    json_end_array(&w);
    const struct invitation *last = shown < list.count ? &list.items[shown - 1] : NULL;
    reply_next_cursor(&w, last ? cursor_write_int(call->arena, 'i', last->created_at_us, last->id)
                               : (struct str){0});
    json_end_object(&w);
    return STATUS_OK;
}

enum status invitations_revoke(struct api_call *call)
{
    TRY(invitation_revoke(call->api->app, &call->actor, call->params[1], call->error));
    call->response->status = 204;
    return STATUS_OK;
}

enum status invitations_resend(struct api_call *call)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct input, expires_in_hours, INTEGER, .minimum = 1, .maximum = INVITATION_HOURS_MAX),
    };
    struct input input = {0};
    struct invitation_link link;
    if (call->body)
        TRY(json_decode(call->body, "", fields, sizeof fields / sizeof *fields, &input, call->error));
    const struct invitation_renewal renewal = {.id = call->params[1], .hours = input.expires_in_hours};
    TRY(invitation_renew(call->api->app, &call->actor, renewal, call->arena, &link, call->error));
    invitation_reply(call, &link.invitation, &link.token);
    call->response->status = 200;
    return STATUS_OK;
}

// ---- for whoever has the link

static void reply_offer(struct api_call *call, const struct invitation *invitation)
{
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_put_str(&w, "workspace_name", invitation->workspace_name);
    json_put_c(&w, "role", role_name(invitation->role));
    json_put_str(&w, "invited_by", invitation->created_by_name);
    json_put_time_us(&w, "expires_at", invitation->expires_at_us);
    json_end_object(&w);
}

enum status invitations_look_up(struct api_call *call)
{
    struct invitation invitation;
    TRY(invitation_look_up(call->api->app, &call->actor, call->params[0], call->arena, &invitation,
                           call->error));
    reply_offer(call, &invitation);
    return STATUS_OK;
}

static void reply_joined(struct api_call *call, const struct invitation *invitation)
{
    struct json_writer w = reply_json(call);
    reply_created(call,
                  str_format(call->arena, "/api/v1/workspaces/%.*s", STR_ARG(invitation->workspace_id)));
    json_begin_object(&w);
    json_put_str(&w, "workspace_id", invitation->workspace_id);
    json_put_str(&w, "workspace_name", invitation->workspace_name);
    json_put_c(&w, "role", role_name(invitation->role));
    json_end_object(&w);
}

enum status invitations_accept(struct api_call *call)
{
    struct invitation invitation;
    TRY(invitation_accept(call->api->app, &call->actor, call->params[0], call->arena, &invitation,
                          call->error));
    reply_joined(call, &invitation);
    return STATUS_OK;
}

enum status invitations_register(struct api_call *call)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct invitation_account, email, TEXT, .min_bytes = 1, .max_bytes = KIB),
        JSON_FIELD(struct invitation_account, password, TEXT, .is_required = true, .max_bytes = 4 * KIB),
        JSON_FIELD(struct invitation_account, display_name, TEXT, .max_bytes = 4 * LIMIT_NAME),
    };
    struct invitation_account account = {.token = call->params[0]};
    struct invitation invitation;
    TRY(json_decode(call->body, "", fields, sizeof fields / sizeof *fields, &account, call->error));
    TRY(invitation_register(call->api->app, &call->actor, &account, call->arena, &invitation, call->error));
    reply_joined(call, &invitation);
    return STATUS_OK;
}
