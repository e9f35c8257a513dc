#include "unit/unit.h"

#include "http/workers.h"

#include <pthread.h>
#include <stdatomic.h>

enum { JOBS = 20000 };

// Counts what ran; a job that is `gate` waits until it is opened.
struct fixture {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool is_open;
    size_t waiting;
    _Atomic size_t ran[JOBS];
    _Atomic size_t total;
    size_t order[JOBS]; // with one worker only
};

static struct fixture fixture;
static char gate;

static int set_up(void **state)
{
    (void)state;
    fixture = (struct fixture){.is_open = false};
    pthread_mutex_init(&fixture.mutex, NULL);
    pthread_cond_init(&fixture.changed, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pthread_cond_destroy(&fixture.changed);
    pthread_mutex_destroy(&fixture.mutex);
    return 0;
}

static void wait_at_gate(void)
{
    pthread_mutex_lock(&fixture.mutex);
    fixture.waiting++;
    pthread_cond_broadcast(&fixture.changed);
    while (!fixture.is_open)
        pthread_cond_wait(&fixture.changed, &fixture.mutex);
    pthread_mutex_unlock(&fixture.mutex);
}

static void await_waiting(size_t count)
{
    pthread_mutex_lock(&fixture.mutex);
    while (fixture.waiting < count)
        pthread_cond_wait(&fixture.changed, &fixture.mutex);
    pthread_mutex_unlock(&fixture.mutex);
}

static void open_gate(void)
{
    pthread_mutex_lock(&fixture.mutex);
    fixture.is_open = true;
    pthread_cond_broadcast(&fixture.changed);
    pthread_mutex_unlock(&fixture.mutex);
}

static void run(void *context, size_t worker, void *job)
{
    (void)context, (void)worker;
    if (job == &gate) {
        wait_at_gate();
        return;
    }
    _Atomic size_t *counter = job;
    atomic_fetch_add(counter, 1);
    fixture.order[atomic_fetch_add(&fixture.total, 1)] = (size_t)(counter - fixture.ran);
}

static struct workers *make_workers(size_t threads, size_t capacity)
{
    struct workers *workers = NULL;
    assert_int_equal(workers_new(threads, capacity, run, NULL, &workers, NULL), 0);
    return workers;
}

static void each_job_runs_exactly_once(void **state)
{
    (void)state;
    struct workers *workers = make_workers(4, JOBS);
    for (size_t i = 0; i < JOBS; i++)
        assert_true(workers_submit(workers, &fixture.ran[i]));
    workers_free(workers); // runs what is queued
    for (size_t i = 0; i < JOBS; i++)
        assert_int_equal(fixture.ran[i], 1);
}

static void jobs_start_in_their_order(void **state)
{
    (void)state;
    struct workers *workers = make_workers(1, JOBS);
    for (size_t i = 0; i < JOBS; i++)
        assert_true(workers_submit(workers, &fixture.ran[i]));
    workers_free(workers);
    for (size_t i = 0; i < JOBS; i++)
        assert_int_equal(fixture.order[i], i);
}

static void jobs_that_block_do_not_hold_the_others_up(void **state)
{
    (void)state;
    struct workers *workers = make_workers(4, 8);
    for (int i = 0; i < 4; i++)
        assert_true(workers_submit(workers, &gate));
    await_waiting(
        4); // all four run at the same time, though each was submitted while a thread was on its way
    assert_true(workers_submit(workers, &fixture.ran[0]));
    open_gate();
    workers_free(workers);
    assert_int_equal(fixture.ran[0], 1);
}

static void a_full_queue_takes_nothing_more(void **state)
{
    (void)state;
    struct workers *workers = make_workers(1, 2);
    assert_true(workers_submit(workers, &gate));
    await_waiting(1);
    assert_true(workers_submit(workers, &fixture.ran[0]));
    assert_true(workers_submit(workers, &fixture.ran[1]));
    assert_false(workers_submit(workers, &fixture.ran[2]));
    open_gate();
    workers_free(workers);
    assert_int_equal(fixture.total, 2);
}

static void stopped_workers_take_nothing_more(void **state)
{
    (void)state;
    struct workers *workers = make_workers(2, 4);
    assert_true(workers_submit(workers, &fixture.ran[0]));
    workers_stop(workers);
    assert_int_equal(fixture.ran[0], 1);
    assert_false(workers_submit(workers, &fixture.ran[1]));
    workers_free(workers);
    assert_int_equal(fixture.ran[1], 0);
}

static void ending_without_any_job_is_fine(void **state)
{
    (void)state;
    workers_free(make_workers(4, 1));
    workers_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_job_runs_exactly_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(jobs_start_in_their_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(jobs_that_block_do_not_hold_the_others_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_full_queue_takes_nothing_more, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stopped_workers_take_nothing_more, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ending_without_any_job_is_fine, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("http workers", tests, NULL, NULL);
}
