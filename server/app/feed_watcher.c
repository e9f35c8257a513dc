#include "app/feed_watcher.h"

#include "base/limits.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BACKLOG_MAX (64 * MIB)

static char *copy_of(struct str text)
{
    return strndup(text.len ? text.ptr : "", text.len);
}

struct feed_watcher *feed_watcher_new(struct feed *feed, const struct feed_request *request)
{
    struct feed_watcher *watcher = calloc(1, sizeof *watcher);
    if (!watcher) return NULL;
    *watcher = (struct feed_watcher){
        .feed = feed,
        .wake = request->wake,
        .drop = request->drop,
        .context = request->context,
        .workspace_id = copy_of(request->workspace_id),
        .user_id = copy_of(request->user_id),
        .session_id = copy_of(request->session_id),
        .token_id = copy_of(request->token_id),
        .is_operator = request->is_operator,
        .backlog = {.max_bytes = BACKLOG_MAX},
        .body_of = -1,
    };
    if (watcher->workspace_id && watcher->user_id && watcher->session_id && watcher->token_id) return watcher;
    feed_watcher_free(watcher);
    return NULL;
}

void feed_watcher_free(struct feed_watcher *watcher)
{
    buf_done(&watcher->backlog);
    free(watcher->workspace_id);
    free(watcher->user_id);
    free(watcher->session_id);
    free(watcher->token_id);
    free(watcher);
}

bool feed_watcher_set_position(struct feed_watcher *watcher, struct str position)
{
    struct str rest = position, first, second;
    int64_t numbers[2];
    if (position.len == 0 || position.len > FEED_POSITION_MAX) return false;
    if (!str_split(&rest, '.', &first) || !str_split(&rest, '.', &second) || rest.ptr) return false;
    if (!str_to_int64(first, &numbers[0]) || !str_to_int64(second, &numbers[1])) return false;
    if (numbers[0] < 0 || numbers[1] < 0) return false;
    for (size_t i = 0; i < 2; i++)
        watcher->cursors[i].sent = numbers[i];
    return true;
}

void feed_watcher_forget(struct feed_watcher *watcher)
{
    buf_clear(&watcher->backlog);
    watcher->has_position = false;
    for (size_t i = 0; i < 2; i++)
        watcher->cursors[i] = (struct feed_cursor){.sent = 0};
}

void feed_watcher_add_missed(struct feed_watcher *watcher, size_t index, const struct event_row *event)
{
    watcher->cursors[index].sent = event->number;
    buf_append_format(&watcher->backlog, "id: %" PRId64 ".%" PRId64 "\nevent: ", watcher->cursors[0].sent,
                      watcher->cursors[1].sent);
    buf_append_str(&watcher->backlog, event->type);
    buf_append_str(&watcher->backlog, STR("\ndata: "));
    buf_append_str(&watcher->backlog, event->data);
    buf_append_str(&watcher->backlog, STR("\n\n"));
}

void feed_watcher_leave(struct feed_watcher *watcher)
{
    if (watcher->is_leaving) return;
    watcher->is_leaving = true;
    for (size_t i = 0; i < 2; i++)
        watcher->cursors[i].end = watcher->cursors[i].topic ? watcher->cursors[i].topic->last : 0;
}

bool feed_watcher_is_behind(const struct feed_watcher *watcher)
{
    for (int i = 0; i < 2; i++) {
        const struct feed_cursor *cursor = &watcher->cursors[i];
        // the message that is being sent must stay, too
        const int64_t needed = watcher->body_of == i ? cursor->sent : cursor->sent + 1;
        if (cursor->topic && feed_topic_first(cursor->topic) > needed) return true;
    }
    return false;
}

// ---- what is sent next

static size_t copy_some(const char *text, size_t len, size_t *sent, char *out, size_t max)
{
    const size_t left = len - *sent, count = left < max ? left : max;
    memcpy(out, text + *sent, count);
    *sent += count;
    return count;
}

static void add_text(struct feed_watcher *watcher, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add_text(struct feed_watcher *watcher, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    watcher->head_len += (size_t)vsnprintf(watcher->head + watcher->head_len,
                                           sizeof watcher->head - watcher->head_len, format, arguments);
    va_end(arguments);
}

static void set_position(struct feed_watcher *watcher, int64_t first, int64_t second)
{
    watcher->head_len = watcher->head_sent = 0;
    add_text(watcher, "id: %" PRId64 ".%" PRId64 "\n", first, second);
}

// An event with one member, behind its position.
static void add_event(struct feed_watcher *watcher, const char *type, const char *member, const char *value)
{
    add_text(watcher, "event: %s\ndata: {\"%s\":\"%s\"}\n\n", type, member, value);
}

static void set_ping(struct feed_watcher *watcher)
{
    static const char text[] = "event: ping\ndata: {}\n\n";
    memcpy(watcher->head, text, sizeof text);
    watcher->head_len = sizeof text - 1;
    watcher->head_sent = 0;
    watcher->must_ping = false;
}

static bool take_message(struct feed_watcher *watcher, int index)
{
    struct feed_cursor *cursor = &watcher->cursors[index];
    if (watcher->is_leaving && cursor->sent >= cursor->end) return false;
    const struct feed_message *message =
        cursor->topic ? feed_topic_find(cursor->topic, cursor->sent + 1) : NULL;
    if (!message) return false;
    cursor->sent = message->number;
    set_position(watcher, watcher->cursors[0].sent, watcher->cursors[1].sent);
    watcher->body_of = index;
    watcher->body_sent = 0;
    return true;
}

static void take_candles(struct feed_watcher *watcher, const struct feed_candles *candles)
{
    set_position(watcher, watcher->cursors[0].sent, watcher->cursors[1].sent);
    add_event(watcher, "candles", "data_version", candles->version);
    watcher->candles_generation = candles->generation;
}

// The first event tells where the stream begins, so that a client that comes back misses nothing; then, if it
// has missed something that is forgotten, that.
static void begin(struct feed_watcher *watcher, const struct feed_candles *candles)
{
    set_position(watcher, watcher->cursors[0].begin, watcher->cursors[1].begin);
    add_text(watcher, "retry: 1000\n");
    add_event(watcher, "candles", "data_version", candles->version);
    if (watcher->must_reset)
        add_event(watcher, "reset", "reason", "the log of events no longer reaches back so far");
    watcher->candles_generation = candles->generation;
    watcher->has_begun = true;
}

// Chooses what comes next and puts its beginning into the head; false: nothing.
static bool take_next(struct feed_watcher *watcher, const struct feed_candles *candles)
{
    if (take_message(watcher, 0) || take_message(watcher, 1)) return true;
    watcher->has_ended = watcher->is_leaving;
    if (watcher->has_ended) return false;
    if (watcher->candles_generation != candles->generation)
        take_candles(watcher, candles);
    else if (watcher->must_ping)
        set_ping(watcher);
    else
        return false;
    return true;
}

static size_t send_body(struct feed_watcher *watcher, char *out, size_t max)
{
    const struct feed_cursor *cursor = &watcher->cursors[watcher->body_of];
    const struct feed_message *message = feed_topic_find(cursor->topic, cursor->sent);
    if (!message) {
        watcher->has_ended = true; // too slow: what it was in the middle of is gone
        return 0;
    }
    const size_t count = copy_some(message->text, message->len, &watcher->body_sent, out, max);
    if (watcher->body_sent == message->len) watcher->body_of = -1;
    return count;
}

static size_t send_backlog(struct feed_watcher *watcher, char *out, size_t max)
{
    const size_t count =
        copy_some(watcher->backlog.data, watcher->backlog.len, &watcher->backlog_sent, out, max);
    if (watcher->backlog_sent < watcher->backlog.len) return count;
    buf_done(&watcher->backlog);
    watcher->backlog = (struct buf){.max_bytes = 1};
    watcher->backlog_sent = 0;
    return count;
}

size_t feed_watcher_read(struct feed_watcher *watcher, const struct feed_candles *candles, char *out,
                         size_t max)
{
    size_t len = 0;
    if (feed_watcher_is_behind(watcher)) watcher->has_ended = true;
    while (len < max && !watcher->has_ended) {
        if (!watcher->has_begun)
            begin(watcher, candles);
        else if (watcher->head_sent < watcher->head_len)
            len += copy_some(watcher->head, watcher->head_len, &watcher->head_sent, out + len, max - len);
        else if (watcher->body_of >= 0)
            len += send_body(watcher, out + len, max - len);
        else if (watcher->backlog_sent < watcher->backlog.len)
            len += send_backlog(watcher, out + len, max - len);
        else if (!take_next(watcher, candles))
            break;
    }
    return len;
}
