#include "db/listener.h"

#include "base/clock.h"
#include "base/log.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { FAREWELL_MAX_US = 1000 * 1000 };

// ---- giving notice: any thread

static bool hears(const struct db_listener *listener, struct str channel)
{
    for (size_t i = 0; i < listener->channel_count; i++)
        if (str_eq(str_from_c(listener->channels[i]), channel)) return true;
    return channel.len == 0;
}

// Only what comes into an empty queue wakes: before the rest is taken, that is taken.
static void put(const struct db_listener *listener, struct notice_queue *queue, struct str channel,
                struct str payload)
{
    if (notice_queue_put(queue, channel, payload)) (void)eventfd_write(listener->wake_fd, 1);
}

void db_notify(struct db *db, const char *channel_name, struct str payload)
{
    struct str channel = str_from_c(channel_name);
    if (!notice_is_valid(channel, payload)) {
        LOG(LOG_ERROR, "notice_invalid", LOG_TEXT("channel", channel), LOG_TEXT("payload", payload));
        channel = payload = STR("");
    }
    struct db_listeners *listeners = &db->listeners;
    pthread_mutex_lock(&listeners->mutex);
    for (struct db_listener *listener = listeners->first; listener; listener = listener->next) {
        if (listener->link && listener == listeners->first) put(listener, listener->outbox, channel, payload);
        if (hears(listener, channel)) put(listener, listener->inbox, channel, payload);
    }
    pthread_mutex_unlock(&listeners->mutex);
}

// ---- the listener's thread

static bool is_stopping(struct db_listener *listener)
{
    pthread_mutex_lock(&listener->db->listeners.mutex);
    const bool is_stopping = listener->is_stopping;
    pthread_mutex_unlock(&listener->db->listeners.mutex);
    return is_stopping;
}

// Empties the queue; what was in it is the spare one then.
static const struct notice_queue *take(struct db_listener *listener, struct notice_queue **queue)
{
    struct notice_queue *empty = listener->spare;
    empty->count = 0;
    pthread_mutex_lock(&listener->db->listeners.mutex);
    listener->spare = *queue;
    *queue = empty;
    pthread_mutex_unlock(&listener->db->listeners.mutex);
    return listener->spare;
}

const struct notice_queue *listener_take_unsent(struct db_listener *listener)
{
    const struct notice_queue *unsent = take(listener, &listener->outbox);
    return unsent->count ? unsent : NULL;
}

void listener_owe_everything(struct db_listener *listener)
{
    pthread_mutex_lock(&listener->db->listeners.mutex);
    (void)notice_queue_put(listener->outbox, STR(""), STR(""));
    pthread_mutex_unlock(&listener->db->listeners.mutex);
}

void listener_tell(struct db_listener *listener, struct str channel, struct str payload)
{
    if (listener->is_silent) return;
    listener->handler(listener->context, channel, payload);
    if (channel.len == 0 && listener->poll_us)
        listener->poll_at_us = clock_monotonic_us() + listener->poll_us;
}

static void tell_inbox(struct db_listener *listener)
{
    const struct notice_queue *taken = take(listener, &listener->inbox);
    for (size_t i = 0; i < taken->count; i++)
        listener_tell(listener, notice_channel(&taken->notices[i]), notice_payload(&taken->notices[i]));
}

static enum link_state step_link(struct db_listener *listener)
{
    return listener->link ? listener->db->ops->link->step(listener->link) : LINK_IDLE;
}

// Until somebody wakes, the link has something to do, or the time has come.
static void sleep_until(struct db_listener *listener, int64_t until_us)
{
    struct pollfd waits[2] = {{.fd = listener->wake_fd, .events = POLLIN}, {.fd = -1}};
    if (listener->link) waits[1] = listener->db->ops->link->wait(listener->link, &until_us);
    eventfd_t wakes;
    if (db_wait_for(waits, 2, until_us) && waits[0].revents) (void)eventfd_read(listener->wake_fd, &wakes);
}

// What this process has to tell the others is sent before it stops to listen.
static void say_farewell(struct db_listener *listener)
{
    const int64_t deadline_us = clock_monotonic_us() + FAREWELL_MAX_US;
    listener->is_silent = true;
    while (step_link(listener) == LINK_BUSY && clock_monotonic_us() < deadline_us)
        sleep_until(listener, deadline_us);
}

static void *run(void *argument)
{
    struct db_listener *listener = argument;
    listener->is_silent = false;
    while (!is_stopping(listener)) {
        (void)step_link(listener); // first, since it only sends and the handler may take its time
        tell_inbox(listener);
        if (clock_monotonic_us() >= listener->poll_at_us) listener_tell(listener, STR(""), STR(""));
        sleep_until(listener, listener->poll_at_us);
    }
    say_farewell(listener);
    return NULL;
}

// ---- begin and end

static void listener_free(struct db_listener *listener)
{
    if (listener->link) listener->db->ops->link->close(listener->link);
    if (listener->wake_fd >= 0) close(listener->wake_fd);
    free(listener);
}

static enum status set_channels(struct db_listener *listener, const char *const *channels,
                                struct error *error)
{
    for (size_t i = 0; channels[i]; i++) {
        const struct str channel = str_from_c(channels[i]);
        if (i == LIMIT_NOTICE_CHANNELS)
            return error_set(error, STATUS_INTERNAL, NULL, "a listener has at most %d channels",
                             LIMIT_NOTICE_CHANNELS);
        if (channel.len == 0 || !notice_is_valid(channel, STR("")))
            return error_set(error, STATUS_INTERNAL, NULL, "\"%s\" is no name of a channel", channels[i]);
        (void)str_to_c(channel, listener->channels[i], sizeof listener->channels[i]);
        listener->channel_count++;
    }
    return STATUS_OK;
}

static enum status begin(struct db_listener *listener, const struct db_listening *listening,
                         struct error *error)
{
    const struct db_link_ops *link = listener->db->ops->link;
    const int64_t now_us = clock_monotonic_us();
    TRY(set_channels(listener, listening->channels, error));
    listener->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (listener->wake_fd < 0)
        return error_set(error, STATUS_INTERNAL, NULL, "no file descriptor for a listener is left");
    if (link)
        TRY(link->open(listener, now_us + (int64_t)listener->db->wait_ms * 1000, &listener->link, error));
    listener->poll_us = (int64_t)listening->poll_ms * 1000;
    listener->poll_at_us = listening->poll_ms > 0 ? now_us + listener->poll_us : INT64_MAX;
    if (pthread_create(&listener->thread, NULL, run, listener) != 0)
        return error_set(error, STATUS_INTERNAL, NULL, "no thread could be started for a listener");
    return STATUS_OK;
}

static void add(struct db_listener *listener)
{
    struct db_listeners *listeners = &listener->db->listeners;
    pthread_mutex_lock(&listeners->mutex);
    struct db_listener **place = &listeners->first;
    while (*place)
        place = &(*place)->next;
    *place = listener;
    pthread_mutex_unlock(&listeners->mutex);
}

enum status db_listen(struct db *db, const struct db_listening *listening, struct db_listener **out_listener,
                      struct error *error)
{
    struct db_listener *listener = calloc(1, sizeof *listener);
    if (!listener) return error_no_memory(error);
    listener->db = db;
    listener->handler = listening->handler;
    listener->context = listening->context;
    listener->wake_fd = -1;
    listener->is_silent = true;
    listener->inbox = &listener->queues[0];
    listener->outbox = &listener->queues[1];
    listener->spare = &listener->queues[2];
    const enum status status = begin(listener, listening, error);
    if (status != STATUS_OK) {
        listener_free(listener);
        return status;
    }
    add(listener);
    *out_listener = listener;
    return STATUS_OK;
}

void db_unlisten(struct db_listener **listener)
{
    struct db_listener *ending = *listener;
    if (!ending) return;
    struct db_listeners *listeners = &ending->db->listeners;
    pthread_mutex_lock(&listeners->mutex);
    struct db_listener **place = &listeners->first;
    while (*place != ending)
        place = &(*place)->next;
    *place = ending->next; // the next one, if it was the first, sends from now on
    ending->is_stopping = true;
    (void)eventfd_write(ending->wake_fd, 1);
    pthread_mutex_unlock(&listeners->mutex);
    pthread_join(ending->thread, NULL);
    listener_free(ending);
    *listener = NULL;
}
