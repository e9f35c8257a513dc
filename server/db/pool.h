// A bounded set of connections lent to one thread at a time. Safe for all threads; waiters are served before
// newcomers.
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pool {
    pthread_mutex_t mutex;
    pthread_cond_t given_back;
    void **idle; // stack: the one used last is lent first, its caches are warm
    size_t idle_count;
    size_t waiting;
};

// Room for `capacity` connections, none of them in it yet. False when memory is short.
bool pool_init(struct pool *pool, size_t capacity);
void pool_done(struct pool *pool); // frees the pool, not the connections

// The connection, or NULL when none came back before `deadline_us` (clock_monotonic_us).
void *pool_take(struct pool *pool, int64_t deadline_us);

// As pool_give, but only if somebody waits, who has it then for sure. False: it is still the caller's.
bool pool_give_if_awaited(struct pool *pool, void *connection);

// Puts a connection in, at first or again.
void pool_give(struct pool *pool, void *connection);
