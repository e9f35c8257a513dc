#include "http/stream.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PEERS_AT_ONCE = 64 };

enum stream_end {
    STREAM_GOES_ON,
    STREAM_FINISHES, // with the end of its body
    STREAM_ABORTS,   // what is unsent is thrown away
};

// The event thread of the connection reads; any thread wakes. A connection is suspended and resumed with
// `mutex` held: so no wake falls between "nothing now" and the suspension, each suspension is resumed once,
// and a stream is not freed before whoever wakes it has come out of libmicrohttpd. It is safe there: both
// calls take the lock of libmicrohttpd's lists alone, under which it never calls us.
struct http_stream {
    struct streams *streams;
    struct http_stream_source source;
    struct MHD_Connection *connection;
    int fd;
    pthread_mutex_t mutex; // guards the next three
    bool is_asleep;        // suspended
    bool is_woken;         // since the last read began
    enum stream_end end;
    bool is_open;        // the event thread's, as what follows
    size_t used_bytes;   // of the library's buffer, since its pages were last given back
    uint64_t sent_bytes; // of the body
    struct http_stream *next;
    struct http_stream **link; // what points to it; guarded by streams.mutex, as `next`
};

void streams_init(struct streams *streams)
{
    *streams = (struct streams){.peers_fd = -1};
    pthread_mutex_init(&streams->mutex, NULL);
}

enum status streams_start(struct streams *streams, size_t max_count, struct error *error)
{
    streams->max_count = max_count;
    streams->peers_fd = epoll_create1(EPOLL_CLOEXEC);
    if (streams->peers_fd >= 0) return STATUS_OK;
    return error_set(error, STATUS_INTERNAL, NULL, "cannot watch the peers of streams");
}

void streams_done(struct streams *streams)
{
    if (streams->peers_fd >= 0) close(streams->peers_fd);
    pthread_mutex_destroy(&streams->mutex);
}

static bool list_stream(struct streams *streams, struct http_stream *stream)
{
    pthread_mutex_lock(&streams->mutex);
    const bool has_room = streams->count < streams->max_count && !streams->has_ended;
    if (has_room) {
        stream->next = streams->first;
        stream->link = &streams->first;
        if (stream->next) stream->next->link = &stream->next;
        streams->first = stream;
        streams->count++;
    }
    pthread_mutex_unlock(&streams->mutex);
    return has_room;
}

// From here on no event of its peer is seen and streams_end does not see it.
static void unlist_stream(struct http_stream *stream)
{
    struct streams *streams = stream->streams;
    pthread_mutex_lock(&streams->mutex);
    if (stream->is_open) (void)epoll_ctl(streams->peers_fd, EPOLL_CTL_DEL, stream->fd, NULL);
    *stream->link = stream->next;
    if (stream->next) stream->next->link = stream->link;
    streams->count--;
    pthread_mutex_unlock(&streams->mutex);
}

struct http_stream *stream_new(struct streams *streams, const struct http_stream_source *source,
                               struct MHD_Connection *connection, int fd)
{
    struct http_stream *stream = malloc(sizeof *stream);
    if (!stream) return NULL;
    *stream = (struct http_stream){
        .streams = streams,
        .source = *source,
        .connection = connection,
        .fd = fd,
        .used_bytes = SIZE_MAX, // the request was read into the same memory
    };
    pthread_mutex_init(&stream->mutex, NULL);
    if (list_stream(streams, stream)) return stream;
    pthread_mutex_destroy(&stream->mutex);
    free(stream);
    return NULL;
}

void stream_free(struct http_stream *stream)
{
    unlist_stream(stream);
    pthread_mutex_lock(&stream->mutex); // whoever resumed the connection has come out
    pthread_mutex_unlock(&stream->mutex);
    stream->source.closed(stream->source.source);
    pthread_mutex_destroy(&stream->mutex);
    free(stream);
}

uint64_t stream_sent_bytes(const struct http_stream *stream)
{
    return stream->sent_bytes;
}

// A peer that has closed already is told of at once. Without memory for the watch, writing will find out.
static void open_stream(struct http_stream *stream)
{
    struct epoll_event event = {.events = EPOLLRDHUP | EPOLLONESHOT, .data.ptr = stream};
    stream->is_open = true;
    (void)epoll_ctl(stream->streams->peers_fd, EPOLL_CTL_ADD, stream->fd, &event);
    stream->source.opened(stream->source.source, stream);
}

static enum stream_end begin_read(struct http_stream *stream)
{
    pthread_mutex_lock(&stream->mutex);
    stream->is_woken = false;
    const enum stream_end end = stream->end;
    pthread_mutex_unlock(&stream->mutex);
    return end;
}

// The buffer is all that is free of the connection's memory, most of a stream's cost while it sleeps. Nothing
// is kept in it between two reads, so the kernel may have the whole pages that were written to.
static void give_pages_back(struct http_stream *stream, char *buffer, size_t size)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    const uintptr_t begin = ((uintptr_t)buffer + page - 1) & ~(page - 1);
    const uintptr_t end = ((uintptr_t)buffer + size) & ~(page - 1);
    const uintptr_t skipped = begin - (uintptr_t)buffer;
    if (stream->used_bytes > skipped && end > begin)
        (void)madvise(buffer + skipped, end - begin, MADV_DONTNEED);
    stream->used_bytes = 0;
}

static void sleep_until_woken(struct http_stream *stream)
{
    pthread_mutex_lock(&stream->mutex);
    MHD_suspend_connection(stream->connection);
    if (stream->is_woken)
        MHD_resume_connection(stream->connection); // the event loop comes back to it in its turn
    else
        stream->is_asleep = true;
    pthread_mutex_unlock(&stream->mutex);
}

ssize_t stream_read(void *context, uint64_t position, char *out, size_t max)
{
    struct http_stream *stream = context;
    (void)position;
    if (!stream->is_open) open_stream(stream);
    switch (begin_read(stream)) {
    case STREAM_FINISHES: return MHD_CONTENT_READER_END_OF_STREAM;
    case STREAM_ABORTS: return MHD_CONTENT_READER_END_WITH_ERROR;
    case STREAM_GOES_ON: break;
    }
    const size_t len = stream->source.read(stream->source.source, out, max);
    if (len == HTTP_STREAM_END) return MHD_CONTENT_READER_END_OF_STREAM;
    if (len > stream->used_bytes) stream->used_bytes = len;
    stream->sent_bytes += len;
    if (len > 0) return (ssize_t)len;
    give_pages_back(stream, out, max);
    sleep_until_woken(stream);
    return 0;
}

static void wake(struct http_stream *stream, enum stream_end end)
{
    pthread_mutex_lock(&stream->mutex);
    if (end > stream->end) stream->end = end;
    stream->is_woken = true;
    if (stream->is_asleep) MHD_resume_connection(stream->connection);
    stream->is_asleep = false;
    pthread_mutex_unlock(&stream->mutex);
}

void http_stream_wake(struct http_stream *stream)
{
    wake(stream, STREAM_GOES_ON);
}

// An event thread that waits for room to write hears of it by its socket.
void http_stream_abort(struct http_stream *stream)
{
    const struct linger reset = {.l_onoff = 1, .l_linger = 0};
    (void)setsockopt(stream->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    (void)shutdown(stream->fd, SHUT_RDWR);
    wake(stream, STREAM_ABORTS);
}

void streams_end(struct streams *streams)
{
    pthread_mutex_lock(&streams->mutex);
    streams->has_ended = true;
    for (struct http_stream *stream = streams->first; stream; stream = stream->next)
        wake(stream, STREAM_FINISHES);
    pthread_mutex_unlock(&streams->mutex);
}

void streams_notice_peers(struct streams *streams)
{
    struct epoll_event events[PEERS_AT_ONCE];
    int count;
    pthread_mutex_lock(&streams->mutex);
    do {
        count = streams->count ? epoll_wait(streams->peers_fd, events, PEERS_AT_ONCE, 0) : 0;
        for (int i = 0; i < count; i++)
            http_stream_abort(events[i].data.ptr);
    } while (count == PEERS_AT_ONCE);
    pthread_mutex_unlock(&streams->mutex);
}
