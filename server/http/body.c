#include "http/body.h"

#include "base/limits.h"
#include "http/answer.h"
#include "http/layout.h"
#include "http/server.h"

#include <sys/socket.h>

static struct http_fault begin_upload(struct exchange *exchange)
{
    exchange->body.max_bytes = LIMIT_UPLOAD_PIECE_BYTES;
    exchange->upload = upload_new(&exchange->server->uploads, exchange->request.id);
    if (exchange->upload && buf_reserve(&exchange->body, LIMIT_UPLOAD_PIECE_BYTES)) return HTTP_NO_FAULT;
    return HTTP_FAULT(503, "The server takes no uploads, or is short of memory.");
}

struct http_fault body_begin(struct exchange *exchange)
{
    const struct http_server_options *options = &exchange->server->options;
    const struct http_request *request = &exchange->request;
    const struct http_body_plan plan = options->body_plan(options->context, request->method, request->path);
    exchange->body_limit = plan.max_bytes;
    if (exchange->framing.content_length > plan.max_bytes || plan.max_bytes == 0)
        return HTTP_FAULT(413, "The body of the request is larger than this address takes.");
    if (plan.to_file) return begin_upload(exchange);
    exchange->body.max_bytes = plan.max_bytes;
    return HTTP_NO_FAULT;
}

// In the middle of a body libmicrohttpd takes no answer: it goes to the socket directly, and what still comes
// is thrown away for the moment that the client needs to read it.
static enum MHD_Result refuse(struct exchange *exchange, size_t *size, struct http_fault fault)
{
    *size = 0;
    if (!connection_enter(exchange->record, CONNECTION_REFUSE)) return MHD_NO;
    exchange->state = EXCHANGE_DISCARD;
    exchange->response.status = fault.status;
    answer_write_raw(exchange->server, exchange->record->fd, exchange->request.id, fault);
    (void)shutdown(exchange->record->fd, SHUT_WR);
    return MHD_YES;
}

static struct http_fault check_part(const struct exchange *exchange, const char *bytes, size_t len)
{
    if (exchange->framing.is_chunked && !layout_is_exact_chunk(exchange->body_start, bytes))
        return HTTP_FAULT(400, "The body of the request is not correctly chunked.");
    if (len > exchange->body_limit - exchange->request.body_bytes)
        return HTTP_FAULT(413, "The body of the request is larger than this address takes.");
    return exchange->upload ? exchange->upload->fault : HTTP_NO_FAULT;
}

// After it the exchange is the writer's. What is left of the body makes libmicrohttpd ask again as soon as
// the connection is resumed, and not before: without a rest it would go on with the next chunk at once.
static void store_piece(struct exchange *exchange)
{
    exchange->state = EXCHANGE_STORE;
    MHD_suspend_connection(exchange->connection); // before the hand-over, as in exchange_on_request
    if (workers_submit(exchange->server->writers, exchange)) return;
    exchange->state = EXCHANGE_BODY;
    exchange->upload->fault = HTTP_SHUTTING_DOWN; // the writers have been stopped
    MHD_resume_connection(exchange->connection);
}

// The end of the stream may come with the bytes before it; libmicrohttpd, which has read those, then hears of
// it no more, and what the exchange holds would be held to its deadline.
static bool has_gone(const struct exchange *exchange)
{
    char byte;
    return !exchange->framing.is_chunked && exchange->request.body_bytes < exchange->framing.content_length &&
           recv(exchange->record->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

enum MHD_Result body_take(struct exchange *exchange, const char *bytes, size_t *size)
{
    const struct http_fault fault = check_part(exchange, bytes, *size);
    if (fault.status) return refuse(exchange, size, fault);
    const size_t room = LIMIT_UPLOAD_PIECE_BYTES - exchange->body.len;
    const size_t len = exchange->upload && *size > room ? room : *size;
    buf_append(&exchange->body, bytes, len);
    if (exchange->body.failed)
        return refuse(exchange, size, HTTP_FAULT(503, "The server is short of memory. Please try again."));
    *size -= len;
    exchange->request.body_bytes += len;
    atomic_fetch_add(&exchange->record->received, len);
    if (*size) store_piece(exchange);
    return !*size && has_gone(exchange) ? MHD_NO : MHD_YES;
}

static void answer_fault(struct exchange *exchange, struct http_fault fault)
{
    answer_set_problem(exchange, fault);
    (void)answer_build(exchange, NULL); // the event thread looks
    exchange->state = EXCHANGE_ANSWER;
    MHD_resume_connection(exchange->connection);
}

void body_finish(struct exchange *exchange)
{
    exchange->state = EXCHANGE_STORE_LAST;
    if (!workers_submit(exchange->server->writers, exchange)) answer_fault(exchange, HTTP_SHUTTING_DOWN);
}

bool body_discard(struct exchange *exchange)
{
    if (!exchange->upload) return false;
    exchange->state = EXCHANGE_GONE;
    return workers_submit(exchange->server->writers, exchange);
}

static void hand_on(struct exchange *exchange)
{
    struct upload *upload = exchange->upload;
    upload_close(upload);
    exchange->request.body_path = upload->path;
    exchange->state = EXCHANGE_WORK;
    if (upload->fault.status)
        answer_fault(exchange, upload->fault);
    else if (!workers_submit(exchange->server->workers, exchange))
        answer_fault(exchange, HTTP_BUSY);
}

static struct http_fault refusal(int status)
{
    switch (status) {
    case 0: return HTTP_NO_FAULT;
    case 401: return HTTP_FAULT(401, "Sign in first, then send the file.");
    case 403:
    case 404: return HTTP_FAULT(403, "This file is not yours to send here.");
    default: return HTTP_FAULT(503, "The server cannot say now whether you may send this. Please try again.");
    }
}

// Who sends more than a piece is asked for their right to it before any of it is stored. What is less the
// handler refuses itself, with all that there is to say.
static void write_piece(struct exchange *exchange)
{
    const struct http_server_options *options = &exchange->server->options;
    struct upload *upload = exchange->upload;
    if (!upload->has_file && !upload->fault.status && exchange->state == EXCHANGE_STORE && options->body_gate)
        upload->fault = refusal(options->body_gate(options->context, &exchange->request));
    upload_write(upload, buf_str(&exchange->body));
    buf_clear(&exchange->body);
}

void body_store(void *context, size_t worker, void *job)
{
    struct exchange *exchange = job;
    (void)context, (void)worker;
    if (exchange->state == EXCHANGE_GONE) {
        exchange_give_back(exchange);
        return;
    }
    write_piece(exchange);
    if (exchange->state == EXCHANGE_STORE_LAST) {
        hand_on(exchange);
        return;
    }
    exchange->state = EXCHANGE_BODY;
    MHD_resume_connection(exchange->connection); // from here on the exchange is the event thread's
}
