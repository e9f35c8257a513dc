// Shared by the files that make the server; nothing outside http/ includes it.
#pragma once

#include "http/connection.h"
#include "http/encoding.h"
#include "http/exchange.h"
#include "http/guard.h"
#include "http/http.h"
#include "http/stream.h"
#include "http/workers.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_server {
    struct http_server_options
        options;        // resolved: no 0 that stands for a default; hosts are the server's own copies
    struct arena arena; // owns what `options` points to
    struct guard_rules rules;
    uint16_t port;
    int listen_fd; // the daemon's once there is one; -1 when it is closed
    struct MHD_Daemon *daemon;
    struct connections *connections;
    struct workers *workers;
    struct workers *writers; // store bodies that go to a file; NULL without a folder for them
    struct gzip **gzips;     // one per worker, made when it is needed
    struct exchange_pool exchanges;
    struct kept_answers kept;
    struct streams streams;
    struct uploads uploads;
    _Atomic bool is_draining; // answers close their connection, and nobody new is let in
    _Atomic bool is_stopping; // queued requests are answered 503 instead of handled
    _Atomic size_t
        in_flight;         // requests between the end of their head and the end of their answer, but streams
    pthread_mutex_t mutex; // with `drained` only
    pthread_cond_t drained;
};

// The callbacks of libmicrohttpd, on event threads. `context` is the server.
void *exchange_on_target(void *context, const char *target, struct MHD_Connection *connection);
enum MHD_Result exchange_on_request(void *context, struct MHD_Connection *connection, const char *url,
                                    const char *method, const char *version, const char *upload,
                                    size_t *upload_size, void **exchange);
void exchange_on_completed(void *context, struct MHD_Connection *connection, void **exchange,
                           enum MHD_RequestTerminationCode code);
void exchange_on_connection(void *context, struct MHD_Connection *connection, void **record,
                            enum MHD_ConnectionNotificationCode code);

// Runs the handler of a queued exchange on a worker thread (workers_run).
void exchange_run(void *context, size_t worker, void *job);

// The reaper's (connection_listener). A farewell is 408 with a problem body, straight to the socket.
void exchange_time_out(void *context, const struct connection *connection);
void exchange_on_round(void *context);
