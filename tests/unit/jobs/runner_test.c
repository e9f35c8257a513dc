// The keeper of a process's workers, on both databases.
#include "unit/app/app_fixture.h"
#include "unit/db/ear.h"

#include "app/notice.h"
#include "base/limits.h"
#include "jobs/runner.h"

#include <string.h>

static const char *const QUEUE[] = {NOTICE_QUEUE, NULL};

// As when the answer to a claim is lost, or the end of the job could not be stored: the row names this
// process, whose renewals keep others from doubting it.
static void a_job_that_no_worker_of_its_process_runs_is_queued_again(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    char process[64];
    struct job claimed;
    struct runner *runner;
    assert_true(str_to_c(app->jobs.process, process, sizeof process));
    (void)fixture_enqueue(app, LOCAL_WORKSPACE_ID, &arena);
    assert_true(fixture_claim(app, process, &arena, &claimed));
    struct ear *ear = ear_of(app->db, QUEUE, 0);
    assert_ok(runner_start(app, 0, &runner, &seen_error));
    await(ear, NOTICE_QUEUE, "");
    const struct job job = fixture_get(app, &claimed, &arena);
    assert_int_equal(job.status, JOB_QUEUED);
    assert_int_equal(job.attempts, 1); // it counts
    runner_stop(&runner, 0);
    ear_free(ear);
    fixture_app_free(app);
}

static int run_all(const char *name)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_that_no_worker_of_its_process_runs_is_queued_again),
    };
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

int main(void)
{
    return harness_run_on_both(run_all, &fixture_engine);
}
