#include "http/connection.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <linux/tcp.h> // netinet/tcp.h has no tcpi_bytes_acked
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    PHASE_BITS = 4,
    PHASE_MASK = (1 << PHASE_BITS) - 1,
    BODY_RATE_GRACE_US = 5000000,
    BODY_RATE_BYTES_PER_S = 1024,
    REFUSE_US = 1000000, // time for the client to read the refusal
    TICK_US_MAX = 250000,
    TICKS_PER_DEADLINE = 8,
    STREAM_LOOKS_PER_STALL = 8, // each is a system call for each stream
};

struct connections {
    struct connection_limits limits;
    struct connection_listener listener;
    pthread_t reaper;
    pthread_mutex_t mutex; // guards everything below, and that no fd is closed while the reaper uses it
    pthread_cond_t stop_asked;
    bool is_stopping;
    struct connection *slots;
    size_t used_count; // slots that were ever taken
    struct connection *free;
};

static uint64_t pack(enum connection_phase phase, int64_t start_us)
{
    return (uint64_t)start_us << PHASE_BITS | (uint64_t)phase;
}

static enum connection_phase phase_of(uint64_t watch)
{
    return (enum connection_phase)(watch & PHASE_MASK);
}

static int64_t start_of(uint64_t watch)
{
    return (int64_t)(watch >> PHASE_BITS);
}

bool connection_enter(struct connection *connection, enum connection_phase phase)
{
    const uint64_t next = pack(phase, clock_monotonic_us());
    uint64_t present = atomic_load(&connection->watch);
    do {
        if (phase_of(present) == CONNECTION_REAPED) return false;
    } while (!atomic_compare_exchange_weak(&connection->watch, &present, next));
    return true;
}

static bool is_too_slow(int64_t elapsed_us, uint64_t received)
{
    if (elapsed_us <= BODY_RATE_GRACE_US) return false;
    return received < (uint64_t)(elapsed_us / 1000000) * BODY_RATE_BYTES_PER_S;
}

bool connection_is_overdue(const struct connection_limits *limits, enum connection_phase phase,
                           int64_t start_us, int64_t now_us, uint64_t received)
{
    const int64_t elapsed_us = now_us - start_us;
    switch (phase) {
    case CONNECTION_IDLE: return elapsed_us > limits->idle_us;
    case CONNECTION_HEAD: return elapsed_us > limits->head_us;
    case CONNECTION_BODY: return elapsed_us > limits->body_us || is_too_slow(elapsed_us, received);
    case CONNECTION_UPLOAD: return elapsed_us > limits->upload_us || is_too_slow(elapsed_us, received);
    case CONNECTION_ANSWER:
    case CONNECTION_STREAM: return elapsed_us > limits->write_stall_us;
    case CONNECTION_REFUSE: return elapsed_us > REFUSE_US;
    case CONNECTION_WORK:
    case CONNECTION_REAPED: return false;
    }
    return false;
}

// Whether the peer has something left to confirm. Notes when it last confirmed something.
static bool is_behind(struct connection *connection, int64_t now_us)
{
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    if (getsockopt(connection->fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return true;
    if (info.tcpi_bytes_acked != connection->acked_bytes) {
        connection->acked_bytes = info.tcpi_bytes_acked;
        connection->acked_us = now_us;
    }
    return info.tcpi_unacked > 0 || info.tcpi_notsent_bytes > 0;
}

// When the peer last confirmed something of the answer that began at `start_us`. Looks only once the answer
// has taken a while, so that quick ones cost no system call.
static int64_t last_progress_us(const struct connections *connections, struct connection *connection,
                                int64_t start_us, int64_t now_us)
{
    if (now_us - start_us < connections->limits.write_stall_us / 4) return start_us;
    (void)is_behind(connection, now_us);
    return connection->acked_us > start_us ? connection->acked_us : start_us;
}

// The same of a stream, which may have nothing to send for hours: now, while nothing is left to confirm. A
// stall is counted from the first look that finds the peer behind. What libmicrohttpd holds back shows here
// too: it does so only while the kernel has more than it can send.
static int64_t last_stream_progress_us(const struct connections *connections, struct connection *connection,
                                       int64_t now_us)
{
    if (now_us - connection->looked_us < connections->limits.write_stall_us / STREAM_LOOKS_PER_STALL)
        return now_us;
    const bool was_behind = connection->was_behind;
    connection->looked_us = now_us;
    connection->was_behind = is_behind(connection, now_us);
    if (!was_behind || !connection->was_behind) connection->acked_us = now_us;
    return connection->acked_us;
}

// Otherwise the kernel would keep the rest of the answer, and the connection, for the peer that does not read
// it.
static void discard_unsent(int fd)
{
    const struct linger reset = {.l_onoff = 1, .l_linger = 0};
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
}

static void reap_if_overdue(struct connections *connections, struct connection *connection, int64_t now_us)
{
    uint64_t watch = atomic_load(&connection->watch);
    const enum connection_phase phase = phase_of(watch);
    int64_t start_us = start_of(watch);
    if (phase == CONNECTION_ANSWER) start_us = last_progress_us(connections, connection, start_us, now_us);
    if (phase == CONNECTION_STREAM) start_us = last_stream_progress_us(connections, connection, now_us);
    if (!connection_is_overdue(&connections->limits, phase, start_us, now_us,
                               atomic_load(&connection->received)))
        return;
    if (!atomic_compare_exchange_strong(&connection->watch, &watch, pack(CONNECTION_REAPED, now_us))) return;
    if (phase == CONNECTION_ANSWER || phase == CONNECTION_STREAM) discard_unsent(connection->fd);
    if (phase == CONNECTION_HEAD || phase == CONNECTION_BODY || phase == CONNECTION_UPLOAD)
        connections->listener.farewell(connections->listener.context, connection);
    (void)shutdown(connection->fd, SHUT_RDWR); // wakes the event thread, which closes it; a stream that
                                               // sleeps is woken after the round
}

static int64_t min_us(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t tick_us(const struct connection_limits *limits)
{
    int64_t shortest_us = min_us(limits->head_us, limits->body_us);
    shortest_us = min_us(shortest_us, min_us(limits->upload_us, limits->idle_us));
    shortest_us = min_us(shortest_us, limits->write_stall_us);
    return min_us(TICK_US_MAX, shortest_us / TICKS_PER_DEADLINE + 1000);
}

static void go_round(struct connections *connections, int64_t now_us)
{
    pthread_mutex_lock(&connections->mutex);
    for (size_t i = 0; i < connections->used_count; i++)
        reap_if_overdue(connections, &connections->slots[i], now_us);
    pthread_mutex_unlock(&connections->mutex);
    connections->listener.round(connections->listener.context);
}

// False when the reaper is to stop.
static bool wait_until(struct connections *connections, int64_t end_us)
{
    const struct timespec end = clock_timespec(end_us);
    int outcome = 0;
    pthread_mutex_lock(&connections->mutex);
    while (!connections->is_stopping && outcome == 0)
        outcome = pthread_cond_timedwait(&connections->stop_asked, &connections->mutex, &end);
    const bool goes_on = !connections->is_stopping;
    pthread_mutex_unlock(&connections->mutex);
    return goes_on;
}

static void *reap(void *argument)
{
    struct connections *connections = argument;
    const int64_t tick = tick_us(&connections->limits);
    int64_t now_us;
    do {
        now_us = clock_monotonic_us();
        go_round(connections, now_us);
    } while (wait_until(connections, now_us + tick));
    return NULL;
}

static void init_stop_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

static void release(struct connections *connections)
{
    pthread_cond_destroy(&connections->stop_asked);
    pthread_mutex_destroy(&connections->mutex);
    free(connections->slots);
    free(connections);
}

enum status connections_new(const struct connection_limits *limits,
                            const struct connection_listener *listener, struct connections **out_connections,
                            struct error *error)
{
    struct connections *connections = calloc(1, sizeof *connections);
    struct connection *slots = calloc(limits->max_connections, sizeof *slots);
    if (!connections || !slots) {
        free(slots);
        free(connections);
        return error_no_memory(error);
    }
    connections->limits = *limits;
    connections->listener = *listener;
    connections->slots = slots;
    pthread_mutex_init(&connections->mutex, NULL);
    init_stop_condition(&connections->stop_asked);
    if (pthread_create(&connections->reaper, NULL, reap, connections) != 0) {
        release(connections);
        return error_set(error, STATUS_INTERNAL, NULL, "cannot start the thread that watches connections");
    }
    *out_connections = connections;
    return STATUS_OK;
}

void connections_free(struct connections *connections)
{
    if (!connections) return;
    pthread_mutex_lock(&connections->mutex);
    connections->is_stopping = true;
    pthread_cond_signal(&connections->stop_asked);
    pthread_mutex_unlock(&connections->mutex);
    pthread_join(connections->reaper, NULL);
    release(connections);
}

static void format_peer(const struct sockaddr *address, char peer[static INET6_ADDRSTRLEN])
{
    const void *bytes = NULL;
    if (address && address->sa_family == AF_INET)
        bytes = &((const struct sockaddr_in *)(const void *)address)->sin_addr;
    if (address && address->sa_family == AF_INET6)
        bytes = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
    if (!bytes || !inet_ntop(address->sa_family, bytes, peer, INET6_ADDRSTRLEN)) peer[0] = '\0';
    const char mapped[] = "::ffff:"; // an IPv4 client of a dual-stack socket
    if (strncmp(peer, mapped, sizeof mapped - 1) == 0 && strchr(peer, '.'))
        memmove(peer, peer + sizeof mapped - 1, strlen(peer + sizeof mapped - 1) + 1);
}

static struct connection *take_slot(struct connections *connections)
{
    struct connection *slot = connections->free;
    if (slot)
        connections->free = slot->next_free;
    else if (connections->used_count < connections->limits.max_connections)
        slot = &connections->slots[connections->used_count++];
    return slot;
}

struct connection *connections_add(struct connections *connections, int fd, const struct sockaddr *address)
{
    pthread_mutex_lock(&connections->mutex);
    struct connection *slot = take_slot(connections);
    if (slot) {
        slot->fd = fd;
        slot->acked_bytes = 0;
        slot->acked_us = 0;
        slot->looked_us = 0;
        slot->was_behind = false;
        format_peer(address, slot->peer);
        atomic_store(&slot->received, 0);
        atomic_store(&slot->watch, pack(CONNECTION_HEAD, clock_monotonic_us()));
    }
    pthread_mutex_unlock(&connections->mutex);
    return slot;
}

void connections_remove(struct connections *connections, struct connection *connection)
{
    pthread_mutex_lock(&connections->mutex);
    atomic_store(&connection->watch, pack(CONNECTION_REAPED, 0));
    connection->next_free = connections->free;
    connections->free = connection;
    pthread_mutex_unlock(&connections->mutex);
}
