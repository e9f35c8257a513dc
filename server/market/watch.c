#include "market/watch.h"

#include "base/clock.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

struct watch {
    int64_t interval_ms;
    void (*look)(void *context);
    void *context;
    pthread_t thread;
    pthread_mutex_t mutex; // guards what follows; not held while looking
    pthread_cond_t changed;
    bool is_stopping;
    uint64_t wanted_count; // looks that are to be begun at once
    uint64_t begun_count, ended_count;
};

// With the mutex held.
static void sleep_between(struct watch *watch)
{
    const int64_t deadline_us = clock_monotonic_us() + watch->interval_ms * 1000;
    const struct timespec deadline = clock_timespec(deadline_us);
    while (!watch->is_stopping && watch->begun_count >= watch->wanted_count &&
           clock_monotonic_us() < deadline_us)
        (void)pthread_cond_timedwait(&watch->changed, &watch->mutex, &deadline);
}

static void *run(void *context)
{
    struct watch *watch = context;
    pthread_mutex_lock(&watch->mutex);
    while (!watch->is_stopping) {
        watch->begun_count++;
        pthread_mutex_unlock(&watch->mutex);
        watch->look(watch->context);
        pthread_mutex_lock(&watch->mutex);
        watch->ended_count++;
        pthread_cond_broadcast(&watch->changed);
        sleep_between(watch);
    }
    pthread_mutex_unlock(&watch->mutex);
    return NULL;
}

static void watch_free(struct watch *watch)
{
    pthread_cond_destroy(&watch->changed);
    pthread_mutex_destroy(&watch->mutex);
    free(watch);
}

enum status watch_start(int64_t interval_ms, void (*look)(void *context), void *context,
                        struct watch **out_watch, struct error *error)
{
    struct watch *watch = calloc(1, sizeof *watch);
    if (!watch) return error_no_memory(error);
    *watch = (struct watch){.interval_ms = interval_ms, .look = look, .context = context};
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&watch->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&watch->mutex, NULL);
    if (pthread_create(&watch->thread, NULL, run, watch) != 0) {
        watch_free(watch);
        return error_set(error, STATUS_INTERNAL, NULL, "no thread could be started for the market data");
    }
    *out_watch = watch;
    return STATUS_OK;
}

void watch_look_now(struct watch *watch)
{
    pthread_mutex_lock(&watch->mutex);
    const uint64_t wanted = watch->begun_count + 1;
    if (watch->wanted_count < wanted) watch->wanted_count = wanted;
    pthread_cond_broadcast(&watch->changed);
    while (watch->ended_count < wanted)
        pthread_cond_wait(&watch->changed, &watch->mutex);
    pthread_mutex_unlock(&watch->mutex);
}

void watch_stop(struct watch *watch)
{
    if (!watch) return;
    pthread_mutex_lock(&watch->mutex);
    watch->is_stopping = true;
    pthread_cond_broadcast(&watch->changed);
    pthread_mutex_unlock(&watch->mutex);
    pthread_join(watch->thread, NULL);
    watch_free(watch);
}
