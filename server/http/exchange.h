// One request and its response: everything that lives as long as both, and the way between event and worker
// threads.
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/id.h"
#include "http/fault.h"
#include "http/guard.h"
#include "http/http.h"
#include "http/kept.h"
#include "http/stream.h"
#include "http/upload.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// An exchange belongs to one thread at a time: the event thread of its connection, except in EXCHANGE_WORK,
// where it belongs to the queue and then to a worker, and in the other states of the writers. The hand-over
// is the queue's mutex there and libmicrohttpd's back.
enum exchange_state {
    EXCHANGE_HEAD,       // the target is known, headers arrive
    EXCHANGE_BODY,       // the head has passed the guard, the body arrives
    EXCHANGE_STORE,      // suspended: a writer stores a piece of the body, more is to come
    EXCHANGE_STORE_LAST, // suspended: a writer stores the rest of the body and hands on to the workers
    EXCHANGE_WORK,       // suspended: queued, or a worker runs the handler
    EXCHANGE_ANSWER,     // `answer` is ready to be sent or is being sent
    EXCHANGE_DISCARD,    // refused in the middle of its body: answered on the socket, the rest is thrown away
    EXCHANGE_GONE,       // the connection has done with it: a writer removes the file of its body
};

struct exchange {
    enum exchange_state state;
    struct http_server *server;
    struct connection *record;
    struct MHD_Connection *connection;
    struct http_request request;
    struct http_pair *headers; // request.headers, to be written while the head is checked
    struct http_response response;
    struct arena arena;
    struct buf body;   // of the request; of one that goes to a file, what is not stored yet
    struct buf packed; // the response's body, compressed
    struct id id;
    struct str target;       // raw, in the arena
    struct str target_there; // where it was in libmicrohttpd's memory; by now decoded in place
    const char *body_start;  // in libmicrohttpd's memory
    struct http_framing framing;
    size_t body_limit;
    struct kept_answer *kept; // the response is this one; an owner of it
    struct upload *upload;    // where the body goes to, unless into memory; owned
    bool must_close;          // the connection ends with this answer
    bool is_in_flight;        // counted by the server
    struct MHD_Response *answer;
    size_t answer_bytes;        // of the body, as sent
    struct http_stream *stream; // instead of a body; owned
    int64_t started_us;         // monotonic
    struct exchange *next_free;
};

// Exchanges that have ended are kept with their memory, up to a number, for the requests to come.
struct exchange_pool {
    pthread_mutex_t mutex;
    struct exchange *free;
    size_t free_count;
};

void exchange_pool_init(struct exchange_pool *pool);
void exchange_pool_done(struct exchange_pool *pool);

// A fresh exchange in EXCHANGE_HEAD with its id and times set; NULL when memory is short.
struct exchange *exchange_take(struct http_server *server);
void exchange_give_back(struct exchange *exchange);

// Removes the file of the body, unless the handler has kept it.
void exchange_drop_upload(struct exchange *exchange);

// Frees what a stream does not need while it lasts: arena, buffers, and with them the request.
void exchange_slim(struct exchange *exchange);
