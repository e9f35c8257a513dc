#include "api/once_call.h"

#include "api/routes.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "json/canonical.h"

#include <string.h>

enum { KEY_MAX = 255, LOOK_EVERY_MS = 20, LOOKS = 100 };

// ---- the key

static bool is_visible(struct str key)
{
    for (size_t i = 0; i < key.len; i++)
        if (key.ptr[i] <= 0x20 || key.ptr[i] >= 0x7F) return false;
    return true;
}

// Bare, or as a string of RFC 8941: the same key.
static enum status read_key(const struct api_call *call, struct str *out_key)
{
    struct str key = http_request_header(call->request, STR("Idempotency-Key"));
    if (key.len >= 2 && key.ptr[0] == '"' && key.ptr[key.len - 1] == '"')
        key = str_slice(key, 1, key.len - 2);
    *out_key = key;
    if (key.len <= KEY_MAX && is_visible(key)) return STATUS_OK;
    return error_set(call->error, STATUS_MALFORMED, NULL,
                     "Idempotency-Key must be 1 to %d visible ASCII characters, such as a UUID", KEY_MAX);
}

static enum status check_no_key_needed(const struct api_call *call)
{
    if (!call->route->needs_key) return STATUS_OK;
    return error_set(
        call->error, STATUS_MALFORMED, "idempotency_key_missing",
        "send the header Idempotency-Key with a new UUID for each order, and the same one when you "
        "repeat the request: so that no order is made twice");
}

// Nobody reads what was answered to another, nor for another workspace.
static struct str scope_of(const struct api_call *call)
{
    return str_format(call->arena, "%.*s %s %s %.*s", STR_ARG(call->user_id),
                      http_method_name(call->route->method), call->route->path, STR_ARG(call->workspace_id));
}

// The body but for a password in it, which a fast hash in the database would give to whoever tries words
// against it.
static const struct json_value *shown_part(const struct api_call *call)
{
    const struct json_value *password = json_member(call->body, STR("password"));
    if (!password) return call->body;
    struct json_value *copy = ARENA_ARRAY(call->arena, struct json_value, call->body->span);
    if (!copy) return NULL;
    memcpy(copy, call->body, call->body->span * sizeof *copy);
    copy[password - call->body].text = STR("");
    return copy;
}

static enum status fingerprint(const struct api_call *call, struct hash *out_hash)
{
    BUF_SCOPE(buf, 2 * LIMIT_CATEGORY_BODY_BYTES);
    struct json_writer w = json_writer_on(&buf);
    const struct http_request *request = call->request;
    const struct json_value *body = call->body ? shown_part(call) : NULL;
    if (call->body && !body) return error_no_memory(call->error);
    buf_append_format(&buf, "%s %.*s ", http_method_name(request->method), STR_ARG(request->path));
    for (size_t i = 0; i < request->query_count; i++)
        buf_append_format(&buf, "%zu:%.*s=%zu:%.*s ", request->query[i].name.len,
                          STR_ARG(request->query[i].name), request->query[i].value.len,
                          STR_ARG(request->query[i].value));
    if (body)
        TRY(json_canonical(&w, body, call->arena, call->error));
    else
        buf_append_str(&buf, request->body);
    if (buf.failed) return error_no_memory(call->error);
    *out_hash = hash_of(buf_str(&buf));
    return STATUS_OK;
}

// ---- an answer as it is kept

static const struct str kept_headers[] = {{"Content-Type", 12}, {"Location", 8}, {"ETag", 4}};

static struct str header_of(const struct http_response *response, struct str name)
{
    for (size_t i = 0; i < response->header_count; i++)
        if (str_eq(response->headers[i].name, name)) return response->headers[i].value;
    return STR("");
}

static struct str pack_headers(const struct api_call *call)
{
    struct str packed = STR("");
    for (size_t i = 0; i < sizeof kept_headers / sizeof *kept_headers; i++)
        packed = str_format(call->arena, "%.*s%.*s\n", STR_ARG(packed),
                            STR_ARG(header_of(call->response, kept_headers[i])));
    return packed;
}

static void unpack_headers(struct api_call *call, struct str packed)
{
    struct str value;
    for (size_t i = 0; i < sizeof kept_headers / sizeof *kept_headers && str_split(&packed, '\n', &value);
         i++)
        if (value.len) http_response_header(call->response, kept_headers[i], value);
}

// ---- answering again

static void mark_replayed(struct api_call *call)
{
    http_response_header(call->response, STR("Idempotency-Replayed"), STR("true"));
}

static enum status replay(struct api_call *call, const struct once_row *row)
{
    buf_clear(&call->response->body);
    buf_append_str(&call->response->body, row->body);
    call->response->status = (int)row->status;
    call->response->header_count = 0;
    unpack_headers(call, row->headers);
    mark_replayed(call);
    return STATUS_OK;
}

// "/api/v1/workspaces/{workspace_id}/backtests/{backtest_id}" with what they stand for.
static struct str path_of_object(const struct api_call *call, struct str object_id)
{
    struct str rest = str_from_c(call->route->makes), segment, path = STR("");
    while (str_split(&rest, '/', &segment)) {
        if (segment.len == 0) continue;
        const bool is_parameter = segment.ptr[0] == '{';
        const bool is_last = rest.len == 0;
        const struct str value = !is_parameter ? segment : is_last ? object_id : call->workspace_id;
        path = str_format(call->arena, "%.*s/%.*s", STR_ARG(path), STR_ARG(value));
    }
    return path;
}

// The server died between the change and its answer: the object is shown as it is now.
static enum status show_object(struct api_call *call, const struct once_row *row)
{
    unsigned allowed;
    struct api_call get = *call;
    const struct str path = path_of_object(call, row->object_id);
    get.route = route_find(HTTP_GET, path, get.params, &allowed);
    get.body = NULL;
    if (!get.route) return error_set(call->error, STATUS_INTERNAL, NULL, "%s is no path", call->route->makes);
    TRY(get.route->handler(&get));
    if (!call->route->is_move) {
        call->response->status = 201;
        http_response_header(call->response, STR("Location"), path);
    }
    mark_replayed(call);
    return STATUS_OK;
}

// The other request has made its change, and is about to answer.
static enum status await_answer(struct api_call *call, const struct once *once, struct once_row *row)
{
    for (int i = 0; i < LOOKS && row->status == 0; i++) {
        clock_pause_us(LOOK_EVERY_MS * 1000);
        TRY(once_find(call->api->app, once, call->arena, row, call->error));
    }
    return row->status ? replay(call, row) : show_object(call, row);
}

static enum status refuse_secret(struct api_call *call)
{
    return error_set(
        call->error, STATUS_CONFLICT, "secret_shown_once",
        "this request was carried out already, and what it made was shown in its answer, that once; if "
        "it did not arrive, send the invitation anew, or revoke the token and make another one");
}

static enum status answer_again(struct api_call *call, const struct once *once)
{
    struct once_row row;
    TRY(once_find(call->api->app, once, call->arena, &row, call->error));
    if (once_is_secret(&row)) return refuse_secret(call);
    return row.status ? replay(call, &row) : await_answer(call, once, &row);
}

// ---- around the handler

enum status once_call_begin(struct api_call *call, struct once_call *once_call)
{
    struct once *once = &once_call->once;
    if (!call->route->makes && !call->route->makes_secret) return STATUS_OK;
    TRY(read_key(call, &once->key.key));
    if (once->key.key.len == 0) return check_no_key_needed(call);
    once->key.scope = scope_of(call);
    TRY(fingerprint(call, &once->fingerprint));
    const enum status status = answer_again(call, once);
    once_call->is_answered = status == STATUS_OK;
    if (status != STATUS_NOT_FOUND) return status;
    *call->error = (struct error){0};
    once_call->app = *call->api->app;
    once_call->app.once = once;
    once_call->api = *call->api;
    once_call->api.app = &once_call->app;
    call->api = &once_call->api;
    return STATUS_OK;
}

enum status once_call_settle(struct api_call *call, struct once_call *once_call, enum status status)
{
    if (status != STATUS_CONFLICT || !str_eq(str_from_c(call->error->code), STR("once_done"))) return status;
    *call->error = (struct error){0};
    const enum status again = answer_again(call, &once_call->once);
    if (again == STATUS_NOT_FOUND) // it was the first, and could not be stored
        return error_set(call->error, STATUS_UNAVAILABLE, NULL,
                         "the request that came first with this Idempotency-Key was lost; send it again");
    TRY(again);
    once_call->is_answered = true;
    return STATUS_OK;
}

void once_call_keep(struct api_call *call, const struct once_call *once_call)
{
    const struct once *once = &once_call->once;
    const int status = call->response->status ? call->response->status : 200;
    struct error error = {0};
    if (once->key.key.len == 0 || once->key.scope.len == 0 || once_call->is_answered || once->is_secret)
        return;
    if ((status < 200 || status > 299) && status != 409) return;
    const struct once_row answer = {
        .status = status, .headers = pack_headers(call), .body = buf_str(&call->response->body)};
    if (once_answer(call->api->app, once, &answer, call->request->now_us, &error) != STATUS_OK)
        LOG(LOG_WARN, "answer_not_kept", LOG_C("reason", error.message));
}
