#include "api/guard.h"

#include "api/authenticate.h"
#include "api/once_call.h"
#include "api/problem.h"
#include "api/query.h"
#include "api/routes.h"
#include "app/api_token.h"
#include "app/audit.h"
#include "app/password.h"
#include "app/workspace.h"
#include "base/limits.h"
#include "base/log.h"
#include "http/static.h"
#include "json/decode.h"
#include "json/writer.h"

static bool is_api_path(struct str path)
{
    return str_starts_with(path, STR("/api/")) || str_eq(path, STR("/api")) ||
           str_eq(path, STR("/openapi.json"));
}

static bool is_unsafe(enum http_method method)
{
    return method != HTTP_GET && method != HTTP_HEAD && method != HTTP_OPTIONS;
}

// The origin of the page is the address that users know, or that this request was sent to (security.md 3,
// rule 2).
static bool is_own_origin(const struct api_call *call, struct str origin)
{
    if (call->api->access.public_origin.len)
        return str_eq_ignore_case(origin, call->api->access.public_origin);
    const struct http_request *request = call->request;
    const struct str host = http_request_header(request, STR("Host"));
    const struct str scheme = str_starts_with(origin, STR("https://")) ? STR("https://") : STR("http://");
    return str_starts_with(origin, scheme) &&
           str_eq_ignore_case(str_slice(origin, scheme.len, origin.len), host);
}

// A program's word, which no web page can send to us without asking.
static bool says_so(const struct api_call *call)
{
    return !call->api->access.is_strict || http_request_header(call->request, STR("X-TL-CSRF")).len > 0;
}

static enum status check_cross_site(const struct api_call *call)
{
    const struct http_request *request = call->request;
    if (call->is_by_token) return STATUS_OK; // no browser sends one by itself
    if (!is_unsafe(request->method) && !call->route->is_stream) return STATUS_OK;
    const struct str site = http_request_header(request, STR("Sec-Fetch-Site"));
    const struct str origin = http_request_header(request, STR("Origin"));
    const bool is_typed = str_eq(site, STR("none")) && !is_unsafe(request->method); // into the address bar
    const bool is_program =
        site.len == 0 && origin.len == 0; // a browser sends at least one with unsafe methods
    const bool is_allowed = site.len     ? str_eq(site, STR("same-origin")) || is_typed
                            : origin.len ? is_own_origin(call, origin)
                                         : is_program && says_so(call);
    if (is_allowed) return STATUS_OK;
    return error_set(
        call->error, STATUS_FORBIDDEN, "csrf",
        "this request comes from another web page; changes are made from the application's own pages or "
        "from programs that are no browsers");
}

// Membership before role: whoever is no member learns nothing, not even that the workspace exists.
static enum status check_membership(struct api_call *call)
{
    struct workspace workspace;
    if (!route_is_of_workspace(call->route)) return STATUS_OK;
    call->workspace_id = call->route->is_legacy ? LOCAL_WORKSPACE_ID : call->params[0];
    const struct str member = actor_sees(&call->actor, call->workspace_id) ? call->user_id : STR("");
    TRY(call->route->is_of_deleted ? workspace_get_deleted(call->api->app, call->workspace_id, &call->actor,
                                                           call->arena, &workspace, call->error)
                                   : workspace_get(call->api->app, call->workspace_id, member, call->arena,
                                                   &workspace, call->error));
    call->role = actor_role(&call->actor, workspace.role);
    call->actor.workspace_id = call->workspace_id; // proven
    return STATUS_OK;
}

static enum status check_takes_token(const struct api_call *call)
{
    if (!call->is_by_token || !call->route->refuses_tokens) return STATUS_OK;
    return error_set(call->error, STATUS_FORBIDDEN, "session_required",
                     "no API token may do this; sign in and do it there");
}

static enum status check_operator(const struct api_call *call)
{
    if (call->route->least_role != LEAST_OPERATOR || call->session.is_operator) return STATUS_OK;
    return error_set(call->error, STATUS_FORBIDDEN, NULL, "this is for the operators of the server");
}

static enum role needed_role(const struct route *route)
{
    static const enum role roles[] = {ROLE_NONE,   ROLE_NONE,   ROLE_NONE, ROLE_VIEWER,
                                      ROLE_TRADER, ROLE_EDITOR, ROLE_OWNER};
    return roles[route->least_role];
}

// That type, with no parameter but charset=utf-8.
static bool is_of_type(struct str content_type, struct str wanted)
{
    struct str rest = content_type, type, parameter;
    if (!str_split(&rest, ';', &type) || !str_eq_ignore_case(str_trim(type), wanted)) return false;
    while (str_split(&rest, ';', &parameter))
        if (!str_eq_ignore_case(str_trim(parameter), STR("charset=utf-8")) &&
            !str_eq_ignore_case(str_trim(parameter), STR("charset=\"utf-8\"")))
            return false;
    return true;
}

// What a page cannot send to another origin without asking (security.md 3, rule 2d).
static bool is_file_type(struct str content_type)
{
    static const char *const types[] = {"application/zip", "application/gzip", "application/octet-stream",
                                        "application/vnd.apache.parquet", "text/csv"};
    const struct str type = str_trim(str_slice(content_type, 0, str_find(content_type, ';')));
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_eq_ignore_case(type, str_from_c(types[i]))) return true;
    return false;
}

static enum status check_file(const struct api_call *call)
{
    if (!is_file_type(http_request_header(call->request, STR("Content-Type"))))
        return error_set(
            call->error, STATUS_UNSUPPORTED, NULL,
            "the body must be a file: send it with the header Content-Type: application/zip, "
            "application/gzip, application/vnd.apache.parquet, text/csv or application/octet-stream");
    if (call->request->body_bytes > 0) return STATUS_OK;
    return error_add_field(call->error, "", "the body is empty; it must be the file itself");
}

// Where nothing is to be said an empty object says nothing: many clients send one with every POST.
static enum status check_says_nothing(const struct api_call *call)
{
    const struct json_value *body;
    if (call->request->body.len == 0) return STATUS_OK;
    TRY(json_parse(call->arena, call->request->body, &body, call->error));
    if (body->type != JSON_OBJECT) return error_add_field(call->error, "", "no body is taken here, or {}");
    return json_decode(body, "", NULL, 0, NULL, call->error);
}

static enum status read_body(struct api_call *call)
{
    if (call->route->takes_file) return check_file(call);
    if (!call->route->takes_body) return check_says_nothing(call);
    if (call->route->may_lack_body && call->request->body.len == 0) return STATUS_OK;
    const struct str type = http_request_header(call->request, STR("Content-Type"));
    if (call->route->takes_yaml && is_of_type(type, STR("application/yaml"))) return STATUS_OK;
    if (!is_of_type(type, STR("application/json")))
        return error_set(call->error, STATUS_UNSUPPORTED, NULL,
                         "the body must be JSON%s: send it with the header Content-Type: application/json%s",
                         call->route->takes_yaml ? " or YAML" : "",
                         call->route->takes_yaml ? " or application/yaml" : "");
    const struct json_value *body;
    TRY(json_parse(call->arena, call->request->body, &body, call->error));
    if (body->type != JSON_OBJECT) return error_add_field(call->error, "", "the body must be a JSON object");
    call->body = body;
    return STATUS_OK;
}

// What somebody else gave is changed before anything else is done, where the server says so.
static enum status check_password_is_own(const struct api_call *call)
{
    if (call->route->is_of_setup || !call->session.must_change_password ||
        !call->api->app->people.requires_password_change)
        return STATUS_OK;
    return error_set(call->error, STATUS_FORBIDDEN, "password_change_required",
                     "choose a password of your own first, with POST /api/v1/auth/password");
}

static enum status check_has_totp(const struct api_call *call)
{
    if (call->route->is_of_setup || !must_set_up_totp(call)) return STATUS_OK;
    return error_set(call->error, STATUS_FORBIDDEN, "totp_required",
                     "set up an authenticator first, with POST /api/v1/auth/totp");
}

// Everything up to and with the role. *out_forbidden tells a role that was too low.
static enum status admit(struct api_call *call, bool *out_forbidden)
{
    TRY(authenticate(call));
    TRY(check_cross_site(call));
    TRY(check_password_is_own(call));
    TRY(check_has_totp(call));
    TRY(check_operator(call));
    TRY(check_membership(call));
    TRY(check_takes_token(call));
    *out_forbidden = call->role < needed_role(call->route);
    return *out_forbidden || !call->route->needs_proof ? STATUS_OK : authenticate_demand_proof(call);
}

// By the route and the answer: as many as there are, whatever paths are asked for.
static struct str refused_object(const struct api_call *call)
{
    return str_format(call->arena, "%s %s %d", http_method_name(call->request->method), call->route->path,
                      call->response->status);
}

// Whoever is signed in and was refused is noted: in the log of the workspace where they belong to it.
static void audit_refusal(const struct api_call *call)
{
    const int status = call->response->status;
    if (!(call->has_session || call->is_by_token) || (status != 403 && status != 404)) return;
    if (str_eq(str_from_c(call->error->code), STR("wrong_password"))) return; // app/login.c has noted it
    if (status == 404 && (call->role != ROLE_NONE || !route_is_of_workspace(call->route))) return;
    BUF_SCOPE(buf, 16 * KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_c(&w, "method", http_method_name(call->request->method));
    const struct str hidden = call->response->logged_path;
    json_put_str(&w, "path", str_prefix(hidden.len ? hidden : call->request->path, 500));
    json_put_int(&w, "status", status);
    json_end_object(&w);
    const struct audit_event event = {.log = call->role != ROLE_NONE ? call->workspace_id : STR(""),
                                      .action = "request.denied",
                                      .outcome = AUDIT_DENIED,
                                      .object_type = "route",
                                      .object_id = refused_object(call),
                                      .detail_json = buf_str(&buf)};
    struct error error = {0};
    if (audit_record_refusal(call->api->app, &call->actor, &event, &error) != STATUS_OK)
        LOG(LOG_ERROR, "audit_failed", LOG_C("reason", error.message));
}

// Addresses are kept by browsers, proxies and logs.
static enum status check_address(const struct api_call *call)
{
    const struct http_request *request = call->request;
    for (size_t i = 0; i < request->query_count; i++)
        if (api_token_is_in(request->query[i].name) || api_token_is_in(request->query[i].value))
            return error_set(
                call->error, STATUS_MALFORMED, "token_in_address",
                "an API token goes into the header Authorization: Bearer, never into the address; revoke this one");
    return STATUS_OK;
}

// What pages of other sites may read: nothing, but for the sites that the settings name. Cookies stay out of
// it.
static void allow_other_sites(const struct api *api, const struct http_request *request,
                              struct http_response *response)
{
    const struct str origin = http_request_header(request, STR("Origin"));
    if (api->access.cors_origins.len == 0) return;
    http_response_header(response, STR("Vary"), STR("Origin"));
    if (origin.len == 0 || !str_lists(api->access.cors_origins, ',', origin)) return;
    http_response_header(response, STR("Access-Control-Allow-Origin"), origin);
    http_response_header(response, STR("Access-Control-Expose-Headers"),
                         STR("ETag, Location, Retry-After, X-Request-Id, X-Next-Cursor"));
    if (request->method != HTTP_OPTIONS) return;
    http_response_header(response, STR("Access-Control-Allow-Methods"), STR("GET, POST, PUT, PATCH, DELETE"));
    http_response_header(
        response, STR("Access-Control-Allow-Headers"),
        STR("Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, Prefer"));
    http_response_header(response, STR("Access-Control-Max-Age"), STR("600"));
}

// Whoever may trade is told why nothing is traded here; whoever may not learned that before.
static enum status check_trading(const struct api_call *call)
{
    if (!call->route->is_trading || call->api->app->paper.takes_orders) return STATUS_OK;
    return error_set(call->error, STATUS_FORBIDDEN, "trading_disabled",
                     "trading is disabled by TRADING_MODE=readonly; the operator of the server may set "
                     "TRADING_MODE=paper, with which orders are filled with paper money");
}

static enum status run(struct api_call *call, struct once_call *once)
{
    TRY(query_check_names(call->request, call->route->query, call->error));
    TRY(query_decimals(call));
    TRY(check_trading(call));
    TRY(read_body(call));
    TRY(once_call_begin(call, once));
    if (!once->is_answered) TRY(once_call_settle(call, once, call->route->handler(call)));
    if (call->response->body.failed)
        return error_set(call->error, STATUS_NO_MEMORY, NULL, "the answer is larger than one answer may be");
    return STATUS_OK;
}

// A method that the path has not: OPTIONS tells which it has, any other is refused with them.
static void respond_allowed(const struct http_request *request, struct http_response *response,
                            unsigned allowed)
{
    if (request->method != HTTP_OPTIONS) {
        problem_respond_method(request, response, allowed);
        return;
    }
    response->status = 204;
    http_response_header(response, STR("Allow"), problem_allow_header(allowed, request->arena));
}

static void respond_unrouted(struct api_call *call, unsigned allowed)
{
    if (allowed) {
        respond_allowed(call->request, call->response, allowed);
    } else {
        (void)error_set(call->error, STATUS_NOT_FOUND, NULL,
                        "there is no path %.*s; GET /openapi.json lists all",
                        STR_ARG(str_slice(call->request->path, 0, 200)));
        problem_respond(call->request, call->response, call->error);
    }
}

static void respond_failed(struct api_call *call, enum status status)
{
    call->error->status = status;
    if (status == STATUS_UNAUTHENTICATED)
        problem_respond_unauthenticated(call->request, call->response, call->error,
                                        call->api->app->people.auth_mode);
    else
        problem_respond(call->request, call->response, call->error);
}

static void handle_api(const struct api *api, const struct http_request *request,
                       struct http_response *response)
{
    struct error error = {0};
    struct api_call call = {
        .api = api, .request = request, .response = response, .arena = request->arena, .error = &error};
    unsigned allowed = 0;
    bool is_forbidden = false;
    call.route = route_find(request->method, request->path, call.params, &allowed);
    if (!call.route) {
        respond_unrouted(&call, allowed);
        return;
    }
    struct once_call once = {0};
    enum status status = check_address(&call);
    if (status == STATUS_OK) status = admit(&call, &is_forbidden);
    if (status == STATUS_OK && !is_forbidden) status = run(&call, &once);
    if (is_forbidden && status == STATUS_OK)
        problem_respond_forbidden(request, response, needed_role(call.route));
    else if (status != STATUS_OK && response->status < 400)
        respond_failed(&call, status);
    once_call_keep(&call, &once);
    audit_refusal(&call);
    authenticate_finish(&call);
}

static void respond_without_assets(const struct http_request *request, struct http_response *response)
{
    struct error error = {0};
    (void)error_set(&error, STATUS_NOT_FOUND, NULL, "there is nothing at %.*s",
                    STR_ARG(str_slice(request->path, 0, 200)));
    problem_respond(request, response, &error);
}

// A link or a token lets whoever has it in: no log holds one.
static void hide_secrets(const struct http_request *request, struct http_response *response)
{
    if (str_starts_with(request->path, STR("/api/v1/invitations/")))
        response->logged_path = STR("/api/v1/invitations/…");
    if (api_token_is_in(request->path)) response->logged_path = STR("…");
}

void guard_handle(void *context, const struct http_request *request, struct http_response *response)
{
    hide_secrets(request, response);
    if (is_api_path(request->path)) {
        handle_api(context, request, response);
        allow_other_sites(context, request, response);
    } else if (is_unsafe(request->method) || request->method == HTTP_OPTIONS)
        respond_allowed(request, response, 1u << HTTP_GET);
    else if (!http_static_respond(request, response))
        respond_without_assets(request, response);
}

// A flood of logins shall not stand in the line of the workers, where everybody else would wait behind it.
static bool turn_away(const struct api *api, const struct http_request *request,
                      struct http_response *response)
{
    struct error error = {0};
    if (request->method != HTTP_POST || !str_eq(request->path, STR("/api/v1/auth/login"))) return false;
    if (!api->app->passwords || !password_gate_is_full(api->app->passwords)) return false;
    (void)error_set(&error, STATUS_UNAVAILABLE, "busy", "too many passwords are being checked at the moment");
    problem_respond(request, response, &error);
    allow_other_sites(api, request, response);
    return true;
}

bool guard_quick(void *context, const struct http_request *request, struct http_response *response)
{
    if (is_api_path(request->path)) return turn_away(context, request, response);
    return (request->method == HTTP_GET || request->method == HTTP_HEAD) &&
           http_static_respond(request, response);
}

struct http_body_plan guard_body_plan(void *context, enum http_method method, struct str path)
{
    (void)context;
    struct str params[ROUTE_PARAMS_MAX];
    unsigned allowed = 0;
    const struct route *route = route_find(method, path, params, &allowed);
    if (route && route->takes_file)
        return (struct http_body_plan){.max_bytes = LIMIT_IMPORT_FILE_BYTES, .to_file = true};
    if (route && route->takes_yaml) return (struct http_body_plan){.max_bytes = LIMIT_CATEGORY_BODY_BYTES};
    // unknown paths and methods too, so that their answer is 404 or 405 and not 413
    return (struct http_body_plan){.max_bytes = !route || is_unsafe(method) ? LIMIT_JSON_BODY_BYTES : 0};
}

// A token that is renewed here is not told of: the one that came is good for the handler, too.
int guard_body_gate(void *context, const struct http_request *request)
{
    struct error error = {0};
    struct http_response response = {0};
    struct api_call call = {
        .api = context, .request = request, .response = &response, .arena = request->arena, .error = &error};
    unsigned allowed = 0;
    bool is_forbidden = false;
    call.route = route_find(request->method, request->path, call.params, &allowed);
    if (!call.route) return 404;
    const enum status status = admit(&call, &is_forbidden);
    return status != STATUS_OK ? problem_status(status) : is_forbidden ? 403 : 0;
}
