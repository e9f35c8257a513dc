// The newest events of one log in memory, shared by all who watch it. Guarded by the feed's mutex.
#pragma once

#include "base/str.h"
#include "store/event_store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FEED_TOPIC_BYTES = 256 * 1024 }; // a watcher that is further behind is too slow

// "event: …\ndata: …\n\n", of one event.
struct feed_message {
    struct feed_message *next;
    int64_t number;
    size_t len;
    char text[];
};

struct feed_topic {
    struct feed_topic *next;
    char *log;
    int64_t last; // number of the newest event that was read
    size_t watcher_count;
    bool is_stale; // there may be newer ones
    struct feed_message *oldest, *newest;
    size_t bytes;
};

// NULL on lack of memory. `last`: where the log stands.
struct feed_topic *feed_topic_new(struct str log, int64_t last);
void feed_topic_free(struct feed_topic *topic);

// The next event, number last + 1 or, where the log has forgotten some, later. False on lack of memory.
bool feed_topic_append(struct feed_topic *topic, const struct event_row *event);

// Number of the oldest event that is here, or of the next that will be.
int64_t feed_topic_first(const struct feed_topic *topic);

// The message of that number, or the first behind it; NULL when there is none yet.
const struct feed_message *feed_topic_find(const struct feed_topic *topic, int64_t number);
