// One who watches: how far it has come, and its event stream in bytes. Guarded by the feed's mutex.
#pragma once

#include "app/feed.h"
#include "app/feed_topic.h"
#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The version of the stored candles, and how often it has changed.
struct feed_candles {
    uint64_t generation;
    char version[48];
};

struct feed_cursor {
    struct feed_topic *topic; // NULL: not watched
    int64_t begin;            // where the stream begins: the number of the event before it
    int64_t sent;             // number of the last event that was put into the stream
    int64_t end;              // of one that leaves: the last event it may see
    bool has_begun;
};

struct feed_watcher {
    struct feed_watcher *next;
    struct feed *feed;
    void (*wake)(void *context);
    void (*drop)(void *context);
    void *context;
    char *workspace_id;
    char *user_id;
    char *session_id;              // "" where nobody signs in
    char *token_id;                // "" without an API token
    bool is_operator;              // has the log of the instance
    struct feed_cursor cursors[2]; // of the workspace, of the instance
    bool has_position;             // the client has seen events before
    bool has_begun;
    bool must_reset; // events are lost to it
    bool must_ping;
    bool is_leaving; // its user may no longer watch: it gets what had happened until then
    bool has_ended;
    uint64_t candles_generation; // that was told

    struct buf backlog; // what it missed, to be sent first
    size_t backlog_sent;

    // What is being sent: a head of its own, then the rest of a shared message, which is found again by its
    // number.
    char head[320];
    size_t head_len, head_sent;
    int body_of; // index of the cursor whose newest sent message is the body; -1: none
    size_t body_sent;
};

// Not among the feed's watchers yet. NULL on lack of memory.
struct feed_watcher *feed_watcher_new(struct feed *feed, const struct feed_request *request);
void feed_watcher_free(struct feed_watcher *watcher);

// "12.5": event 12 of the workspace and 5 of the instance. False when the text is no position.
bool feed_watcher_set_position(struct feed_watcher *watcher, struct str position);

// It begins anew: nothing was seen, nothing missed.
void feed_watcher_forget(struct feed_watcher *watcher);

// An event that happened while the client was away.
void feed_watcher_add_missed(struct feed_watcher *watcher, size_t index, const struct event_row *event);

// Its user may no longer watch.
void feed_watcher_leave(struct feed_watcher *watcher);

// Whether what it needs next has left its topics.
bool feed_watcher_is_behind(const struct feed_watcher *watcher);

size_t feed_watcher_read(struct feed_watcher *watcher, const struct feed_candles *candles, char *out,
                         size_t max);
