#include "db/pool.h"

#include "base/clock.h"

#include <errno.h>
#include <stdlib.h>

bool pool_init(struct pool *pool, size_t capacity)
{
    *pool = (struct pool){.idle = calloc(capacity, sizeof *pool->idle)};
    if (!pool->idle) return false;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&pool->given_back, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&pool->mutex, NULL);
    return true;
}

void pool_done(struct pool *pool)
{
    if (!pool->idle) return;
    pthread_cond_destroy(&pool->given_back);
    pthread_mutex_destroy(&pool->mutex);
    free(pool->idle);
    pool->idle = NULL;
}

// Waits for a signal; false when the deadline passed and still nothing is idle.
static bool wait_for_idle(struct pool *pool, int64_t deadline_us)
{
    const struct timespec until = clock_timespec(deadline_us);
    int result = 0;
    pool->waiting++;
    do
        result = pthread_cond_timedwait(&pool->given_back, &pool->mutex, &until);
    while (pool->idle_count == 0 && result != ETIMEDOUT);
    pool->waiting--;
    return pool->idle_count > 0;
}

void *pool_take(struct pool *pool, int64_t deadline_us)
{
    void *connection = NULL;
    pthread_mutex_lock(&pool->mutex);
    const bool go = (pool->idle_count > 0 && pool->waiting == 0) || wait_for_idle(pool, deadline_us);
    if (go) connection = pool->idle[--pool->idle_count];
    // a signal that came while nobody else waited is passed on
    if (pool->idle_count > 0 && pool->waiting > 0) pthread_cond_signal(&pool->given_back);
    pthread_mutex_unlock(&pool->mutex);
    return connection;
}

static void put_in(struct pool *pool, void *connection)
{
    pool->idle[pool->idle_count++] = connection;
    pthread_cond_signal(&pool->given_back);
}

void pool_give(struct pool *pool, void *connection)
{
    pthread_mutex_lock(&pool->mutex);
    put_in(pool, connection);
    pthread_mutex_unlock(&pool->mutex);
}

// Whoever waits looks once more before giving up, so it does not matter that its deadline may pass now.
bool pool_give_if_awaited(struct pool *pool, void *connection)
{
    pthread_mutex_lock(&pool->mutex);
    const bool is_awaited = pool->waiting > pool->idle_count;
    if (is_awaited) put_in(pool, connection);
    pthread_mutex_unlock(&pool->mutex);
    return is_awaited;
}
