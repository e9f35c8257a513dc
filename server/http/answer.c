#include "http/answer.h"

#include "base/clock.h"
#include "base/datetime.h"
#include "base/limits.h"
#include "base/log.h"
#include "http/accept.h"
#include "http/server.h"

#include <sys/socket.h>

enum {
    COMPRESS_FROM_BYTES = 1024,
    DEFAULT_HEADERS_MAX = 10,
    RAW_ANSWER_MAX = 8 * 1024,
    // A stream to an HTTP/1.0 client goes through a block of its own; chunks are put together in the
    // connection's memory.
    STREAM_BLOCK_BYTES = 2048,
    NO_BLOCK_BYTES = 1,
};

// security.md 4.6; the page's policy is item 15 of web.md.
#define CSP_DATA "default-src 'none'; frame-ancestors 'none'"
#define CSP_PAGE                                                                                             \
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "  \
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'"
#define PERMISSIONS                                                                                                   \
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), " \
    "midi=(), payment=(), usb=()"

static const struct http_pair *find_header(const struct http_response *response, struct str name)
{
    for (size_t i = 0; i < response->header_count; i++)
        if (str_eq_ignore_case(response->headers[i].name, name)) return &response->headers[i];
    return NULL;
}

static struct str header_value(const struct http_response *response, struct str name)
{
    const struct http_pair *header = find_header(response, name);
    return header ? header->value : STR("");
}

void http_response_header(struct http_response *response, struct str name, struct str value)
{
    if (response->header_count == HTTP_RESPONSE_HEADERS_MAX) {
        response->body.failed = true; // answered 500: a header must not be lost silently
        return;
    }
    response->headers[response->header_count++] = (struct http_pair){.name = name, .value = value};
}

static struct str kept_name(const struct exchange *exchange, struct str state)
{
    return str_format(exchange->request.arena, "%.*s %.*s", STR_ARG(state), STR_ARG(exchange->target));
}

bool http_response_again(const struct http_request *request, struct str state, struct http_response *response)
{
    struct exchange *exchange = request->exchange;
    const struct str name = kept_name(exchange, state);
    if (!name.ptr) return false;
    exchange->kept = kept_find(&exchange->server->kept, name);
    if (exchange->kept) kept_fill(exchange->kept, response);
    return exchange->kept != NULL;
}

void http_response_keep(const struct http_request *request, struct str state, struct http_response *response)
{
    struct exchange *exchange = request->exchange;
    const struct str name = kept_name(exchange, state);
    if (name.ptr && !response->body.failed)
        exchange->kept = kept_add(&exchange->server->kept, name, response);
}

struct header_list {
    struct http_pair items[DEFAULT_HEADERS_MAX];
    size_t count;
};

static void add_default(struct header_list *list, const struct http_response *response, struct str name,
                        struct str value)
{
    if (find_header(response, name)) return; // the handler knows better
    list->items[list->count++] = (struct http_pair){.name = name, .value = value};
}

// What every answer carries, over what the handler has set. All values are literals but the request's id.
static void list_defaults(const struct http_server *server, const struct http_response *response,
                          struct str request_id, struct header_list *out_list)
{
    *out_list = (struct header_list){.count = 0};
    add_default(out_list, response, STR("X-Request-Id"), request_id);
    add_default(out_list, response, STR("X-Content-Type-Options"), STR("nosniff"));
    add_default(out_list, response, STR("Referrer-Policy"), STR("no-referrer"));
    add_default(out_list, response, STR("Cross-Origin-Resource-Policy"), STR("same-origin"));
    add_default(out_list, response, STR("Cache-Control"), STR("no-store"));
    if (server->options.is_public_https)
        add_default(out_list, response, STR("Strict-Transport-Security"), STR("max-age=31536000"));
    if (!str_starts_with(header_value(response, STR("Content-Type")), STR("text/html"))) {
        add_default(out_list, response, STR("Content-Security-Policy"), STR(CSP_DATA));
        return;
    }
    add_default(out_list, response, STR("Content-Security-Policy"), STR(CSP_PAGE));
    add_default(out_list, response, STR("Cross-Origin-Opener-Policy"), STR("same-origin"));
    add_default(out_list, response, STR("Permissions-Policy"), STR(PERMISSIONS));
}

// The source of a stream that is not opened hears that it is over.
static void drop_stream(struct http_response *response)
{
    const struct http_stream_source source = response->stream;
    response->stream = (struct http_stream_source){.read = NULL};
    if (source.read) source.closed(source.source);
}

static void clear_response(struct http_response *response)
{
    drop_stream(response);
    buf_clear(&response->body);
    response->body.failed = false;
    response->header_count = 0;
    response->static_body = STR("");
    response->is_compressed_already = false;
}

static void set_problem(const struct http_server *server, struct str request_id, struct http_fault fault,
                        struct http_response *response)
{
    clear_response(response);
    response->status = fault.status;
    http_response_header(response, STR("Content-Type"), STR("application/problem+json"));
    if (fault.status == 405)
        http_response_header(response, STR("Allow"), STR("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"));
    if (fault.status == 503) http_response_header(response, STR("Retry-After"), STR("1"));
    server->options.problem(server->options.context, fault.status, request_id, str_from_c(fault.detail),
                            &response->body);
    if (response->body.failed) clear_response(response); // the status alone then
}

void answer_set_problem(struct exchange *exchange, struct http_fault fault)
{
    kept_release(exchange->kept);
    exchange->kept = NULL;
    set_problem(exchange->server, exchange->request.id, fault, &exchange->response);
}

static struct str without_weak_mark(struct str tag)
{
    return str_starts_with(tag, STR("W/")) ? str_slice(tag, 2, tag.len) : tag;
}

// If-None-Match compares weakly (RFC 9110 section 13.1.2).
static bool is_not_modified(const struct exchange *exchange)
{
    const struct http_request *request = &exchange->request;
    if (exchange->response.status != 200 || (request->method != HTTP_GET && request->method != HTTP_HEAD))
        return false;
    const struct str etag = without_weak_mark(header_value(&exchange->response, STR("ETag")));
    struct str candidates = http_request_header(request, STR("If-None-Match"));
    struct str candidate;
    if (etag.len == 0) return false;
    while (str_split(&candidates, ',', &candidate)) {
        candidate = str_trim(candidate);
        if (str_eq(candidate, STR("*")) || str_eq(without_weak_mark(candidate), etag)) return true;
    }
    return false;
}

static struct str plain_body(const struct http_response *response)
{
    return response->static_body.len ? response->static_body : buf_str(&response->body);
}

// NULL body: it does not get smaller.
static struct str pack(struct exchange *exchange, struct gzip *gzip, struct str plain)
{
    const struct str packed = exchange->kept ? kept_packed(exchange->kept) : STR("");
    if (packed.len) return packed;
    if (!gzip_compress(gzip, plain, &exchange->packed)) return (struct str){0};
    if (exchange->kept) kept_add_packed(&exchange->server->kept, exchange->kept, buf_str(&exchange->packed));
    return buf_str(&exchange->packed);
}

// The body to send: packed where the client takes gzip and it gets smaller.
static struct str choose_body(struct exchange *exchange, struct gzip *gzip)
{
    struct http_response *response = &exchange->response;
    const struct str plain = plain_body(response);
    if (!gzip || response->is_compressed_already || plain.len < COMPRESS_FROM_BYTES ||
        !encoding_is_compressible(header_value(response, STR("Content-Type"))))
        return plain;
    http_response_header(response, STR("Vary"), STR("Accept-Encoding"));
    const struct str accepted = http_request_header(&exchange->request, STR("Accept-Encoding"));
    if (!accept_allows_coding(accepted, STR("gzip"))) return plain;
    const struct str packed = pack(exchange, gzip, plain);
    if (!packed.ptr) return plain;
    http_response_header(response, STR("Content-Encoding"), STR("gzip"));
    return packed;
}

static bool add_pair(struct exchange *exchange, const struct http_pair *pair)
{
    const char *name = str_copy_c(&exchange->arena, pair->name);
    const char *value = str_copy_c(&exchange->arena, pair->value);
    return name && value && MHD_add_response_header(exchange->answer, name, value) == MHD_YES;
}

static bool add_headers(struct exchange *exchange)
{
    const struct http_response *response = &exchange->response;
    struct header_list defaults;
    list_defaults(exchange->server, response, exchange->request.id, &defaults);
    bool is_ok = true;
    for (size_t i = 0; i < response->header_count && is_ok; i++)
        is_ok = add_pair(exchange, &response->headers[i]);
    for (size_t i = 0; i < defaults.count && is_ok; i++) // literals and the id end with a NUL: no copies
        is_ok = MHD_add_response_header(exchange->answer, defaults.items[i].name.ptr,
                                        defaults.items[i].value.ptr) == MHD_YES;
    if (is_ok && exchange->must_close)
        is_ok = MHD_add_response_header(exchange->answer, "Connection", "close") == MHD_YES;
    return is_ok;
}

static bool finish_build(struct exchange *exchange)
{
    if (!exchange->answer) return false;
    if (add_headers(exchange)) return true;
    MHD_destroy_response(exchange->answer);
    exchange->answer = NULL;
    return false;
}

static bool build(struct exchange *exchange, struct str body)
{
    exchange->answer_bytes = exchange->request.method == HTTP_HEAD ? 0 : body.len;
    exchange->answer =
        MHD_create_response_from_buffer(body.len, (void *)(uintptr_t)body.ptr, MHD_RESPMEM_PERSISTENT);
    return finish_build(exchange);
}

static bool build_stream(struct exchange *exchange)
{
    exchange->stream = stream_new(&exchange->server->streams, &exchange->response.stream,
                                  exchange->connection, exchange->record->fd);
    if (!exchange->stream) {
        exchange->must_close = false;
        answer_set_problem(
            exchange, HTTP_FAULT(503, "The server cannot open a stream now. Please try again in a moment."));
        return build(exchange, plain_body(&exchange->response));
    }
    exchange->response.stream = (struct http_stream_source){.read = NULL}; // the stream's now
    exchange->answer = MHD_create_response_from_callback(
        MHD_SIZE_UNKNOWN, exchange->framing.is_http_1_0 ? STREAM_BLOCK_BYTES : NO_BLOCK_BYTES, stream_read,
        exchange->stream, NULL);
    if (finish_build(exchange)) return true;
    stream_free(exchange->stream);
    exchange->stream = NULL;
    return false;
}

// What GET would get, and nothing behind it: libmicrohttpd 0.9.75 sends the last chunk to HEAD as well.
static bool build_stream_head(struct exchange *exchange)
{
    drop_stream(&exchange->response);
    exchange->answer =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, NO_BLOCK_BYTES, stream_read, NULL, NULL);
    if (exchange->answer)
        (void)MHD_set_response_options(exchange->answer, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
    return finish_build(exchange);
}

static bool build_any(struct exchange *exchange, struct gzip *gzip)
{
    struct http_response *response = &exchange->response;
    if (is_not_modified(exchange)) {
        drop_stream(response);
        response->status = 304;
        return build(exchange, STR(""));
    }
    if (!response->stream.read) return build(exchange, choose_body(exchange, gzip));
    exchange->must_close = true;
    return exchange->request.method == HTTP_HEAD ? build_stream_head(exchange) : build_stream(exchange);
}

bool answer_build(struct exchange *exchange, struct gzip *gzip)
{
    static const struct http_fault broken = {500, "The server could not put the answer together."};
    if (exchange->response.body.failed) answer_set_problem(exchange, broken);
    if (build_any(exchange, gzip)) return true;
    LOG(LOG_ERROR, "answer_not_built", LOG_TEXT("request_id", exchange->request.id));
    answer_set_problem(exchange, broken);
    return build(exchange, plain_body(&exchange->response));
}

// "Sun, 22 Nov 2026 10:00:30 GMT" (RFC 9110 section 5.6.7)
static void append_date(struct buf *out, int64_t now_us)
{
    static const char *const weekdays[] = {"Thu", "Fri", "Sat", "Sun",
                                           "Mon", "Tue", "Wed"}; // 1970-01-01 was a Thursday
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const int64_t seconds = now_us / 1000000;
    const int64_t days = seconds / 86400;
    const int second_of_day = (int)(seconds % 86400);
    const struct civil_date date = datetime_civil_from_days(days);
    buf_append_format(out, "Date: %s, %02d %s %lld %02d:%02d:%02d GMT\r\n", weekdays[days % 7], date.day,
                      months[date.month - 1], (long long)date.year, second_of_day / 3600,
                      second_of_day / 60 % 60, second_of_day % 60);
}

static void append_pairs(struct buf *out, const struct http_pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_append_format(out, "%.*s: %.*s\r\n", STR_ARG(pairs[i].name), STR_ARG(pairs[i].value));
}

void answer_write_raw(const struct http_server *server, int fd, struct str request_id,
                      struct http_fault fault)
{
    struct http_response response = {.body = {.max_bytes = RAW_ANSWER_MAX}};
    struct header_list defaults;
    BUF_SCOPE(out, RAW_ANSWER_MAX);
    set_problem(server, request_id, fault, &response);
    list_defaults(server, &response, request_id, &defaults);
    buf_append_format(&out, "HTTP/1.1 %d %s\r\n", fault.status,
                      MHD_get_reason_phrase_for((unsigned)fault.status));
    append_date(&out, clock_wall_us());
    append_pairs(&out, response.headers, response.header_count);
    append_pairs(&out, defaults.items, defaults.count);
    buf_append_format(&out, "Connection: close\r\nContent-Length: %zu\r\n\r\n", response.body.len);
    buf_append_str(&out, buf_str(&response.body));
    if (!out.failed)
        (void)send(fd, out.data, out.len, MSG_DONTWAIT | MSG_NOSIGNAL); // a dead peer needs no answer
    buf_done(&response.body);
}
