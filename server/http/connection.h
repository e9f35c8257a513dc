// One record per TCP connection, and the reaper that ends connections which take too long: libmicrohttpd
// itself knows inactivity only, so a client that sends a byte now and then would hold its place for ever.
#pragma once

#include "base/error.h"

#include <netinet/in.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum connection_phase {
    CONNECTION_IDLE,   // between requests
    CONNECTION_HEAD,   // a request head is arriving
    CONNECTION_BODY,   // a request body is arriving
    CONNECTION_UPLOAD, // the same, of one that goes to a file
    CONNECTION_WORK,   // a handler runs: no deadline of ours
    CONNECTION_ANSWER, // the response is being sent
    CONNECTION_STREAM, // a response that goes on: may be idle for ever
    CONNECTION_REFUSE, // answered already; what still comes is thrown away until the socket is closed
    CONNECTION_REAPED, // over: the socket is shut down
};

struct connection_limits {
    size_t max_connections;
    int64_t idle_us;
    int64_t head_us;        // from the connection's start or a request's first line to the end of its head
    int64_t body_us;        // from the end of the head to the end of the body
    int64_t upload_us;      // the same of a body that goes to a file
    int64_t write_stall_us; // in which the peer has something of the response to confirm, and does not
};

struct connection {
    _Atomic uint64_t watch;    // phase and when it began, packed: changed by the event thread and the reaper
    _Atomic uint64_t received; // bytes of the body so far
    int fd;
    char peer[INET6_ADDRSTRLEN]; // numeric address, NUL-terminated
    uint64_t acked_bytes;        // the reaper's: what the peer had confirmed when last looked
    int64_t acked_us;            // the reaper's: when that changed
    int64_t looked_us;           // the reaper's: when it last looked at a stream
    bool was_behind;             // the reaper's: the peer had not confirmed all of a stream then
    struct connection *next_free;
};

// Whether a connection that has been in `phase` since `start_us` is over at `now_us`. A body must also arrive
// with at least 1 KiB/s once it has taken 5 s. Pure function; `start_us` of CONNECTION_ANSWER and
// CONNECTION_STREAM is the last progress.
bool connection_is_overdue(const struct connection_limits *limits, enum connection_phase phase,
                           int64_t start_us, int64_t now_us, uint64_t received);

// What the reaper tells; must not block. It runs a few times a second.
struct connection_listener {
    // Before it shuts an overdue connection down whose request is still arriving, with nothing of an answer
    // sent yet.
    void (*farewell)(void *context, const struct connection *connection);
    // After each round over all connections, with no lock held.
    void (*round)(void *context);
    void *context;
};

struct connections;

enum status connections_new(const struct connection_limits *limits,
                            const struct connection_listener *listener, struct connections **out_connections,
                            struct error *error);
void connections_free(struct connections *connections);

// A record for a fresh socket, in CONNECTION_HEAD. NULL when all are taken. The socket must stay open until
// connections_remove has returned.
struct connection *connections_add(struct connections *connections, int fd, const struct sockaddr *address);
void connections_remove(struct connections *connections, struct connection *connection);

// The next phase begins now. False when the reaper was faster: the connection is dead.
bool connection_enter(struct connection *connection, enum connection_phase phase);
