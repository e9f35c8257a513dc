#include "api/problem.h"

#include "base/log.h"
#include "json/writer.h"

struct http_problem {
    int http_status;
    const char *title;
    const char *code;
};

// Indexed by enum status.
static const struct http_problem by_status[] = {
    [STATUS_OK] = {500, "Internal Server Error", "internal_error"},
    [STATUS_MALFORMED] = {400, "Bad Request", "bad_request"},
    [STATUS_INVALID] = {422, "Unprocessable Content", "invalid_input"},
    [STATUS_UNAUTHENTICATED] = {401, "Unauthorized", "unauthenticated"},
    [STATUS_FORBIDDEN] = {403, "Forbidden", "forbidden"},
    [STATUS_NOT_FOUND] = {404, "Not Found", "not_found"},
    [STATUS_CONFLICT] = {409, "Conflict", "conflict"},
    [STATUS_STALE] = {412, "Precondition Failed", "precondition_failed"},
    [STATUS_UNCONDITIONAL] = {428, "Precondition Required", "precondition_required"},
    [STATUS_TOO_LARGE] = {413, "Content Too Large", "payload_too_large"},
    [STATUS_TOO_MANY] = {429, "Too Many Requests", "too_many_jobs"},
    [STATUS_UNSUPPORTED] = {415, "Unsupported Media Type", "unsupported_media_type"},
    [STATUS_UNAVAILABLE] = {503, "Service Unavailable", "unavailable"},
    [STATUS_STORAGE_FULL] = {507, "Insufficient Storage", "storage_full"},
    [STATUS_CANCELLED] = {503, "Service Unavailable", "unavailable"},
    [STATUS_NO_MEMORY] = {503, "Service Unavailable", "no_memory"},
    [STATUS_INTERNAL] = {500, "Internal Server Error", "internal_error"},
};

// Faults of the wire that no status of ours stands for.
static const struct http_problem by_http_status[] = {
    {400, "Bad Request", "bad_request"},
    {401, "Unauthorized", "unauthenticated"},
    {403, "Forbidden", "forbidden"},
    {405, "Method Not Allowed", "method_not_allowed"},
    {408, "Request Timeout", "request_timeout"},
    {413, "Content Too Large", "payload_too_large"},
    {414, "URI Too Long", "uri_too_long"},
    {417, "Expectation Failed", "expectation_failed"},
    {421, "Misdirected Request", "misdirected_request"},
    {431, "Request Header Fields Too Large", "headers_too_large"},
    {501, "Not Implemented", "not_implemented"},
    {503, "Service Unavailable", "unavailable"},
    {505, "HTTP Version Not Supported", "http_version_not_supported"},
    {507, "Insufficient Storage", "storage_full"},
};

// Codes that lower layers set and that are part of the contract; others give way to the code of their status.
static const char *const specific_codes[] = {
    "invalid_json",
    "csrf",
    "unknown_symbol",
    "unknown_category",
    "unknown_strategy",
    "no_candles",
    "unknown_category_set",
    "too_many_category_sets",
    "too_many_versions",
    "invalid_yaml",
    "default_workspace",
    "too_many_workspaces",
    "already_ended",
    "not_ended",
    "no_result",
    "one_axis",
    "invalid_symbol",
    "not_enough_candles",
    "state_busy",
    "state_retry",
    "unknown_outcome",
    "market_data_unavailable",
    "wrong_credentials",
    "wrong_password",
    "throttled",
    "only_known_browsers",
    "busy",
    "auth_disabled",
    "reauth_required",
    "password_change_required",
    "last_owner",
    "already_member",
    "last_operator",
    "email_taken",
    "idempotency_key_reused",
    "secret_shown_once",
    "session_required",
    "token_in_address",
    "too_many_tokens",
    "otp_required",
    "wrong_otp",
    "wrong_code",
    "totp_required",
    "totp_enabled",
    "totp_missing",
    "idempotency_key_missing",
    "order_ended",
    "too_many_orders",
    "trading_disabled",
    "amount_too_large",
    "insufficient_buying_power",
    "no_mark_price",
    "too_many_accounts",
    "too_many_plans",
    "too_many_positions",
    "too_many_members",
    "too_many_invitations",
    "too_many_users",
    "plan_not_planned",
    "plan_not_open",
    "risk_too_large",
};

struct problem {
    struct http_problem http;
    struct str request_id;
    struct str detail;
    const struct error *error; // members and near names; NULL: none
    enum role required_role;
    struct str current_json;
    struct str auth_mode;
};

static void put_errors(struct json_writer *w, const struct error *error)
{
    json_key(w, "errors");
    json_begin_array(w);
    for (size_t i = 0; error && i < error->field_count; i++) {
        json_begin_object(w);
        json_put_c(w, "pointer", error->fields[i].pointer);
        json_put_c(w, "detail", error->fields[i].detail);
        json_end_object(w);
    }
    json_end_array(w);
}

static void put_near(struct json_writer *w, const struct error *error)
{
    if (!error || !error->near_count) return;
    json_key(w, "near");
    json_begin_array(w);
    for (size_t i = 0; i < error->near_count; i++)
        json_c(w, error->near[i]);
    json_end_array(w);
}

static void put_problem(struct buf *buf, const struct problem *problem)
{
    struct json_writer w = json_writer_on(buf);
    json_begin_object(&w);
    json_put_c(&w, "type", "about:blank");
    json_put_c(&w, "title", problem->http.title);
    json_put_int(&w, "status", problem->http.http_status);
    json_put_str(&w, "detail",
                 str_is_utf8(problem->detail) ? problem->detail
                                              : STR("the request holds bytes that are not UTF-8"));
    json_put_str(&w, "instance", problem->request_id);
    json_put_c(&w, "code", problem->http.code);
    put_errors(&w, problem->error);
    put_near(&w, problem->error);
    if (problem->required_role != ROLE_NONE) {
        json_put_c(&w, "required_role", role_name(problem->required_role));
    }
    if (problem->error && problem->error->required_role[0])
        json_put_c(&w, "required_role", problem->error->required_role);
    if (problem->auth_mode.len) {
        json_put_str(&w, "auth_mode", problem->auth_mode);
        json_key(&w, "login_methods");
        json_begin_array(&w);
        json_str(&w, problem->auth_mode);
        json_end_array(&w);
    }
    if (problem->current_json.len) {
        json_put_raw(&w, "current", problem->current_json);
    }
    json_end_object(&w);
}

static void respond(const struct http_request *request, struct http_response *response,
                    struct problem problem)
{
    problem.request_id = request->id;
    buf_clear(&response->body);
    response->static_body = (struct str){0};
    response->header_count = 0;
    response->status = problem.http.http_status;
    http_response_header(response, STR("Content-Type"), STR("application/problem+json"));
    put_problem(&response->body, &problem);
}

static struct http_problem describe(const struct error *error)
{
    struct http_problem http = by_status[error->status];
    for (size_t i = 0; i < sizeof specific_codes / sizeof *specific_codes; i++)
        if (str_eq(str_from_c(error->code), str_from_c(specific_codes[i]))) http.code = specific_codes[i];
    return http;
}

static bool is_own_failure(enum status status)
{
    return status == STATUS_INTERNAL || status == STATUS_OK || status == STATUS_STORAGE_FULL ||
           status == STATUS_UNAVAILABLE || status == STATUS_NO_MEMORY;
}

// Own failures say nothing of how the server is built; their message is in the log under the request's id.
static struct str detail_of(const struct error *error, const struct http_problem *http, struct arena *arena)
{
    const struct str code = str_from_c(http->code);
    if (error->field_count > 1)
        return str_format(arena, "%zu members are at fault; the first is %s", error->field_count,
                          error->message);
    if (!is_own_failure(error->status) || str_eq(code, STR("market_data_unavailable")))
        return str_from_c(error->message);
    if (error->status == STATUS_STORAGE_FULL)
        return STR(
            "the disk that holds the state is full; nothing was changed. Make room and send the request again");
    if (str_eq(code, STR("unknown_outcome")))
        return STR(
            "the state database was lost while it stored the change, so it may or may not have been made; look before "
            "you send the request again");
    if (str_eq(code, STR("busy")))
        return STR("the server is checking too many passwords; try again in a moment");
    if (error->status == STATUS_UNAVAILABLE)
        return STR(
            "the state database cannot answer right now; nothing was changed. Send the request again in a moment");
    if (error->status == STATUS_NO_MEMORY)
        return STR(
            "the request needs more memory than one request may take; ask for less, or send it again later");
    return STR("something went wrong inside the server; its log has the reason under this request's id");
}

int problem_status(enum status status)
{
    return by_status[status].http_status;
}

void problem_respond(const struct http_request *request, struct http_response *response,
                     const struct error *error)
{
    const struct http_problem http = describe(error);
    if (is_own_failure(error->status) && !str_eq(str_from_c(error->code), STR("busy"))) // that is no failure
        LOG(LOG_ERROR, "request failed", LOG_TEXT("request_id", request->id),
            LOG_C("reason", error->message));
    respond(
        request, response,
        (struct problem){.http = http, .detail = detail_of(error, &http, request->arena), .error = error});
    if (http.http_status == 503 || http.http_status == 429)
        http_response_header(
            response, STR("Retry-After"),
            str_format(request->arena, "%lld", (long long)(error->retry_after_s ? error->retry_after_s : 1)));
}

void problem_respond_unauthenticated(const struct http_request *request, struct http_response *response,
                                     const struct error *error, struct str auth_mode)
{
    respond(request, response,
            (struct problem){
                .http = describe(error), .detail = str_from_c(error->message), .auth_mode = auth_mode});
    http_response_header(response, STR("WWW-Authenticate"), STR("Bearer realm=\"tlab\""));
}

void problem_respond_forbidden(const struct http_request *request, struct http_response *response,
                               enum role required)
{
    const struct str detail =
        str_format(request->arena, "this takes the role %s in the workspace; ask one of its owners",
                   role_name(required));
    respond(
        request, response,
        (struct problem){.http = by_status[STATUS_FORBIDDEN], .detail = detail, .required_role = required});
}

struct str problem_allow_header(unsigned allowed, struct arena *arena)
{
    BUF_SCOPE(buf, KIB);
    if (allowed & 1u << HTTP_GET) allowed |= 1u << HTTP_HEAD;
    allowed |= 1u << HTTP_OPTIONS;
    for (int method = 0; method < HTTP_METHOD_COUNT; method++)
        if (allowed & 1u << method)
            buf_append_format(&buf, "%s%s", buf.len ? ", " : "", http_method_name((enum http_method)method));
    return str_copy(arena, buf_str(&buf));
}

static struct http_problem describe_http(int http_status)
{
    for (size_t i = 0; i < sizeof by_http_status / sizeof *by_http_status; i++)
        if (by_http_status[i].http_status == http_status) return by_http_status[i];
    return by_status[STATUS_INTERNAL];
}

void problem_respond_method(const struct http_request *request, struct http_response *response,
                            unsigned allowed)
{
    const struct str allow = problem_allow_header(allowed, request->arena);
    const struct str detail = str_format(request->arena, "%s is not a method of this path; it has %.*s",
                                         http_method_name(request->method), STR_ARG(allow));
    respond(request, response, (struct problem){.http = describe_http(405), .detail = detail});
    http_response_header(response, STR("Allow"), allow);
}

void problem_respond_stale(const struct http_request *request, struct http_response *response,
                           const struct error *error, struct str current_json)
{
    respond(request, response,
            (struct problem){.http = by_status[STATUS_STALE],
                             .detail = str_from_c(error->message),
                             .current_json = current_json});
}

void problem_write_early(void *context, int http_status, struct str request_id, struct str detail,
                         struct buf *out_body)
{
    (void)context;
    put_problem(
        out_body,
        &(struct problem){.http = describe_http(http_status), .request_id = request_id, .detail = detail});
}
