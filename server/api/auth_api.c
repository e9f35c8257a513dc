#include "api/handlers.h"

#include "api/authenticate.h"
#include "api/cookie.h"
#include "api/reply.h"
#include "app/login.h"
#include "app/me.h"
#include "base/limits.h"
#include "json/decode.h"

// The shape of AUTH_MODE=none is the guide's, and there everybody is one.
static bool is_told_operator(const struct api_call *call, const struct user *user)
{
    return user->is_operator && !str_eq(call->api->app->people.auth_mode, STR("none"));
}

static void put_user(struct json_writer *w, const struct api_call *call, const struct user *user)
{
    json_key(w, "user");
    json_begin_object(w);
    json_put_str(w, "id", user->id);
    json_put_str(w, "email", user->email);
    json_put_str(w, "display_name", user->display_name);
    json_put_str(w, "status", user->status);
    if (is_told_operator(call, user)) json_put_bool(w, "is_operator", true);
    json_end_object(w);
}

static void put_workspaces(struct json_writer *w, const struct workspace_list *list)
{
    json_key(w, "workspaces");
    json_begin_array(w);
    for (size_t i = 0; i < list->count; i++) {
        const struct workspace *workspace = &list->items[i];
        json_begin_object(w);
        json_put_str(w, "id", workspace->id);
        json_put_str(w, "name", workspace->name);
        json_put_str(w, "default_quote_asset", workspace->default_quote_asset);
        json_put_c(w, "role", role_name(workspace->role));
        json_end_object(w);
    }
    json_end_array(w);
}

enum status auth_session(struct api_call *call)
{
    struct me me;
    TRY(me_load(call->api->app, &call->actor, call->arena, &me, call->error));
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_put_str(&w, "auth_mode", call->api->app->people.auth_mode);
    put_user(&w, call, &me.user);
    json_put_str(&w, "active_workspace_id", me.active_workspace_id);
    put_workspaces(&w, &me.workspaces);
    if (call->session.must_change_password) json_put_bool(&w, "must_change_password", true);
    if (must_set_up_totp(call)) json_put_bool(&w, "must_set_up_totp", true);
    if (call->api->app->paper.takes_orders) json_put_c(&w, "trading_mode", "paper");
    json_end_object(&w);
    return STATUS_OK;
}

struct choice {
    struct str workspace_id;
};

enum status auth_choose_workspace(struct api_call *call)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct choice, workspace_id, TEXT, .is_required = true, .min_bytes = 1, .max_bytes = 64),
    };
    struct choice choice = {0};
    TRY(json_decode(call->body, "", fields, sizeof fields / sizeof *fields, &choice, call->error));
    TRY(me_choose_workspace(call->api->app, call->user_id, choice.workspace_id, call->arena, call->error));
    return auth_session(call);
}

// ---- signing in and out

struct credentials {
    struct str email;
    struct str password;
    struct str otp;
    bool remember;
};

static enum status decode_credentials(struct api_call *call, struct credentials *out_credentials)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct credentials, email, TEXT, .is_required = true, .min_bytes = 1,
                   .max_bytes = LIMIT_EMAIL_BYTES),
        JSON_FIELD(struct credentials, password, TEXT, .is_required = true, .max_bytes = 4 * KIB),
        JSON_FIELD(struct credentials, otp, TEXT, .max_bytes = LIMIT_OTP_BYTES),
        JSON_FIELD(struct credentials, remember, BOOLEAN),
    };
    return json_decode(call->body, "", fields, sizeof fields / sizeof *fields, out_credentials, call->error);
}

static enum status sign_in(struct api_call *call, const struct credentials *credentials)
{
    enum { DEVICE_S = 180 * 24 * 3600 };
    const struct login_request request = {
        .email = credentials->email,
        .password = credentials->password,
        .otp = credentials->otp,
        .is_kept = credentials->remember,
        .old_token = cookie_read(call, COOKIE_SESSION),
        .device = cookie_read(call, COOKIE_DEVICE),
        .user_agent = http_request_header(call->request, STR("User-Agent")),
    };
    struct login_result result;
    TRY(login(call->api->app, &call->actor, &request, call->arena, &result, call->error));
    call->user_id = call->actor.user_id = result.user_id;
    call->token = result.session.token;
    call->has_token = true;
    call->session.expires_at_us = result.session.expires_at_us;
    call->session.must_change_password = result.must_change_password;
    call->session.has_totp = result.has_totp;
    cookie_write(call, COOKIE_DEVICE, result.device, DEVICE_S);
    return STATUS_OK;
}

enum status auth_login(struct api_call *call)
{
    struct credentials credentials = {0};
    TRY(check_signing_in(call));
    TRY(decode_credentials(call, &credentials));
    TRY(sign_in(call, &credentials));
    return auth_session(call);
}

enum status auth_logout(struct api_call *call)
{
    const struct str token = cookie_read(call, COOKIE_SESSION);
    if (token.len) TRY(session_end(call->api->app, &call->actor, token, call->error));
    cookie_write(call, COOKIE_SESSION, STR(""), 0);
    http_response_header(call->response, STR("Clear-Site-Data"), STR("\"cache\", \"storage\""));
    call->response->status = 204;
    return STATUS_OK;
}

// ---- one's own sessions

static void put_session(struct json_writer *w, const struct session *session, struct str current_id)
{
    json_begin_object(w);
    json_put_str(w, "id", session->id);
    json_put_bool(w, "is_current", str_eq(session->id, current_id));
    json_put_str(w, "method", session->method);
    json_put_str(w, "address", session->address);
    json_put_str(w, "user_agent", session->user_agent);
    json_put_time_us(w, "created_at", session->created_at_us);
    json_put_time_us(w, "last_seen_at", session->seen_at_us);
    json_put_time_us(w, "expires_at", session->expires_at_us);
    json_end_object(w);
}

enum status auth_list_sessions(struct api_call *call)
{
    struct session_list list;
    TRY(session_list(call->api->app, call->user_id, call->request->now_us, call->arena, &list, call->error));
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "sessions");
    json_begin_array(&w);
    for (size_t i = 0; i < list.count; i++)
        put_session(&w, &list.items[i], call->session.id);
    json_end_array(&w);
    json_end_object(&w);
    return STATUS_OK;
}

enum status auth_end_session(struct api_call *call)
{
    TRY(session_end_one(call->api->app, &call->actor, call->params[0], call->error));
    call->response->status = 204;
    return STATUS_OK;
}

enum status auth_logout_all(struct api_call *call)
{
    TRY(session_end_others(call->api->app, &call->actor, STR(""), call->error));
    cookie_write(call, COOKIE_SESSION, STR(""), 0);
    call->has_token = false;
    call->response->status = 204;
    return STATUS_OK;
}

// ---- one's own password

struct proof {
    struct str password;
};

enum status auth_prove(struct api_call *call)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct proof, password, TEXT, .is_required = true, .max_bytes = 4 * KIB)};
    struct proof proof = {0};
    TRY(check_session(call));
    TRY(json_decode(call->body, "", fields, 1, &proof, call->error));
    TRY(login_prove(call->api->app, &call->actor, &call->session, proof.password, &call->token, call->error));
    call->has_token = true;
    call->response->status = 204;
    return STATUS_OK;
}

struct new_password {
    struct str current_password;
    struct str new_password;
};

enum status auth_change_password(struct api_call *call)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct new_password, current_password, TEXT, .is_required = true, .max_bytes = 4 * KIB),
        JSON_FIELD(struct new_password, new_password, TEXT, .is_required = true, .max_bytes = 4 * KIB),
    };
    struct new_password input = {0};
    TRY(check_session(call));
    TRY(json_decode(call->body, "", fields, sizeof fields / sizeof *fields, &input, call->error));
    const struct password_change change = {.current = input.current_password, .wanted = input.new_password};
    TRY(login_change_password(call->api->app, &call->actor, &call->session, &change, &call->token,
                              call->error));
    call->has_token = true;
    call->response->status = 204;
    return STATUS_OK;
}
