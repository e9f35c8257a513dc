#include "api/handlers.h"

#include "app/me.h"

#include <stdlib.h>

// A stream of the feed's bytes to one client; lives until the stream is closed.
struct event_stream {
    struct feed_watcher *watcher;
    // set by `opened`, before which nothing needs to be woken; read with the feed's lock held
    struct http_stream *_Atomic stream;
};

static void wake(void *context)
{
    struct event_stream *events = context;
    struct http_stream *stream = events->stream;
    if (stream) http_stream_wake(stream);
}

static void drop(void *context)
{
    struct event_stream *events = context;
    struct http_stream *stream = events->stream;
    if (stream) http_stream_abort(stream);
}

static size_t read_events(void *source, char *out, size_t max)
{
    const struct event_stream *events = source;
    bool has_ended;
    const size_t len = feed_read(events->watcher, out, max, &has_ended);
    return has_ended ? HTTP_STREAM_END : len;
}

static void opened(void *source, struct http_stream *stream)
{
    struct event_stream *events = source;
    events->stream = stream;
}

static void closed(void *source)
{
    struct event_stream *events = source;
    feed_unwatch(events->watcher);
    free(events);
}

// Browsers send the header by themselves; a program, or another tab that takes the stream over, may put it
// into the address.
static struct str last_event_id(const struct http_request *request)
{
    const struct str id = http_request_header(request, STR("Last-Event-ID"));
    return id.len ? id : http_request_query(request, STR("last_event_id"));
}

enum status events_stream(struct api_call *call)
{
    struct event_stream *events = calloc(1, sizeof *events);
    if (!events) return error_no_memory(call->error);
    const struct feed_request request = {
        .workspace_id = call->workspace_id,
        .user_id = call->user_id,
        .session_id = call->has_session ? call->session.id : STR(""),
        .token_id = call->token_id,
        .is_operator = call->session.is_operator && !call->is_by_token,
        .position = last_event_id(call->request),
        .wake = wake,
        .drop = drop,
        .context = events,
    };
    const enum status status = feed_watch(call->api->feed, &request, &events->watcher, call->error);
    if (status != STATUS_OK) {
        free(events);
        return status;
    }
    http_response_header(call->response, STR("Content-Type"), STR("text/event-stream; charset=utf-8"));
    http_response_header(call->response, STR("X-Accel-Buffering"), STR("no")); // nginx passes it on at once
    call->response->stream = (struct http_stream_source){
        .read = read_events, .opened = opened, .closed = closed, .source = events};
    return STATUS_OK;
}
