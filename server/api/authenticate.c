#include "api/authenticate.h"

#include "api/cookie.h"
#include "api/routes.h"
#include "app/api_token.h"

#define SECOND_US 1000000

// From the right: each proxy adds whom it heard. The first that is no proxy of ours is the client.
static struct str walk_back(struct str trusted_proxies, struct str chain, struct str from_address)
{
    struct str address = from_address;
    while (chain.len > 0 && str_lists(trusted_proxies, ',', address)) {
        size_t from = chain.len;
        while (from > 0 && chain.ptr[from - 1] != ',')
            from--;
        address = str_slice(str_trim(str_slice(chain, from, chain.len)), 0, 64);
        chain = str_slice(chain, 0, from > 0 ? from - 1 : 0);
    }
    return address;
}

// Lines of that name are one chain (RFC 9110, 5.3): a proxy may add to the last or put its own behind it.
struct str client_address(const struct api_call *call)
{
    const struct http_request *request = call->request;
    struct str address = request->peer;
    for (size_t i = request->header_count; i-- > 0;) {
        if (str_eq_ignore_case(request->headers[i].name, STR("X-Forwarded-For")))
            address = walk_back(call->api->access.trusted_proxies, request->headers[i].value, address);
    }
    return address;
}

// What the page sends by itself does not keep a session alive.
static bool is_background(const struct api_call *call)
{
    return (call->route && call->route->is_stream) ||
           http_request_header(call->request, STR("X-TL-Background")).len > 0;
}

static enum status by_cookie(struct api_call *call, struct str token)
{
    struct session_found found;
    const struct session_use use = {.token = token, .is_background = is_background(call)};
    TRY(session_authenticate(call->api->app, &call->actor, &use, call->arena, &found, call->error));
    call->session = found.session;
    call->has_session = true;
    call->user_id = call->actor.user_id = found.session.user_id;
    call->actor.via = STR("session");
    if (found.is_renewed) {
        call->token = found.token;
        call->has_token = true;
    }
    return STATUS_OK;
}

// What stands behind "Bearer"; ptr NULL when the header is not there or says something else.
static struct str bearer_token(const struct api_call *call)
{
    const struct str scheme = STR("Bearer ");
    const struct str header = http_request_header(call->request, STR("Authorization"));
    if (!str_eq_ignore_case(str_slice(header, 0, scheme.len), scheme)) return (struct str){0};
    return str_trim(str_slice(header, scheme.len, header.len));
}

static enum status by_token(struct api_call *call, struct str token)
{
    struct api_token_found found;
    TRY(api_token_authenticate(call->api->app, &call->actor, token, call->arena, &found, call->error));
    call->is_by_token = true;
    call->token_id = found.token.id;
    call->session.is_operator = found.is_operator;
    call->session.must_change_password = found.must_change_password;
    call->session.has_totp = found.has_totp;
    call->user_id = call->actor.user_id = found.token.user_id;
    call->actor.via = STR("token");
    call->actor.ceiling = found.token.role;
    if (found.token.workspace_id.len) call->actor.only_workspace_id = found.token.workspace_id;
    return STATUS_OK;
}

static enum status by_session(struct api_call *call)
{
    const struct str cookie = cookie_read(call, COOKIE_SESSION);
    if (cookie.len) return by_cookie(call, cookie);
    return error_set(call->error, STATUS_UNAUTHENTICATED, NULL,
                     "sign in first, with POST /api/v1/auth/login");
}

static enum status by_password(struct api_call *call)
{
    const bool is_open = call->route->least_role == LEAST_ANYONE;
    const struct str token = bearer_token(call);
    if (token.ptr && (!is_open || call->route->refuses_tokens)) return by_token(call, token);
    if (is_open) return STATUS_OK;
    const enum status status = by_session(call);
    const bool is_public = call->route->is_market && call->api->access.is_market_public;
    if (status != STATUS_UNAUTHENTICATED || !is_public) return status;
    *call->error = (struct error){0};
    call->user_id = STR("");
    return STATUS_OK;
}

enum status authenticate(struct api_call *call)
{
    call->actor = (struct actor){.now_us = call->request->now_us,
                                 .address = client_address(call),
                                 .request_id = call->request->id,
                                 .user_id = STR(""),
                                 .via = STR("")};
    if (!str_eq(call->api->app->people.auth_mode, STR("none"))) return by_password(call);
    if (call->route->least_role == LEAST_ANYONE) return STATUS_OK;
    call->user_id = call->actor.user_id = LOCAL_USER_ID;
    call->session.is_operator = true;
    call->actor.via = STR("local");
    return STATUS_OK;
}

enum status check_signing_in(const struct api_call *call)
{
    if (!str_eq(call->api->app->people.auth_mode, STR("none"))) return STATUS_OK;
    return error_set(call->error, STATUS_CONFLICT, "auth_disabled",
                     "this server runs with AUTH_MODE=none: nobody signs in");
}

enum status check_session(const struct api_call *call)
{
    TRY(check_signing_in(call));
    if (call->has_session) return STATUS_OK;
    return error_set(call->error, STATUS_FORBIDDEN, "session_required",
                     "this takes a session: sign in with your password");
}

bool must_set_up_totp(const struct api_call *call)
{
    const struct people_settings *people = &call->api->app->people;
    return people->requires_totp && !str_eq(people->auth_mode, STR("none")) && call->user_id.len > 0 &&
           !call->session.has_totp;
}

enum status authenticate_demand_proof(const struct api_call *call)
{
    if (!call->has_session || session_is_proved(&call->session, call->request->now_us)) return STATUS_OK;
    return error_set(call->error, STATUS_FORBIDDEN, "reauth_required",
                     "give your password again first, with POST /api/v1/auth/reauth");
}

void authenticate_finish(struct api_call *call)
{
    if (!call->has_token) return;
    const int64_t left_us = call->session.expires_at_us - call->request->now_us;
    cookie_write(call, COOKIE_SESSION, secret_str(&call->token), left_us > 0 ? left_us / SECOND_US : 0);
}
