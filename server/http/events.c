// libmicrohttpd's callbacks: the way of a request from its first line to the last byte of its answer, on
// event threads. Nothing here blocks; the handler runs in exchange_run, on a worker.

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "http/answer.h"
#include "http/body.h"
#include "http/layout.h"
#include "http/server.h"
#include "http/target.h"

#include <sys/socket.h>

static struct connection *record_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

// Later releases answer every question in the same place: an answer is good until the next question.
static struct connection *add_record(struct http_server *server, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (!info) return NULL;
    const int fd = info->connect_fd;
    info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info ? connections_add(server->connections, fd, info->client_addr) : NULL;
}

void exchange_on_connection(void *context, struct MHD_Connection *connection, void **record,
                            enum MHD_ConnectionNotificationCode code)
{
    struct http_server *server = context;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (*record) connections_remove(server->connections, *record);
        *record = NULL;
        return;
    }
    *record = add_record(server, connection);
}

// The request line is complete. The target must be copied: libmicrohttpd decodes it in place afterwards.
void *exchange_on_target(void *context, const char *target, struct MHD_Connection *connection)
{
    struct connection *record = record_of(connection);
    if (!record || !connection_enter(record, CONNECTION_HEAD)) return NULL;
    struct exchange *exchange = exchange_take(context);
    if (!exchange) return NULL;
    const struct str raw = str_from_c(target);
    exchange->connection = connection;
    exchange->record = record;
    exchange->request.peer = str_from_c(record->peer);
    exchange->target = str_copy(&exchange->arena, raw);
    exchange->target_there = raw;
    return exchange;
}

static void leave_flight(struct exchange *exchange)
{
    if (exchange->is_in_flight) atomic_fetch_sub(&exchange->server->in_flight, 1);
    exchange->is_in_flight = false;
}

static void tell_stop(struct http_server *server)
{
    if (!atomic_load(&server->is_draining)) return;
    pthread_mutex_lock(&server->mutex);
    pthread_cond_signal(&server->drained);
    pthread_mutex_unlock(&server->mutex);
}

static void log_request(const struct exchange *exchange, const char *event)
{
    const struct http_request *request = &exchange->request;
    const struct str hidden = exchange->response.logged_path, path = hidden.len ? hidden : request->path;
    LOG(LOG_INFO, event, LOG_C("method", request->path.len ? http_method_name(request->method) : ""),
        LOG_TEXT("path", path), LOG_INT("status", exchange->response.status),
        LOG_INT("bytes", (int64_t)exchange->answer_bytes),
        LOG_INT("duration_us", clock_monotonic_us() - exchange->started_us), LOG_TEXT("peer", request->peer),
        LOG_TEXT("request_id", request->id));
}

// The request has had its answer; the stream keeps as little of it as it can, and holds up no stop.
static void begin_stream(struct exchange *exchange)
{
    log_request(exchange, "stream");
    exchange_slim(exchange);
    leave_flight(exchange);
    tell_stop(exchange->server);
}

static enum MHD_Result queue_answer(struct exchange *exchange)
{
    const enum connection_phase phase = exchange->stream ? CONNECTION_STREAM : CONNECTION_ANSWER;
    if (!exchange->answer || !connection_enter(exchange->record, phase)) return MHD_NO;
    if (exchange->stream) begin_stream(exchange);
    return MHD_queue_response(exchange->connection, (unsigned)exchange->response.status, exchange->answer);
}

static enum MHD_Result refuse(struct exchange *exchange, struct http_fault fault)
{
    exchange->must_close = true;
    exchange->state = EXCHANGE_ANSWER;
    answer_set_problem(exchange, fault);
    (void)answer_build(exchange, NULL); // queue_answer looks
    return queue_answer(exchange);
}

struct header_sink {
    struct http_pair *pairs;
    size_t count;
    size_t capacity;
};

static enum MHD_Result collect_header(void *context, enum MHD_ValueKind kind, const char *name,
                                      size_t name_len, const char *value, size_t value_len)
{
    struct header_sink *sink = context;
    (void)kind;
    if (sink->count == sink->capacity) return MHD_NO;
    sink->pairs[sink->count++] = (struct http_pair){.name = {name, name_len}, .value = {value, value_len}};
    return MHD_YES;
}

static bool collect_headers(struct exchange *exchange)
{
    const int count = MHD_get_connection_values_n(exchange->connection, MHD_HEADER_KIND, NULL, NULL);
    if (count < 0) return false;
    struct header_sink sink = {.pairs = ARENA_ARRAY(&exchange->arena, struct http_pair, (size_t)count),
                               .capacity = (size_t)count};
    if (!sink.pairs) return false;
    (void)MHD_get_connection_values_n(exchange->connection, MHD_HEADER_KIND, collect_header, &sink);
    exchange->headers = sink.pairs;
    exchange->request.headers = sink.pairs;
    exchange->request.header_count = sink.count;
    return true;
}

// Blanks around a value are no part of it (RFC 9112 section 5.1); libmicrohttpd leaves those behind it.
static void trim_values(struct http_pair *headers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct str *value = &headers[i].value;
        while (value->len && (value->ptr[value->len - 1] == ' ' || value->ptr[value->len - 1] == '\t'))
            value->len--;
    }
}

static struct http_fault check_head(struct exchange *exchange, const char *method, const char *version)
{
    struct http_target target;
    if (!exchange->target.ptr || !collect_headers(exchange))
        return HTTP_FAULT(503, "The server is short of memory. Please try again.");
    const struct http_head head = {
        .method = str_from_c(method),
        .version = str_from_c(version),
        .target = exchange->target_there,
        .headers = exchange->request.headers,
        .header_count = exchange->request.header_count,
    };
    if (!layout_is_exact(&head)) return HTTP_FAULT(400, "The head of the request is malformed.");
    exchange->body_start = layout_body_start(&head);
    trim_values(exchange->headers, head.header_count);
    struct http_fault fault = guard_check(&exchange->server->rules, &head, &exchange->framing);
    if (!fault.status) fault = http_target_parse(exchange->target, &exchange->arena, &target);
    if (fault.status) return fault;
    exchange->request.method = exchange->framing.method;
    exchange->request.path = target.path;
    exchange->request.query = target.query;
    exchange->request.query_count = target.query_count;
    return HTTP_NO_FAULT;
}

static bool has_body(const struct exchange *exchange)
{
    return exchange->framing.is_chunked || exchange->framing.content_length > 0;
}

static enum MHD_Result on_head(struct exchange *exchange, const char *method, const char *version)
{
    struct http_fault fault = check_head(exchange, method, version);
    if (!fault.status && has_body(exchange)) fault = body_begin(exchange);
    exchange->is_in_flight = true;
    atomic_fetch_add(&exchange->server->in_flight, 1);
    if (fault.status) return refuse(exchange, fault);
    exchange->state = EXCHANGE_BODY;
    // What follows a chunked body is never read as a request: libmicrohttpd takes bare line feeds in chunk
    // headers, so a proxy in front may see the end elsewhere.
    exchange->must_close = exchange->framing.is_chunked;
    atomic_store(&exchange->record->received, 0);
    return connection_enter(exchange->record, exchange->upload ? CONNECTION_UPLOAD : CONNECTION_BODY)
               ? MHD_YES
               : MHD_NO;
}

static bool answer_quickly(struct exchange *exchange)
{
    struct http_server *server = exchange->server;
    const struct http_server_options *options = &server->options;
    if (!options->quick || !options->quick(options->context, &exchange->request, &exchange->response))
        return false;
    if (atomic_load(&server->is_draining)) exchange->must_close = true;
    (void)answer_build(exchange, NULL); // queue_answer looks
    exchange->state = EXCHANGE_ANSWER;
    return true;
}

static enum MHD_Result on_body_end(struct exchange *exchange)
{
    if (!connection_enter(exchange->record, CONNECTION_WORK)) return MHD_NO;
    exchange->response.status = 200;
    if (exchange->upload) {
        MHD_suspend_connection(exchange->connection);
        body_finish(exchange);
        return MHD_YES;
    }
    exchange->request.body = buf_str(&exchange->body);
    if (answer_quickly(exchange)) return queue_answer(exchange);
    exchange->state = EXCHANGE_WORK;
    MHD_suspend_connection(
        exchange->connection); // before the hand-over: the worker may resume at any moment after it
    if (workers_submit(exchange->server->workers, exchange)) return MHD_YES;
    exchange->state = EXCHANGE_ANSWER;
    answer_set_problem(exchange, HTTP_BUSY);
    (void)answer_build(exchange, NULL);
    MHD_resume_connection(exchange->connection);
    return MHD_YES;
}

// NOLINTNEXTLINE(readability-function-size): the library's parameters
enum MHD_Result exchange_on_request(void *context, struct MHD_Connection *connection, const char *url,
                                    const char *method, const char *version, const char *upload,
                                    size_t *upload_size, void **exchange_slot)
{
    struct exchange *exchange = *exchange_slot;
    (void)context, (void)connection, (void)url;
    if (!exchange) return MHD_NO;
    switch (exchange->state) {
    case EXCHANGE_HEAD: return on_head(exchange, method, version);
    case EXCHANGE_BODY:
        return *upload_size ? body_take(exchange, upload, upload_size) : on_body_end(exchange);
    case EXCHANGE_STORE:
    case EXCHANGE_STORE_LAST:
    case EXCHANGE_WORK: return MHD_YES;
    case EXCHANGE_ANSWER: return queue_answer(exchange);
    case EXCHANGE_DISCARD:
    case EXCHANGE_GONE: break;
    }
    if (*upload_size == 0) return MHD_NO; // the body has ended: close
    *upload_size = 0;
    return MHD_YES;
}

// Nobody else looks at the worker's place. Without memory answers are sent as they are.
static struct gzip *gzip_of(struct http_server *server, size_t worker)
{
    if (!server->gzips[worker]) server->gzips[worker] = gzip_new();
    return server->gzips[worker];
}

void exchange_run(void *context, size_t worker, void *job)
{
    struct http_server *server = context;
    struct exchange *exchange = job;
    if (atomic_load(&server->is_stopping))
        answer_set_problem(exchange, HTTP_SHUTTING_DOWN);
    else
        server->options.handler(server->options.context, &exchange->request, &exchange->response);
    exchange_drop_upload(exchange);
    if (atomic_load(&server->is_draining)) exchange->must_close = true;
    (void)answer_build(exchange, gzip_of(server, worker)); // queue_answer looks
    exchange->state = EXCHANGE_ANSWER;
    MHD_resume_connection(exchange->connection); // from here on the exchange is the event thread's
}

static void log_end(const struct exchange *exchange, enum MHD_RequestTerminationCode code)
{
    const struct http_request *request = &exchange->request;
    const bool is_whole = code == MHD_REQUEST_TERMINATED_COMPLETED_OK || exchange->state == EXCHANGE_DISCARD;
    if (exchange->response.status == 0)
        LOG(LOG_INFO, "request_unreadable", LOG_TEXT("peer", request->peer),
            LOG_TEXT("request_id", request->id));
    else if (exchange->stream)
        LOG(LOG_INFO, is_whole ? "stream_ended" : "stream_aborted",
            LOG_INT("bytes", (int64_t)stream_sent_bytes(exchange->stream)),
            LOG_INT("duration_us", clock_monotonic_us() - exchange->started_us),
            LOG_TEXT("peer", request->peer), LOG_TEXT("request_id", request->id));
    else
        log_request(exchange, is_whole ? "request" : "request_aborted");
}

void exchange_on_completed(void *context, struct MHD_Connection *connection, void **exchange_slot,
                           enum MHD_RequestTerminationCode code)
{
    struct exchange *exchange = *exchange_slot;
    (void)connection;
    if (!exchange) return;
    *exchange_slot = NULL;
    log_end(exchange, code);
    (void)connection_enter(exchange->record, CONNECTION_IDLE);
    leave_flight(exchange);
    if (!body_discard(exchange)) exchange_give_back(exchange);
    tell_stop(context);
}

void exchange_on_round(void *context)
{
    struct http_server *server = context;
    streams_notice_peers(&server->streams);
}

void exchange_time_out(void *context, const struct connection *connection)
{
    const struct id id = id_new(clock_wall_us());
    LOG(LOG_INFO, "request_timed_out", LOG_C("peer", connection->peer), LOG_TEXT("request_id", id_str(&id)));
    answer_write_raw(context, connection->fd, id_str(&id),
                     HTTP_FAULT(408, "The request did not arrive in time."));
}
