#include "app/feed.h"

#include "app/feed_state.h"
#include "app/notice.h"
#include "base/clock.h"
#include "base/limits.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    READ_AT_ONCE = 256, // events of a log
    REGISTER_TRIES = 8,
};

// ---- topics; with the mutex held

static struct feed_topic *find_topic(struct feed *feed, struct str log)
{
    struct feed_topic *topic = feed->topics;
    while (topic && !str_eq(str_from_c(topic->log), log))
        topic = topic->next;
    return topic;
}

static struct feed_topic *get_topic(struct feed *feed, struct str log, int64_t last)
{
    struct feed_topic *topic = find_topic(feed, log);
    if (topic) return topic;
    topic = feed_topic_new(log, last);
    if (!topic) return NULL;
    topic->next = feed->topics;
    feed->topics = topic;
    return topic;
}

// What is appended between the look at the log and the registration shows at the next look.
static void mark_stale(struct feed *feed, struct feed_topic *topic)
{
    topic->is_stale = feed->has_stale_topic = true;
    pthread_cond_signal(&feed->urged);
}

static void wake_watchers(struct feed *feed, const struct feed_topic *topic)
{
    for (struct feed_watcher *watcher = feed->watchers; watcher; watcher = watcher->next) {
        if (watcher->cursors[0].topic != topic && watcher->cursors[1].topic != topic) continue;
        if (feed_watcher_is_behind(watcher))
            watcher->drop(watcher->context);
        else
            watcher->wake(watcher->context);
    }
}

static void free_unwatched(struct feed *feed)
{
    struct feed_topic **link = &feed->topics;
    while (*link) {
        struct feed_topic *topic = *link;
        if (topic->watcher_count > 0) {
            link = &topic->next;
            continue;
        }
        *link = topic->next;
        feed_topic_free(topic);
    }
}

// ---- the feed's thread

static enum status list_events(const struct app *app, struct event_page page, struct arena *arena,
                               struct event_list *out_list, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(event_store_list(tx, page, arena, out_list, error));
    return db_commit(&tx, error);
}

static bool append_all(struct feed *feed, struct feed_topic *topic, const struct event_list *list)
{
    bool is_whole = true;
    pthread_mutex_lock(&feed->mutex);
    for (size_t i = 0; i < list->count && is_whole; i++) {
        is_whole = feed_topic_append(topic, &list->items[i]);
        if (str_eq(list->items[i].type, STR("workspace")) || str_eq(list->items[i].type, STR("member")))
            feed->must_check_rights = true;
    }
    if (list->count > 0) wake_watchers(feed, topic);
    pthread_mutex_unlock(&feed->mutex);
    return is_whole;
}

// Only this thread appends to topics and frees them, so that it may keep one without the mutex.
static bool read_on(struct feed *feed, struct feed_topic *topic)
{
    struct event_list list;
    do {
        ARENA_SCOPE(arena, 64 * MIB);
        const struct event_page page = {str_from_c(topic->log), topic->last, READ_AT_ONCE};
        if (list_events(feed->app, page, &arena, &list, NULL) != STATUS_OK) return false;
        if (!append_all(feed, topic, &list)) return false;
    } while (list.count == READ_AT_ONCE);
    return true;
}

static bool read_topic(struct feed *feed, struct feed_topic *topic)
{
    feed->is_blind = !read_on(feed, topic);
    return !feed->is_blind;
}

void feed_read_log(struct feed *feed, struct str log)
{
    pthread_mutex_lock(&feed->mutex);
    struct feed_topic *topic = find_topic(feed, log);
    pthread_mutex_unlock(&feed->mutex);
    if (topic) (void)read_topic(feed, topic);
}

static struct feed_topic *take_stale(struct feed *feed)
{
    pthread_mutex_lock(&feed->mutex);
    struct feed_topic *topic = feed->topics;
    while (topic && !topic->is_stale)
        topic = topic->next;
    if (topic) topic->is_stale = false;
    feed->has_stale_topic = topic != NULL;
    pthread_mutex_unlock(&feed->mutex);
    return topic;
}

// What cannot be read now is looked at again at the next poll.
static void read_stale(struct feed *feed)
{
    struct feed_topic *topic;
    while ((topic = take_stale(feed)) && read_topic(feed, topic))
        continue;
    if (!topic) return;
    pthread_mutex_lock(&feed->mutex);
    feed->has_stale_topic = false;
    pthread_mutex_unlock(&feed->mutex);
}

// Silence says that nothing is known.
static void ping(struct feed *feed)
{
    pthread_mutex_lock(&feed->mutex);
    free_unwatched(feed);
    for (struct feed_watcher *watcher = feed->watchers; watcher && !feed->is_blind; watcher = watcher->next) {
        watcher->must_ping = true;
        watcher->wake(watcher->context);
    }
    pthread_mutex_unlock(&feed->mutex);
}

// Until there is something to do; *out_must_check: rights may have changed. False at the end.
static bool wait_for_turn(struct feed *feed, int64_t until_us, bool *out_must_check)
{
    const struct timespec until = clock_timespec(until_us);
    int result = 0;
    pthread_mutex_lock(&feed->mutex);
    while (!feed->has_stale_topic && !feed->must_check_rights && !feed->is_ending && result == 0)
        result = pthread_cond_timedwait(&feed->urged, &feed->mutex, &until);
    *out_must_check = feed->must_check_rights;
    const bool goes_on = !feed->is_ending;
    pthread_mutex_unlock(&feed->mutex);
    return goes_on;
}

static void *serve(void *argument)
{
    struct feed *feed = argument;
    const int64_t beat_us = (int64_t)FEED_PING_S * 1000000, rights_us = (int64_t)FEED_RIGHTS_S * 1000000;
    int64_t next_beat_us = clock_monotonic_us() + beat_us, check_at_us = next_beat_us;
    bool must_check;
    while (wait_for_turn(feed, next_beat_us, &must_check)) {
        const int64_t now_us = clock_monotonic_us();
        read_stale(feed);
        if (must_check || now_us >= check_at_us) {
            feed_check_rights(feed);
            check_at_us = now_us + rights_us;
        }
        if (now_us < next_beat_us) continue;
        ping(feed);
        next_beat_us = clock_monotonic_us() + beat_us;
    }
    return NULL;
}

void feed_on_notice(struct feed *feed, struct str channel, struct str payload)
{
    if (channel.len && !str_eq(channel, STR(NOTICE_EVENTS))) return;
    pthread_mutex_lock(&feed->mutex);
    for (struct feed_topic *topic = feed->topics; topic; topic = topic->next)
        if (channel.len == 0 || str_eq(str_from_c(topic->log), payload)) mark_stale(feed, topic);
    pthread_mutex_unlock(&feed->mutex);
}

void feed_on_candles(void *context, uint64_t data_version)
{
    struct feed *feed = context;
    pthread_mutex_lock(&feed->mutex);
    feed->candles.generation++;
    (void)snprintf(feed->candles.version, sizeof feed->candles.version, "%016llx-%llu",
                   (unsigned long long)feed->process_tag, (unsigned long long)data_version);
    for (struct feed_watcher *watcher = feed->watchers; watcher; watcher = watcher->next)
        watcher->wake(watcher->context);
    pthread_mutex_unlock(&feed->mutex);
}

// ---- watching

// The logs of a watcher: of its workspace, and of the instance where it may see that.
struct logs {
    struct str names[2];
    size_t count;
};

// Where a log stands for a watcher: what it missed goes into its backlog. A position that the log does not
// reach back to, or has not come to yet, is lost.
static enum status catch_up(const struct app *app, struct feed_watcher *watcher, size_t index, struct str log,
                            struct error *error)
{
    ARENA_SCOPE(arena, 64 * MIB);
    struct feed_cursor *cursor = &watcher->cursors[index];
    struct event_list list = {.count = 0};
    int64_t last;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(event_store_last_number(tx, log, &last, error));
    const bool is_known = watcher->has_position && cursor->sent <= last;
    if (is_known)
        TRY(event_store_list(tx, (struct event_page){log, cursor->sent, 2 * EVENT_LOG_LENGTH}, &arena, &list,
                             error));
    TRY(db_commit(&tx, error));
    const bool is_whole =
        is_known && (list.count ? list.items[0].number == cursor->sent + 1 : cursor->sent == last);
    if (watcher->has_position && !is_whole) watcher->must_reset = true;
    if (!is_whole) cursor->sent = last;
    if (!cursor->has_begun) cursor->begin = cursor->sent;
    cursor->has_begun = true;
    for (size_t i = 0; is_whole && i < list.count; i++)
        feed_watcher_add_missed(watcher, index, &list.items[i]);
    return watcher->backlog.failed ? error_no_memory(error) : STATUS_OK;
}

static enum status catch_up_all(const struct app *app, struct feed_watcher *watcher, const struct logs *logs,
                                struct error *error)
{
    for (size_t i = 0; i < logs->count; i++)
        TRY(catch_up(app, watcher, i, logs->names[i], error));
    if (!watcher->must_reset || !watcher->has_position) return STATUS_OK;
    feed_watcher_forget(watcher); // lost in one log is lost: it begins now in all of them
    return catch_up_all(app, watcher, logs, error);
}

// With the mutex held. False when a topic has dropped what comes next for the watcher.
static bool join_topics(struct feed *feed, struct feed_watcher *watcher, const struct logs *logs)
{
    for (size_t i = 0; i < logs->count; i++) {
        struct feed_topic *topic = get_topic(feed, logs->names[i], watcher->cursors[i].sent);
        if (!topic || feed_topic_first(topic) > watcher->cursors[i].sent + 1) return false;
        watcher->cursors[i].topic = topic;
        topic->watcher_count++;
        mark_stale(feed, topic);
    }
    return true;
}

static void leave_topics(struct feed_watcher *watcher)
{
    for (size_t i = 0; i < 2; i++) {
        if (watcher->cursors[i].topic) watcher->cursors[i].topic->watcher_count--;
        watcher->cursors[i].topic = NULL;
    }
}

// Catches up and joins; where more happens in between than a topic holds, again.
static enum status follow(struct feed *feed, struct feed_watcher *watcher, const struct logs *logs,
                          struct error *error)
{
    for (int i = 0; i < REGISTER_TRIES; i++) {
        TRY(catch_up_all(feed->app, watcher, logs, error));
        watcher->has_position = true; // another look goes on where this one ended
        pthread_mutex_lock(&feed->mutex);
        const bool has_joined = join_topics(feed, watcher, logs);
        if (has_joined) {
            watcher->next = feed->watchers;
            feed->watchers = watcher;
        } else {
            leave_topics(watcher);
        }
        pthread_mutex_unlock(&feed->mutex);
        if (has_joined) return STATUS_OK;
    }
    return error_set(error, STATUS_UNAVAILABLE, NULL, "more happens than can be followed; try again");
}

enum status feed_watch(struct feed *feed, const struct feed_request *request,
                       struct feed_watcher **out_watcher, struct error *error)
{
    struct feed_watcher *watcher = feed_watcher_new(feed, request);
    if (!watcher) return error_no_memory(error);
    const struct logs logs = {.names = {request->workspace_id, STR("")},
                              .count = request->is_operator ? 2 : 1};
    watcher->has_position = feed_watcher_set_position(watcher, request->position);
    const enum status status = follow(feed, watcher, &logs, error);
    if (status == STATUS_OK)
        *out_watcher = watcher;
    else
        feed_watcher_free(watcher);
    return status;
}

size_t feed_read(struct feed_watcher *watcher, char *out, size_t max, bool *out_has_ended)
{
    struct feed *feed = watcher->feed;
    pthread_mutex_lock(&feed->mutex);
    const size_t len = feed_watcher_read(watcher, &feed->candles, out, max);
    *out_has_ended = watcher->has_ended && len == 0;
    pthread_mutex_unlock(&feed->mutex);
    return len;
}

void feed_unwatch(struct feed_watcher *watcher)
{
    struct feed *feed = watcher->feed;
    pthread_mutex_lock(&feed->mutex);
    struct feed_watcher **link = &feed->watchers;
    while (*link != watcher)
        link = &(*link)->next;
    *link = watcher->next;
    leave_topics(watcher);
    pthread_mutex_unlock(&feed->mutex);
    feed_watcher_free(watcher);
}

// ---- open and close

static void init_sync(struct feed *feed)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&feed->urged, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&feed->mutex, NULL);
}

enum status feed_open(const struct app *app, uint64_t process_tag, struct feed **out_feed,
                      struct error *error)
{
    struct feed *feed = calloc(1, sizeof *feed);
    if (!feed) return error_no_memory(error);
    feed->app = app;
    feed->process_tag = process_tag;
    init_sync(feed);
    feed_on_candles(feed, 0);
    feed->has_thread = pthread_create(&feed->thread, NULL, serve, feed) == 0;
    if (feed->has_thread) {
        *out_feed = feed;
        return STATUS_OK;
    }
    feed_close(feed);
    return error_set(error, STATUS_INTERNAL, NULL, "cannot start the thread that tells events");
}

void feed_close(struct feed *feed)
{
    if (!feed) return;
    pthread_mutex_lock(&feed->mutex);
    feed->is_ending = true;
    pthread_cond_signal(&feed->urged);
    pthread_mutex_unlock(&feed->mutex);
    if (feed->has_thread) pthread_join(feed->thread, NULL);
    free_unwatched(feed);
    pthread_cond_destroy(&feed->urged);
    pthread_mutex_destroy(&feed->mutex);
    free(feed);
}
