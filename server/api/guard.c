#include "api/guard.h"

#include "api/problem.h"
#include "api/query.h"
#include "api/routes.h"
#include "app/session.h"
#include "app/workspace.h"
#include "base/limits.h"
#include "http/static.h"

static bool is_api_path(struct str path)
{
    return str_starts_with(path, STR("/api/")) || str_eq(path, STR("/api")) ||
           str_eq(path, STR("/openapi.json"));
}

static bool is_unsafe(enum http_method method)
{
    return method != HTTP_GET && method != HTTP_HEAD && method != HTTP_OPTIONS;
}

// With AUTH_MODE=none everybody who may reach the server is the local user.
static enum status authenticate(struct api_call *call)
{
    call->user_id = LOCAL_USER_ID;
    return STATUS_OK;
}

// The origin of the page equals the address this request was sent to (security.md 3, rule 2).
static bool is_own_origin(const struct http_request *request, struct str origin)
{
    const struct str host = http_request_header(request, STR("Host"));
    const struct str scheme = str_starts_with(origin, STR("https://")) ? STR("https://") : STR("http://");
    return str_starts_with(origin, scheme) &&
           str_eq_ignore_case(str_slice(origin, scheme.len, origin.len), host);
}

static enum status check_cross_site(const struct http_request *request, const struct route *route,
                                    struct error *error)
{
    if (!is_unsafe(request->method) && !route->is_stream) return STATUS_OK;
    const struct str site = http_request_header(request, STR("Sec-Fetch-Site"));
    const struct str origin = http_request_header(request, STR("Origin"));
    const bool is_typed = str_eq(site, STR("none")) && !is_unsafe(request->method); // into the address bar
    const bool is_allowed = site.len ? str_eq(site, STR("same-origin")) || is_typed
                            : origin.len
                                ? is_own_origin(request, origin)
                                : true; // no browser: one sends at least one of the two with unsafe methods
    if (is_allowed) return STATUS_OK;
    return error_set(
        error, STATUS_FORBIDDEN, "csrf",
        "this request comes from another web page; changes are made from the application's own pages or "
        "from programs that are no browsers");
}

// Membership before role: whoever is no member learns nothing, not even that the workspace exists.
static enum status check_membership(struct api_call *call)
{
    struct workspace workspace;
    if (!route_is_of_workspace(call->route)) return STATUS_OK;
    call->workspace_id = call->route->is_legacy ? LOCAL_WORKSPACE_ID : call->params[0];
    TRY(workspace_get(call->api->app, call->workspace_id, call->user_id, call->arena, &workspace,
                      call->error));
    call->role = workspace.role;
    return STATUS_OK;
}

static enum status check_operator(struct api_call *call)
{
    bool is_operator = true;
    if (call->route->least_role != LEAST_OPERATOR) return STATUS_OK;
    TRY(user_is_operator(call->api->app, call->user_id, call->arena, &is_operator, call->error));
    if (is_operator) return STATUS_OK;
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

static enum status read_body(struct api_call *call)
{
    if (call->route->takes_file) return check_file(call);
    if (!call->route->takes_body) return STATUS_OK;
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

// Everything up to and with the role. *out_forbidden tells a role that was too low.
static enum status admit(struct api_call *call, bool *out_forbidden)
{
    if (call->route->least_role != LEAST_ANYONE) TRY(authenticate(call));
    TRY(check_cross_site(call->request, call->route, call->error));
    TRY(check_operator(call));
    TRY(check_membership(call));
    *out_forbidden = call->role < needed_role(call->route);
    return STATUS_OK;
}

static enum status run(struct api_call *call)
{
    TRY(query_check_names(call->request, call->route->query, call->error));
    TRY(read_body(call));
    TRY(call->route->handler(call));
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
    enum status status = admit(&call, &is_forbidden);
    if (status == STATUS_OK && is_forbidden) {
        problem_respond_forbidden(request, response, needed_role(call.route));
        return;
    }
    if (status == STATUS_OK) status = run(&call);
    if (status != STATUS_OK && response->status < 400) {
        error.status = status;
        problem_respond(request, response, &error);
    }
}

static void respond_without_assets(const struct http_request *request, struct http_response *response)
{
    struct error error = {0};
    (void)error_set(&error, STATUS_NOT_FOUND, NULL, "there is nothing at %.*s",
                    STR_ARG(str_slice(request->path, 0, 200)));
    problem_respond(request, response, &error);
}

void guard_handle(void *context, const struct http_request *request, struct http_response *response)
{
    if (is_api_path(request->path))
        handle_api(context, request, response);
    else if (is_unsafe(request->method) || request->method == HTTP_OPTIONS)
        respond_allowed(request, response, 1u << HTTP_GET);
    else if (!http_static_respond(request, response))
        respond_without_assets(request, response);
}

bool guard_quick(void *context, const struct http_request *request, struct http_response *response)
{
    (void)context;
    return !is_api_path(request->path) && (request->method == HTTP_GET || request->method == HTTP_HEAD) &&
           http_static_respond(request, response);
}

struct http_body_plan guard_body_plan(void *context, enum http_method method, struct str path)
{
    (void)context;
    struct str params[ROUTE_PARAMS_MAX];
    unsigned allowed = 0;
    const struct route *route = route_find(method, path, params, &allowed);
    // unknown paths and methods take a body too, so that their answer is 404 or 405 and not 413
    if (!route) return (struct http_body_plan){.max_bytes = LIMIT_JSON_BODY_BYTES};
    if (route->takes_body)
        return (struct http_body_plan){.max_bytes = route->takes_yaml ? LIMIT_CATEGORY_BODY_BYTES
                                                                      : LIMIT_JSON_BODY_BYTES};
    return (struct http_body_plan){.max_bytes = route->takes_file ? LIMIT_IMPORT_FILE_BYTES : 0,
                                   .to_file = route->takes_file};
}
