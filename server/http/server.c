#include "http/server.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "http/body.h"
#include "http/layout.h"
#include "http/listen.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
    EVENT_THREADS = 2,
    WORKER_THREADS_MIN = 32, // most wait for the disk or the database
    WORKER_THREADS_PER_CORE = 8,
    WRITER_THREADS = 2,
    DESCRIPTORS_ELSEWHERE = 128, // databases, log, files: not for connections
    LAST_ANSWERS_MS = 500,       // for answers that were ready only after the grace, and ends of streams
    CONNECTION_MEMORY_BYTES =
        32 * 1024, // request line and header fields at their limits, and the head of the answer
};

size_t http_server_workers(size_t wanted)
{
    if (wanted) return wanted;
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    const size_t threads = cores > 0 ? (size_t)cores * WORKER_THREADS_PER_CORE : 0;
    return threads > WORKER_THREADS_MIN ? threads : WORKER_THREADS_MIN;
}

// A connection costs a descriptor. The soft limit is raised as far as needed and allowed.
static size_t connections_affordable(size_t wanted)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
    const rlim_t needed = wanted + DESCRIPTORS_ELSEWHERE;
    if (limit.rlim_cur < needed) {
        limit.rlim_cur = limit.rlim_max < needed ? limit.rlim_max : needed;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0 && getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
    }
    if (limit.rlim_cur >= needed) return wanted;
    return limit.rlim_cur > 2 * DESCRIPTORS_ELSEWHERE ? limit.rlim_cur - DESCRIPTORS_ELSEWHERE
                                                      : DESCRIPTORS_ELSEWHERE;
}

static size_t size_or(size_t value, size_t fallback)
{
    return value ? value : fallback;
}

static int ms_or(int value, int fallback)
{
    return value ? value : fallback;
}

static void resolve_defaults(struct http_server_options *options)
{
    options->event_threads = size_or(options->event_threads, EVENT_THREADS);
    options->worker_threads = http_server_workers(options->worker_threads);
    options->max_connections = connections_affordable(size_or(options->max_connections, LIMIT_CONNECTIONS));
    options->max_connections_per_address =
        size_or(options->max_connections_per_address, LIMIT_CONNECTIONS_PER_ADDRESS);
    options->request_queue = size_or(options->request_queue, LIMIT_REQUEST_QUEUE);
    options->max_streams = size_or(options->max_streams, LIMIT_STREAMS);
    options->header_deadline_ms = ms_or(options->header_deadline_ms, LIMIT_HEADER_DEADLINE_MS);
    options->upload_deadline_ms = ms_or(options->upload_deadline_ms, LIMIT_UPLOAD_DEADLINE_MS);
    options->body_deadline_ms = ms_or(options->body_deadline_ms, LIMIT_BODY_DEADLINE_MS);
    options->idle_deadline_ms = ms_or(options->idle_deadline_ms, LIMIT_KEEP_ALIVE_IDLE_S * 1000);
    options->write_stall_ms = ms_or(options->write_stall_ms, LIMIT_WRITE_STALL_MS);
}

// The server's own copies of what the caller's options point to.
static enum status adopt_options(struct http_server *server, const struct http_server_options *options,
                                 struct error *error)
{
    arena_init(&server->arena, 64 * KIB);
    server->options = *options;
    resolve_defaults(&server->options);
    struct str *hosts = ARENA_ARRAY(&server->arena, struct str, options->allowed_host_count);
    if (!hosts) return error_no_memory(error);
    for (size_t i = 0; i < options->allowed_host_count; i++) {
        hosts[i] = str_copy(&server->arena, options->allowed_hosts[i]);
        if (!hosts[i].ptr) return error_no_memory(error);
    }
    server->options.host = str_copy(&server->arena, options->host);
    server->options.upload_dir = str_copy(&server->arena, options->upload_dir);
    if (!server->options.host.ptr || !server->options.upload_dir.ptr) return error_no_memory(error);
    server->options.allowed_hosts = hosts;
    server->rules = (struct guard_rules){
        .allowed_hosts = hosts,
        .allowed_host_count = options->allowed_host_count,
        .trust_any_port = options->trust_any_port,
    };
    return STATUS_OK;
}

static enum status start_workers(struct http_server *server, struct error *error)
{
    const size_t count = server->options.worker_threads;
    server->gzips = ARENA_ARRAY(&server->arena, struct gzip *, count);
    if (!server->gzips) return error_no_memory(error);
    return workers_new(count, server->options.request_queue, exchange_run, server, &server->workers, error);
}

// An upload has one job in the queue at most.
static enum status start_writers(struct http_server *server, struct error *error)
{
    TRY(uploads_start(&server->uploads, server->options.upload_dir, LIMIT_UPLOADS, clock_wall_us(), error));
    if (server->options.upload_dir.len == 0) return STATUS_OK;
    return workers_new(WRITER_THREADS, LIMIT_UPLOADS, body_store, server, &server->writers, error);
}

static enum status start_connections(struct http_server *server, struct error *error)
{
    const struct connection_limits limits = {
        .max_connections = server->options.max_connections,
        .idle_us = (int64_t)server->options.idle_deadline_ms * 1000,
        .head_us = (int64_t)server->options.header_deadline_ms * 1000,
        .body_us = (int64_t)server->options.body_deadline_ms * 1000,
        .upload_us = (int64_t)server->options.upload_deadline_ms * 1000,
        .write_stall_us = (int64_t)server->options.write_stall_ms * 1000,
    };
    const struct connection_listener listener = {
        .farewell = exchange_time_out, .round = exchange_on_round, .context = server};
    return connections_new(&limits, &listener, &server->connections, error);
}

static void log_library(void *context, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
static void log_library(void *context, const char *format, va_list arguments)
{
    char text[256];
    (void)context;
    (void)vsnprintf(text, sizeof text, format, arguments);
    LOG(LOG_DEBUG, "libmicrohttpd", LOG_TEXT("message", str_trim(str_from_c(text))));
}

static unsigned clamp_unsigned(size_t value)
{
    return value > UINT32_MAX ? 0 : (unsigned)value; // 0 is libmicrohttpd's "no limit"
}

// Whoever connects during a stop is hung up on. The socket stays: MHD_quiesce_daemon takes it away under
// event threads that do the same, and the library aborts the process when two have done so ("Failed to remove
// listen FD").
static enum MHD_Result takes_newcomer(void *context, const struct sockaddr *address, socklen_t len)
{
    const struct http_server *server = context;
    (void)address;
    (void)len;
    return atomic_load(&server->is_draining) ? MHD_NO : MHD_YES;
}

static enum status start_daemon(struct http_server *server, struct error *error)
{
    const struct http_server_options *options = &server->options;
    // What 0.9.75 refuses in strict mode our guard refuses too, and with a proper answer; later releases go
    // further.
    const intptr_t strictness = !layout_is_known();
    struct MHD_OptionItem items[] = {
        {MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)log_library, NULL},
        {MHD_OPTION_LISTEN_SOCKET, server->listen_fd, NULL},
        {MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)options->event_threads, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, (intptr_t)options->max_connections, NULL},
        {MHD_OPTION_PER_IP_CONNECTION_LIMIT, (intptr_t)clamp_unsigned(options->max_connections_per_address),
         NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY_BYTES, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, 0, NULL}, // every deadline is ours: connection.h
        {MHD_OPTION_STRICT_FOR_CLIENT, strictness, NULL},
        {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)exchange_on_target, server},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)exchange_on_completed, server},
        {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)exchange_on_connection, server},
        {MHD_OPTION_END, 0, NULL},
    };
    server->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, takes_newcomer,
        server, exchange_on_request, server, MHD_OPTION_ARRAY, items, MHD_OPTION_END);
    if (server->daemon) return STATUS_OK;
    return error_set(error, STATUS_INTERNAL, NULL, "the http library did not start its event threads");
}

// Handlers end and suspended connections are resumed before the daemon stops; its event threads may try to
// submit until then.
static void stop_threads(struct http_server *server)
{
    workers_stop(server->writers); // first: they hand on to the workers
    workers_stop(server->workers);
    if (server->daemon) {
        MHD_stop_daemon(server->daemon); // closes the socket that it listened on
        server->listen_fd = -1;
    }
    workers_free(server->writers);
    workers_free(server->workers);
}

static void server_free(struct http_server *server)
{
    stop_threads(server);
    if (server->listen_fd >= 0) close(server->listen_fd);
    connections_free(server->connections);
    for (size_t i = 0; server->gzips && i < server->options.worker_threads; i++)
        gzip_free(server->gzips[i]);
    streams_done(&server->streams);
    exchange_pool_done(&server->exchanges);
    kept_done(&server->kept);
    arena_clear(&server->arena);
    pthread_cond_destroy(&server->drained);
    pthread_mutex_destroy(&server->mutex);
    free(server);
}

static void init_sync(struct http_server *server)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&server->drained, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&server->mutex, NULL);
    exchange_pool_init(&server->exchanges);
    kept_init(&server->kept);
    streams_init(&server->streams);
}

static enum status start(struct http_server *server, const struct http_server_options *options,
                         struct error *error)
{
    TRY(adopt_options(server, options, error));
    TRY(streams_start(&server->streams, server->options.max_streams, error));
    TRY(http_listen(server->options.host, server->options.port, &server->listen_fd, &server->port, error));
    server->rules.port = server->port;
    TRY(start_connections(server, error));
    TRY(start_workers(server, error));
    TRY(start_writers(server, error));
    return start_daemon(server, error);
}

enum status http_server_start(const struct http_server_options *options, struct http_server **out_server,
                              struct error *error)
{
    struct http_server *server = calloc(1, sizeof *server);
    if (!server) return error_no_memory(error);
    server->listen_fd = -1;
    init_sync(server);
    const enum status status = start(server, options, error);
    if (status != STATUS_OK) {
        server_free(server);
        return status;
    }
    *out_server = server;
    return STATUS_OK;
}

uint16_t http_server_port(const struct http_server *server)
{
    return server->port;
}

// Until all requests, and with `and_streams` all streams, have ended.
static void wait_for_flight(struct http_server *server, int grace_ms, bool and_streams)
{
    const int64_t end_us = clock_monotonic_us() + (int64_t)grace_ms * 1000;
    const struct timespec end = clock_timespec(end_us);
    int outcome = 0;
    pthread_mutex_lock(&server->mutex);
    while (
        (atomic_load(&server->in_flight) > 0 || (and_streams && atomic_load(&server->streams.count) > 0)) &&
        outcome == 0)
        outcome = pthread_cond_timedwait(&server->drained, &server->mutex, &end);
    pthread_mutex_unlock(&server->mutex);
}

void http_server_stop(struct http_server **server_slot, int grace_ms)
{
    struct http_server *server = *server_slot;
    *server_slot = NULL;
    if (!server) return;
    atomic_store(&server->is_draining, true);
    streams_end(&server->streams);
    wait_for_flight(server, grace_ms, false);
    atomic_store(&server->is_stopping, true);
    workers_stop(server->writers);
    workers_stop(server->workers);
    wait_for_flight(server, LAST_ANSWERS_MS, true);
    server_free(server);
}
