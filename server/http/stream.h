// Answers that go on: what lies between a source that has bytes now and then (http_stream_source) and a
// connection of libmicrohttpd that sleeps, suspended, in between.
#pragma once

#include "base/error.h"
#include "http/http.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// The open streams of a server.
struct streams {
    size_t max_count;
    int peers_fd;          // epoll: tells once of each peer that has closed
    pthread_mutex_t mutex; // guards everything below, and that no stream in the list is freed
    bool has_ended;        // none is opened any more
    _Atomic size_t count;  // may be read without it
    struct http_stream *first;
};

void streams_init(struct streams *streams);
enum status streams_start(struct streams *streams, size_t max_count, struct error *error);
void streams_done(struct streams *streams); // all have been freed

// A stream over `source`, which it takes over, on a connection whose socket stays open until stream_free has
// returned. NULL when there are max_count, after streams_end and when memory is short; the source is still
// the caller's then.
struct http_stream *stream_new(struct streams *streams, const struct http_stream_source *source,
                               struct MHD_Connection *connection, int fd);

// What libmicrohttpd calls for the next bytes (MHD_ContentReaderCallback), with the stream as its context.
ssize_t stream_read(void *context, uint64_t position, char *out, size_t max);

// Tells the source that it is over. Nothing of libmicrohttpd may call stream_read any more.
void stream_free(struct http_stream *stream);

// Of the body, so far. For the thread that reads and frees it.
uint64_t stream_sent_bytes(const struct http_stream *stream);

// Every stream sends its end as soon as its peer takes it, and no new one begins. After it no stream is, or
// will be, suspended: what libmicrohttpd wants before it is stopped.
void streams_end(struct streams *streams);

// Aborts the streams whose peer has closed, or whose socket somebody shut down. Does not block.
void streams_notice_peers(struct streams *streams);
