// Private to the feed: what its files share.
#pragma once

#include "app/feed.h"
#include "app/feed_topic.h"
#include "app/feed_watcher.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct feed {
    const struct app *app;
    uint64_t process_tag;
    pthread_t thread;
    bool has_thread;
    pthread_mutex_t mutex; // guards what follows, topics and watchers
    pthread_cond_t urged;
    struct feed_topic *topics;
    struct feed_watcher *watchers;
    struct feed_candles candles;
    bool has_stale_topic;
    bool must_check_rights;
    bool is_ending;
    bool is_blind; // what happens could not be read at the last look; the feed's thread's alone
};

// On the feed's thread: reads what the log has by now, if somebody watches it.
void feed_read_log(struct feed *feed, struct str log);

// On the feed's thread: looks whether all who watch still may, and sends away those who may not.
void feed_check_rights(struct feed *feed);
