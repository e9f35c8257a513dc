#include "app/job_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void the_table_holds_these_steps_and_no_others(void **state)
{
    (void)state;
    static const int expected[][JOB_STEP_COUNT] = {
        //              START        COMPLETE       FAIL        RETRY       RELEASE     WAIT        CANCEL
        [JOB_QUEUED] = {JOB_RUNNING, -1, -1, -1, -1, -1, JOB_CANCELLED},
        [JOB_RUNNING] = {-1, JOB_COMPLETED, JOB_FAILED, JOB_QUEUED, JOB_QUEUED, JOB_QUEUED, JOB_CANCELLED},
        [JOB_COMPLETED] = {-1, -1, -1, -1, -1, -1, -1},
        [JOB_FAILED] = {-1, -1, -1, -1, -1, -1, -1},
        [JOB_CANCELLED] = {-1, -1, -1, -1, -1, -1, -1},
    };
    for (int from = JOB_QUEUED; from <= JOB_CANCELLED; from++)
        for (int step = 0; step < JOB_STEP_COUNT; step++) {
            enum job_status to;
            const bool can = job_state_after((enum job_status)from, (enum job_step)step, &to);
            assert_int_equal(can ? (int)to : -1, expected[from][step]);
        }
}

static void a_job_that_has_ended_stays_as_it_is(void **state)
{
    (void)state;
    assert_false(job_state_is_final(JOB_QUEUED));
    assert_false(job_state_is_final(JOB_RUNNING));
    assert_true(job_state_is_final(JOB_COMPLETED));
    assert_true(job_state_is_final(JOB_FAILED));
    assert_true(job_state_is_final(JOB_CANCELLED));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_holds_these_steps_and_no_others),
        cmocka_unit_test(a_job_that_has_ended_stays_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
