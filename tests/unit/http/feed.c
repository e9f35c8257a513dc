#include "feed.h"

#include "client.h"

#include "base/clock.h"
#include "unit/unit.h"

#include <string.h>

// With the mutex held.
static void wake(struct feed *feed)
{
    if (feed->stream) http_stream_wake(feed->stream);
}

static size_t read_feed(void *source, char *out, size_t max)
{
    struct feed *feed = source;
    pthread_mutex_lock(&feed->mutex);
    assert_non_null(feed->stream);
    size_t len = feed->is_endless || feed->unread > max ? max : feed->unread;
    memset(out, 'x', len);
    feed->read_count++;
    feed->read_bytes += len;
    if (!feed->is_endless) feed->unread -= len;
    if (len == 0 && feed->is_over) len = HTTP_STREAM_END;
    if (len == 0 && feed->late) {
        feed->late--;
        feed->unread++;
        wake(feed);
    }
    pthread_mutex_unlock(&feed->mutex);
    return len;
}

static void open_feed(void *source, struct http_stream *stream)
{
    struct feed *feed = source;
    pthread_mutex_lock(&feed->mutex);
    feed->stream = stream;
    feed->opened_count++;
    pthread_cond_broadcast(&feed->changed);
    pthread_mutex_unlock(&feed->mutex);
}

static void close_feed(void *source)
{
    struct feed *feed = source;
    pthread_mutex_lock(&feed->mutex);
    feed->stream = NULL;
    feed->closed_count++;
    pthread_cond_broadcast(&feed->changed);
    pthread_mutex_unlock(&feed->mutex);
}

void feed_init(struct feed *feed)
{
    *feed = (struct feed){.stream = NULL};
    pthread_mutex_init(&feed->mutex, NULL);
    pthread_cond_init(&feed->changed, NULL);
}

void feed_done(struct feed *feed)
{
    pthread_cond_destroy(&feed->changed);
    pthread_mutex_destroy(&feed->mutex);
}

struct http_stream_source feed_source(struct feed *feed)
{
    return (struct http_stream_source){
        .read = read_feed, .opened = open_feed, .closed = close_feed, .source = feed};
}

void feed_say(struct feed *feed, size_t count)
{
    pthread_mutex_lock(&feed->mutex);
    feed->unread += count;
    wake(feed);
    pthread_mutex_unlock(&feed->mutex);
}

void feed_say_endlessly(struct feed *feed)
{
    pthread_mutex_lock(&feed->mutex);
    feed->is_endless = true;
    wake(feed);
    pthread_mutex_unlock(&feed->mutex);
}

void feed_end(struct feed *feed)
{
    pthread_mutex_lock(&feed->mutex);
    feed->is_over = true;
    wake(feed);
    pthread_mutex_unlock(&feed->mutex);
}

void feed_abort(struct feed *feed)
{
    pthread_mutex_lock(&feed->mutex);
    if (feed->stream) http_stream_abort(feed->stream);
    pthread_mutex_unlock(&feed->mutex);
}

static size_t look_at(struct feed *feed, const size_t *number)
{
    pthread_mutex_lock(&feed->mutex);
    const size_t value = *number;
    pthread_mutex_unlock(&feed->mutex);
    return value;
}

size_t feed_read_bytes(struct feed *feed)
{
    return look_at(feed, &feed->read_bytes);
}

size_t feed_read_count(struct feed *feed)
{
    return look_at(feed, &feed->read_count);
}

size_t feed_opened_count(struct feed *feed)
{
    return look_at(feed, &feed->opened_count);
}

size_t feed_closed_count(struct feed *feed)
{
    return look_at(feed, &feed->closed_count);
}

static void await(struct feed *feed, const size_t *count)
{
    const int64_t end_us = clock_wall_us() + CLIENT_PATIENCE_MS * 1000;
    const struct timespec end = {.tv_sec = end_us / 1000000, .tv_nsec = end_us % 1000000 * 1000};
    int outcome = 0;
    pthread_mutex_lock(&feed->mutex);
    while (*count == 0 && outcome == 0)
        outcome = pthread_cond_timedwait(&feed->changed, &feed->mutex, &end);
    pthread_mutex_unlock(&feed->mutex);
    if (outcome != 0) fail_msg("the stream is not what was waited for");
}

void feed_await_opened(struct feed *feed)
{
    await(feed, &feed->opened_count);
}

void feed_await_closed(struct feed *feed)
{
    await(feed, &feed->closed_count);
}
