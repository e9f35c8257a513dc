#include "http/exchange.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "http/answer.h"
#include "http/server.h"
#include "http/target.h"

#include <stdlib.h>
#include <sys/socket.h>

enum {
    POOL_MAX = 256,
    KEPT_BYTES_MAX = 256 * 1024, // memory an idle exchange may hold on to, each of arena and buffers
};

void exchange_pool_init(struct exchange_pool *pool)
{
    *pool = (struct exchange_pool){.free = NULL};
    pthread_mutex_init(&pool->mutex, NULL);
}

static void free_memory(struct exchange *exchange)
{
    arena_clear(&exchange->arena);
    buf_done(&exchange->body);
    buf_done(&exchange->packed);
    buf_done(&exchange->response.body);
}

static void exchange_free(struct exchange *exchange)
{
    free_memory(exchange);
    free(exchange);
}

void exchange_drop_upload(struct exchange *exchange)
{
    upload_free(exchange->upload);
    exchange->upload = NULL;
    exchange->request.body_path = NULL;
}

void exchange_slim(struct exchange *exchange)
{
    const struct http_request *request = &exchange->request;
    exchange->request = (struct http_request){
        .method = request->method, .peer = request->peer, .id = request->id, .now_us = request->now_us};
    free_memory(exchange);
}

void exchange_pool_done(struct exchange_pool *pool)
{
    while (pool->free) {
        struct exchange *exchange = pool->free;
        pool->free = exchange->next_free;
        exchange_free(exchange);
    }
    pthread_mutex_destroy(&pool->mutex);
}

static struct exchange *exchange_new(void)
{
    struct exchange *exchange = calloc(1, sizeof *exchange);
    if (!exchange) return NULL;
    arena_init(&exchange->arena, LIMIT_REQUEST_ARENA_BYTES);
    buf_init(&exchange->packed, LIMIT_RESPONSE_BYTES);
    buf_init(&exchange->response.body, LIMIT_RESPONSE_BYTES);
    return exchange;
}

struct exchange *exchange_take(struct http_server *server)
{
    struct exchange_pool *pool = &server->exchanges;
    pthread_mutex_lock(&pool->mutex);
    struct exchange *exchange = pool->free;
    if (exchange) {
        pool->free = exchange->next_free;
        pool->free_count--;
    }
    pthread_mutex_unlock(&pool->mutex);
    if (!exchange) exchange = exchange_new();
    if (!exchange) return NULL;
    exchange->server = server;
    exchange->started_us = clock_monotonic_us();
    exchange->request.now_us = clock_wall_us();
    exchange->request.arena = &exchange->arena;
    exchange->request.exchange = exchange;
    exchange->id = id_new(exchange->request.now_us);
    exchange->request.id = id_str(&exchange->id);
    return exchange;
}

static void reset_buf(struct buf *buf)
{
    if (buf->capacity > KEPT_BYTES_MAX) buf_done(buf);
    buf_clear(buf);
    buf->failed = false;
}

// Back to zero but for the memory that the next request can use.
static void exchange_reset(struct exchange *exchange)
{
    if (exchange->arena.used_bytes > KEPT_BYTES_MAX)
        arena_clear(&exchange->arena);
    else
        arena_reset(&exchange->arena);
    reset_buf(&exchange->body);
    reset_buf(&exchange->packed);
    reset_buf(&exchange->response.body);
    *exchange = (struct exchange){
        .arena = exchange->arena,
        .body = exchange->body,
        .packed = exchange->packed,
        .response = {.body = exchange->response.body},
    };
}

void exchange_give_back(struct exchange *exchange)
{
    struct exchange_pool *pool = &exchange->server->exchanges;
    if (exchange->answer) MHD_destroy_response(exchange->answer);
    if (exchange->stream) stream_free(exchange->stream);
    exchange_drop_upload(exchange);
    kept_release(exchange->kept);
    exchange_reset(exchange);
    pthread_mutex_lock(&pool->mutex);
    const bool is_kept = pool->free_count < POOL_MAX;
    if (is_kept) {
        exchange->next_free = pool->free;
        pool->free = exchange;
        pool->free_count++;
    }
    pthread_mutex_unlock(&pool->mutex);
    if (!is_kept) exchange_free(exchange);
}
