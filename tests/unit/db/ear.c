#include "ear.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>

enum { PATIENCE_S = 20 };

const char *const CHANNELS[] = {"jobs", "plans", NULL};
const char *const NO_CHANNELS[] = {NULL};

void ear_keep(void *context, struct str channel, struct str payload)
{
    struct ear *ear = context;
    pthread_mutex_lock(&ear->mutex);
    if (ear->count == HEARD_MAX) abort();
    const size_t at = ear->count;
    if (!str_to_c(channel, ear->heard[at].channel, sizeof ear->heard[at].channel)) abort();
    if (!str_to_c(payload, ear->heard[at].payload, sizeof ear->heard[at].payload)) abort();
    ear->heard[at].when_us = clock_monotonic_us();
    ear->heard[at].thread = pthread_self();
    ear->count++;
    ear->is_waiting = ear->is_held;
    pthread_cond_broadcast(&ear->changed);
    while (ear->is_held)
        pthread_cond_wait(&ear->changed, &ear->mutex);
    ear->is_waiting = false;
    pthread_mutex_unlock(&ear->mutex);
}

struct ear *ear_new(struct db *db)
{
    struct ear *ear = calloc(1, sizeof *ear);
    assert_non_null(ear);
    ear->db = db;
    pthread_mutex_init(&ear->mutex, NULL);
    pthread_cond_init(&ear->changed, NULL);
    return ear;
}

struct ear *ear_of(struct db *db, const char *const *channels, int poll_ms)
{
    struct ear *ear = ear_new(db);
    const struct db_listening listening = {
        .channels = channels, .poll_ms = poll_ms, .handler = ear_keep, .context = ear};
    assert_ok(db_listen(db, &listening, &ear->listener, &seen_error));
    return ear;
}

struct ear *ear_on(struct db *db)
{
    return ear_of(db, CHANNELS, 0);
}

void ear_free(struct ear *ear)
{
    db_unlisten(&ear->listener);
    assert_null(ear->listener);
    pthread_cond_destroy(&ear->changed);
    pthread_mutex_destroy(&ear->mutex);
    free(ear);
}

static void set_held(struct ear *ear, bool is_held)
{
    pthread_mutex_lock(&ear->mutex);
    ear->is_held = is_held;
    pthread_cond_broadcast(&ear->changed);
    pthread_mutex_unlock(&ear->mutex);
}

void ear_release(struct ear *ear)
{
    set_held(ear, false);
}

// With the mutex held. How often it was told so.
static size_t count_of(const struct ear *ear, const char *channel, const char *payload)
{
    size_t count = 0;
    for (size_t i = 0; i < ear->count; i++)
        if (strcmp(ear->heard[i].channel, channel) == 0 && strcmp(ear->heard[i].payload, payload) == 0)
            count++;
    return count;
}

size_t ear_times(struct ear *ear, const char *channel, const char *payload)
{
    pthread_mutex_lock(&ear->mutex);
    const size_t count = count_of(ear, channel, payload);
    pthread_mutex_unlock(&ear->mutex);
    return count;
}

static struct timespec patience(void)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    return until;
}

void await_times(struct ear *ear, const char *channel, const char *payload, size_t wanted)
{
    const struct timespec until = patience();
    int result = 0;
    pthread_mutex_lock(&ear->mutex);
    while (count_of(ear, channel, payload) < wanted && result == 0)
        result = pthread_cond_timedwait(&ear->changed, &ear->mutex, &until);
    const size_t count = count_of(ear, channel, payload);
    pthread_mutex_unlock(&ear->mutex);
    if (count < wanted) fail_msg("\"%s\" \"%s\" came %zu times, not %zu", channel, payload, count, wanted);
}

void await(struct ear *ear, const char *channel, const char *payload)
{
    await_times(ear, channel, payload, 1);
}

void await_more_than(struct ear *ear, size_t count)
{
    const struct timespec until = patience();
    int result = 0;
    pthread_mutex_lock(&ear->mutex);
    while (ear->count <= count && result == 0)
        result = pthread_cond_timedwait(&ear->changed, &ear->mutex, &until);
    pthread_mutex_unlock(&ear->mutex);
    assert_int_equal(result, 0);
}

void ear_hold(struct ear *ear)
{
    const struct timespec until = patience();
    int result = 0;
    set_held(ear, true);
    db_notify(ear->db, "jobs", STR("hold"));
    pthread_mutex_lock(&ear->mutex);
    while (!ear->is_waiting && result == 0)
        result = pthread_cond_timedwait(&ear->changed, &ear->mutex, &until);
    pthread_mutex_unlock(&ear->mutex);
    assert_int_equal(result, 0);
}

void notify_numbers(struct db *db, const char *channel, int count)
{
    for (int i = 0; i < count; i++) {
        char payload[16];
        (void)snprintf(payload, sizeof payload, "%d", i);
        db_notify(db, channel, str_from_c(payload));
    }
}

// The handler reads what the notices are about.
struct board {
    atomic_int written, read, calls;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
};

static void read_board(void *context, struct str channel, struct str payload)
{
    struct board *board = context;
    (void)payload;
    if (channel.len == 0) abort(); // nothing here makes it look at everything
    atomic_fetch_add(&board->calls, 1);
    pthread_mutex_lock(&board->mutex);
    atomic_store(&board->read, atomic_load(&board->written));
    pthread_cond_broadcast(&board->changed);
    pthread_mutex_unlock(&board->mutex);
}

void write_in_a_burst(struct db *from, struct db *to)
{
    enum { BURST = 10000 };
    struct board board = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    struct db_listener *listener = NULL;
    const struct db_listening listening = {.channels = CHANNELS, .handler = read_board, .context = &board};
    assert_ok(db_listen(to, &listening, &listener, &seen_error));
    for (int i = 0; i < BURST; i++) {
        atomic_fetch_add(&board.written, 1);
        db_notify(from, "jobs", STR("same"));
    }
    const struct timespec until = patience();
    int result = 0;
    pthread_mutex_lock(&board.mutex);
    while (atomic_load(&board.read) < BURST && result == 0)
        result = pthread_cond_timedwait(&board.changed, &board.mutex, &until);
    pthread_mutex_unlock(&board.mutex);
    db_unlisten(&listener);
    assert_int_equal(atomic_load(&board.read), BURST);
    assert_in_range(atomic_load(&board.calls), 1, BURST);
}

void *crowd_run(void *argument)
{
    struct crowd *crowd = argument;
    for (uint64_t i = 0; !atomic_load(&crowd->is_over); i++) {
        char payload[32];
        (void)snprintf(payload, sizeof payload, "%d", (int)(i % 300));
        db_notify(crowd->db, i % 2 ? "jobs" : "plans", str_from_c(payload));
    }
    return NULL;
}
