#include "api/handlers.h"

#include "api/authenticate.h"
#include "api/cursor.h"
#include "api/invitation_reply.h"
#include "api/precondition.h"
#include "api/problem.h"
#include "api/query.h"
#include "api/reply.h"
#include "app/member.h"
#include "base/limits.h"
#include "json/decode.h"

enum { DEFAULT_PAGE = 100 };

// E-mails are for owners, and one's own.
static void put_member(struct json_writer *w, const struct api_call *call, const struct member *member)
{
    const bool is_shown = call->role == ROLE_OWNER || str_eq(member->user_id, call->user_id);
    json_put_str(w, "user_id", member->user_id);
    json_put_str(w, "email", is_shown ? member->email : (struct str){0});
    json_put_str(w, "display_name", member->display_name);
    json_put_str(w, "status", member->status);
    json_put_c(w, "role", role_name(member->role));
    json_put_int(w, "version", member->version);
    json_put_time_us(w, "created_at", member->created_at_us);
}

static struct str version_tag(const struct api_call *call, const struct member *member)
{
    return str_format(call->arena, "%.*s-%lld", STR_ARG(member->user_id), (long long)member->version);
}

static void reply_member(struct api_call *call, const struct member *member)
{
    struct json_writer w = reply_json(call);
    reply_etag(call, version_tag(call, member));
    json_begin_object(&w);
    put_member(&w, call, member);
    json_end_object(&w);
}

enum status members_list(struct api_call *call)
{
    size_t limit = DEFAULT_PAGE;
    bool has_cursor;
    struct member_page page = {.after_user_id = STR("")};
    struct member_list list;
    (void)query_count(call, "limit", LIMIT_PAGE, &limit);
    (void)cursor_read_int(call, 'm', &has_cursor, &page.after_created_at_us, &page.after_user_id);
    TRY(query_finish(call));
    page.limit = limit + 1; // one more than is shown tells whether there is a next page
    TRY(member_list(call->api->app, call->workspace_id, page, call->arena, &list, call->error));
    const size_t shown = list.count > limit ? limit : list.count;
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "members");
    json_begin_array(&w);
    for (size_t i = 0; i < shown; i++) {
        json_begin_object(&w);
        put_member(&w, call, &list.items[i]);
        json_end_object(&w);
    }
    json_end_array(&w);
    const struct member *last = shown < list.count ? &list.items[shown - 1] : NULL;
    reply_next_cursor(&w, last ? cursor_write_int(call->arena, 'm', last->created_at_us, last->user_id)
                               : (struct str){0});
    json_end_object(&w);
    return STATUS_OK;
}

// ---- adding

struct input {
    struct str email;
    struct str display_name;
    struct str password;
    int role;
};

static enum status decode_input(struct api_call *call, struct member_input *out_input)
{
    const struct json_field fields[] = {
        JSON_FIELD(struct input, email, TEXT, .is_required = true, .min_bytes = 1, .max_bytes = KIB),
        JSON_FIELD(struct input, display_name, TEXT, .max_bytes = 4 * LIMIT_NAME),
        JSON_FIELD(struct input, password, TEXT, .max_bytes = 4 * KIB),
        JSON_FIELD(struct input, role, CHOICE, .is_required = true, .choices = role_choices),
    };
    struct input input = {0};
    TRY(json_decode(call->body, "", fields, sizeof fields / sizeof *fields, &input, call->error));
    *out_input = (struct member_input){.email = str_trim(input.email),
                                       .display_name = input.display_name,
                                       .password = input.password,
                                       .role = role_of_choice(input.role)};
    return STATUS_OK;
}

static void reply_added(struct api_call *call, const struct member_added *added)
{
    const struct member *member = &added->member;
    struct json_writer w = reply_json(call);
    reply_etag(call, version_tag(call, member));
    if (added->is_new_member)
        reply_created(call, str_format(call->arena, "/api/v1/workspaces/%.*s/members/%.*s",
                                       STR_ARG(call->workspace_id), STR_ARG(member->user_id)));
    json_begin_object(&w);
    put_member(&w, call, member);
    if (added->is_new_user) json_put_bool(&w, "must_change_password", true);
    if (added->is_password_ignored) json_put_bool(&w, "password_ignored", true);
    json_end_object(&w);
}

// A new e-mail without a password is invited.
static enum status invite(struct api_call *call, const struct member_input *input)
{
    const struct invitation_input wanted = {.email = input->email, .role = input->role};
    struct invitation_link link;
    *call->error = (struct error){0};
    TRY(invitation_create(call->api->app, &call->actor, &wanted, call->arena, &link, call->error));
    invitation_reply(call, &link.invitation, &link.token);
    call->response->status = 202;
    return STATUS_OK;
}

enum status members_add(struct api_call *call)
{
    struct member_input input;
    struct member_added added;
    TRY(decode_input(call, &input));
    if (input.role == ROLE_OWNER) TRY(authenticate_demand_proof(call));
    const enum status status =
        member_add(call->api->app, &call->actor, &input, call->arena, &added, call->error);
    if (status == STATUS_NOT_FOUND && !input.password.ptr) return invite(call, &input);
    TRY(status);
    reply_added(call, &added);
    return STATUS_OK;
}

// ---- one member

static enum status load(struct api_call *call, struct member *out_member)
{
    return member_get(call->api->app, call->workspace_id, call->params[1], call->arena, out_member,
                      call->error);
}

enum status members_get(struct api_call *call)
{
    struct member member;
    TRY(load(call, &member));
    reply_member(call, &member);
    return STATUS_OK;
}

static enum status check_precondition(struct api_call *call, const struct member *member)
{
    if (!precondition_is_given(call))
        return error_set(call->error, STATUS_UNCONDITIONAL, NULL,
                         "send the ETag of the member as you read it in the header If-Match");
    if (precondition_holds(call, version_tag(call, member))) return STATUS_OK;
    return error_set(call->error, STATUS_STALE, NULL,
                     "the member has changed since it was read; read it again and repeat the change");
}

struct change {
    int role;
};

static enum status update(struct api_call *call, struct member *member)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct change, role, CHOICE, .is_required = true, .choices = role_choices)};
    struct change change = {0};
    TRY(json_decode(call->body, "", fields, 1, &change, call->error));
    if (role_of_choice(change.role) == ROLE_OWNER) TRY(authenticate_demand_proof(call));
    TRY(load(call, member));
    TRY(check_precondition(call, member));
    return member_set_role(call->api->app, &call->actor, role_of_choice(change.role), member, call->error);
}

enum status members_update(struct api_call *call)
{
    struct member member;
    const enum status status = update(call, &member);
    if (status == STATUS_STALE && load(call, &member) == STATUS_OK) {
        BUF_SCOPE(buf, 16 * KIB);
        struct json_writer w = json_writer_on(&buf);
        json_begin_object(&w);
        put_member(&w, call, &member);
        json_end_object(&w);
        problem_respond_stale(call->request, call->response, call->error, buf_str(&buf));
        reply_etag(call, version_tag(call, &member));
    }
    TRY(status);
    reply_member(call, &member);
    return STATUS_OK;
}

// Everybody may leave; others are removed by owners.
enum status members_remove(struct api_call *call)
{
    if (!str_eq(call->params[1], call->user_id) && call->role < ROLE_OWNER) {
        problem_respond_forbidden(call->request, call->response, ROLE_OWNER);
        return error_set(call->error, STATUS_FORBIDDEN, NULL, "members are removed by owners");
    }
    TRY(member_remove(call->api->app, &call->actor, call->params[1], call->error));
    call->response->status = 204;
    return STATUS_OK;
}

struct heir {
    struct str user_id;
};

enum status workspaces_transfer(struct api_call *call)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct heir, user_id, TEXT, .is_required = true, .min_bytes = 1, .max_bytes = 64)};
    struct heir heir = {0};
    struct member owner;
    TRY(json_decode(call->body, "", fields, 1, &heir, call->error));
    TRY(member_transfer(call->api->app, &call->actor, heir.user_id, call->arena, &owner, call->error));
    reply_member(call, &owner);
    return STATUS_OK;
}
