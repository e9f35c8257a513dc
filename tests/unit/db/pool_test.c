#include "base/clock.h"
#include "db/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { SOON_US = 20 * 1000, LATE_US = 10 * 1000 * 1000 };

static void the_one_given_last_is_taken_first(void **state)
{
    (void)state;
    struct pool pool;
    int a, b;
    assert_true(pool_init(&pool, 2));
    pool_give(&pool, &a);
    pool_give(&pool, &b);
    assert_ptr_equal(pool_take(&pool, 0), &b);
    assert_ptr_equal(pool_take(&pool, 0), &a);
    pool_done(&pool);
}

static void an_empty_pool_answers_null_at_the_deadline(void **state)
{
    (void)state;
    struct pool pool;
    assert_true(pool_init(&pool, 1));
    assert_null(pool_take(&pool, 0));
    const int64_t deadline_us = clock_monotonic_us() + SOON_US;
    assert_null(pool_take(&pool, deadline_us));
    assert_true(clock_monotonic_us() >= deadline_us);
    pool_done(&pool);
}

struct worker {
    struct pool *pool;
    atomic_int *in_use;
    int taken;
};

enum { WORKERS = 8, ROUNDS = 2000, CONNECTIONS = 3 };

// A connection is an int that nobody else may count up at the same time: the thread sanitizer watches too.
static void *take_and_give(void *argument)
{
    struct worker *worker = argument;
    for (int i = 0; i < ROUNDS; i++) {
        int *connection = pool_take(worker->pool, clock_monotonic_us() + LATE_US);
        if (!connection || atomic_fetch_add(worker->in_use, 1) >= CONNECTIONS) abort();
        ++*connection;
        worker->taken++;
        atomic_fetch_sub(worker->in_use, 1);
        pool_give(worker->pool, connection);
    }
    return NULL;
}

static void many_threads_share_a_few_and_none_goes_without(void **state)
{
    (void)state;
    struct pool pool;
    int connections[CONNECTIONS] = {0}, taken = 0;
    atomic_int in_use = 0;
    pthread_t threads[WORKERS];
    struct worker workers[WORKERS];
    assert_true(pool_init(&pool, CONNECTIONS));
    for (size_t i = 0; i < CONNECTIONS; i++)
        pool_give(&pool, &connections[i]);
    for (size_t i = 0; i < WORKERS; i++) {
        workers[i] = (struct worker){.pool = &pool, .in_use = &in_use};
        assert_int_equal(pthread_create(&threads[i], NULL, take_and_give, &workers[i]), 0);
    }
    for (size_t i = 0; i < WORKERS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        taken += workers[i].taken;
    }
    assert_int_equal(taken, WORKERS * ROUNDS);
    assert_int_equal(connections[0] + connections[1] + connections[2], taken);
    pool_done(&pool);
}

static void *take_one(void *pool)
{
    return pool_take(pool, clock_monotonic_us() + LATE_US);
}

static bool has_waiter(struct pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    const bool waits = pool->waiting > 0;
    pthread_mutex_unlock(&pool->mutex);
    return waits;
}

static void who_waits_is_served_before_who_comes(void **state)
{
    (void)state;
    struct pool pool;
    int connection;
    void *got;
    pthread_t waiter;
    assert_true(pool_init(&pool, 1));
    assert_int_equal(pthread_create(&waiter, NULL, take_one, &pool), 0);
    while (!has_waiter(&pool))
        (void)sched_yield();
    pool_give(&pool, &connection);
    assert_null(pool_take(&pool, clock_monotonic_us() + SOON_US)); // the waiter has it and keeps it
    assert_int_equal(pthread_join(waiter, &got), 0);
    assert_ptr_equal(got, &connection);
    pool_done(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_one_given_last_is_taken_first),
        cmocka_unit_test(an_empty_pool_answers_null_at_the_deadline),
        cmocka_unit_test(many_threads_share_a_few_and_none_goes_without),
        cmocka_unit_test(who_waits_is_served_before_who_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
