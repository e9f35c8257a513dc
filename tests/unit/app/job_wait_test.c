#include "app/job_wait.h"

#include "base/clock.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { LONG_US = 10 * 1000 * 1000 };

static struct job_waits *waits_of(size_t capacity)
{
    struct job_waits *waits;
    struct error error = {0};
    assert_int_equal(job_waits_new(capacity, &waits, &error), STATUS_OK);
    return waits;
}

static void what_is_told_before_the_wait_is_not_missed(void **state)
{
    (void)state;
    struct job_waits *waits = waits_of(2);
    struct job_wait wait;
    assert_true(job_wait_begin(&wait, waits, STR("a")));
    job_waits_tell(waits, STR("a"));
    assert_true(job_wait_until(&wait, clock_monotonic_us() + LONG_US));
    job_wait_end(&wait);
    job_waits_free(waits);
}

static void other_jobs_are_no_reason_to_look(void **state)
{
    (void)state;
    struct job_waits *waits = waits_of(2);
    struct job_wait wait;
    assert_true(job_wait_begin(&wait, waits, STR("a")));
    job_waits_tell(waits, STR("b"));
    assert_false(job_wait_until(&wait, clock_monotonic_us() - 1));
    job_waits_tell(waits, STR(""));
    assert_true(job_wait_until(&wait, clock_monotonic_us() + LONG_US));
    assert_false(job_wait_until(&wait, clock_monotonic_us() - 1)); // once per telling
    job_wait_end(&wait);
    job_waits_free(waits);
}

static void no_more_wait_than_there_are_places(void **state)
{
    (void)state;
    struct job_waits *waits = waits_of(1);
    struct job_wait first, second;
    assert_true(job_wait_begin(&first, waits, STR("a")));
    assert_false(job_wait_begin(&second, waits, STR("a")));
    job_wait_end(&first);
    assert_true(job_wait_begin(&second, waits, STR("a")));
    job_wait_end(&second);
    job_waits_free(waits);
    assert_false(job_wait_begin(&first, NULL, STR("a")));
}

static void *tell(void *waits)
{
    job_waits_tell(waits, STR("a"));
    return NULL;
}

static void another_thread_ends_the_wait(void **state)
{
    (void)state;
    struct job_waits *waits = waits_of(1);
    struct job_wait wait;
    pthread_t thread;
    assert_true(job_wait_begin(&wait, waits, STR("a")));
    assert_int_equal(pthread_create(&thread, NULL, tell, waits), 0);
    assert_true(job_wait_until(&wait, clock_monotonic_us() + LONG_US));
    pthread_join(thread, NULL);
    job_wait_end(&wait);
    job_waits_free(waits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_told_before_the_wait_is_not_missed),
        cmocka_unit_test(other_jobs_are_no_reason_to_look),
        cmocka_unit_test(no_more_wait_than_there_are_places),
        cmocka_unit_test(another_thread_ends_the_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
