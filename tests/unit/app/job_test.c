// The rules of the queue, one at a time, on both databases.
#include "unit/app/app_fixture.h"

#include "app/job_kind.h"
#include "app/task.h"
#include "app/workspace.h"
#include "base/clock.h"
#include "base/limits.h"
#include "store/event_store.h"

typedef enum status ending(struct task *task, struct db_tx **tx, struct str result, struct error *error);

static enum status end_by(ending *end, const struct app *app, const struct job *job, struct error *error)
{
    struct task task;
    DB_TX_SCOPE tx = NULL;
    task_init(&task, app, job);
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    return end(&task, &tx, STR("{}"), error);
}

static enum status complete(const struct app *app, const struct job *job, struct error *error)
{
    return end_by(task_complete, app, job, error);
}

static enum status complete_done(const struct app *app, const struct job *job, struct error *error)
{
    return end_by(task_complete_done, app, job, error);
}

static enum status settle(const struct app *app, const struct job *job, enum status status, const char *code)
{
    struct error why = {0}, error = {0};
    (void)error_set(&why, status, code, "the reason");
    return job_settle(app, job, &(struct job_outcome){.status = status, .error = &why}, &error);
}

static void let_leases_end(const struct app *app)
{
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(app->db, DB_WRITE, &tx, &seen_error));
    assert_ok(job_store_expire_all(tx, &seen_error));
    assert_ok(db_commit(&tx, &seen_error));
}

static size_t recover(const struct app *app, const char *worker)
{
    size_t count;
    assert_ok(job_recover(app, str_from_c(worker), &count, &seen_error));
    return count;
}

static void a_job_is_claimed_once(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    const struct job queued = fixture_enqueue(app, LOCAL_WORKSPACE_ID, &arena);
    struct job job;
    assert_int_equal(fixture_get(app, &queued, &arena).queue_position, 1);
    assert_true(fixture_claim(app, "a", &arena, &job));
    assert_true(str_eq(job.id, queued.id));
    assert_int_equal(job.status, JOB_RUNNING);
    assert_int_equal(job.attempts, 1);
    assert_true(str_eq(job.worker, STR("a")));
    assert_false(fixture_claim(app, "b", &arena, &job));
    fixture_app_free(app);
}

static size_t claim_some(const struct app *app, struct job_place *items, size_t count, struct arena *arena)
{
    const struct job_worker worker = {.name = STR("a"), .place = app->jobs.place, .lease_us = JOB_LEASE_US};
    size_t found;
    for (size_t i = 0; i < count; i++)
        items[i] = (struct job_place){.arena = arena};
    assert_ok(job_claim(app, &worker, &(struct job_places){items, count}, &found, &seen_error));
    return found;
}

static void one_claim_takes_the_first_of_several_lanes(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    struct job_place places[4];
    struct str lanes[3];
    for (size_t i = 0; i < 3; i++)
        lanes[i] = fixture_workspace(app, &arena, "a lane");
    for (size_t i = 0; i < 9; i++)
        (void)fixture_enqueue(app, lanes[i % 3], &arena);
    assert_int_equal(claim_some(app, places, 2, &arena), 2); // as many as are asked for
    assert_false(str_eq(places[0].job.workspace_id, places[1].job.workspace_id));
    assert_int_equal(places[1].job.status, JOB_RUNNING);
    const size_t more = claim_some(app, places, 4, &arena);
    assert_in_range(more, 2, 3); // of a lane one
    for (size_t i = 1; i < more; i++)
        assert_false(str_eq(places[i - 1].job.workspace_id, places[i].job.workspace_id));
    fixture_app_free(app);
}

static void workspaces_take_turns(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    app->jobs.running_per_workspace = 10;
    const struct str busy = fixture_workspace(app, &arena, "busy"),
                     calm = fixture_workspace(app, &arena, "calm");
    for (int i = 0; i < 5; i++)
        (void)fixture_enqueue(app, busy, &arena);
    for (int i = 0; i < 2; i++)
        (void)fixture_enqueue(app, calm, &arena);
    const bool expected_busy[] = {true, false, true, false, true, true, true};
    for (size_t i = 0; i < sizeof expected_busy / sizeof *expected_busy; i++) {
        struct job job;
        assert_true(fixture_claim(app, "a", &arena, &job));
        assert_true(str_eq(job.workspace_id, expected_busy[i] ? busy : calm));
    }
    fixture_app_free(app);
}

static void a_workspace_runs_no_more_than_its_share(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    const struct str other = fixture_workspace(app, &arena, "other");
    struct job jobs[3], late;
    for (int i = 0; i < 3; i++)
        (void)fixture_enqueue(app, LOCAL_WORKSPACE_ID, &arena);
    assert_true(fixture_claim(app, "a", &arena, &jobs[0]));
    assert_true(fixture_claim(app, "a", &arena, &jobs[1]));
    assert_false(fixture_claim(app, "a", &arena, &jobs[2]));
    (void)fixture_enqueue(app, other, &arena); // is not held up by it
    assert_true(fixture_claim(app, "a", &arena, &late));
    assert_true(str_eq(late.workspace_id, other));
    assert_ok(complete(app, &jobs[0], &seen_error));
    assert_true(fixture_claim(app, "a", &arena, &jobs[2]));
    fixture_app_free(app);
}

static void jobs_of_a_deleted_workspace_wait_for_its_return(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    const struct str id = fixture_workspace(app, &arena, "short-lived");
    struct workspace workspace;
    struct job job;
    (void)fixture_enqueue(app, id, &arena);
    assert_ok(workspace_get(app, id, LOCAL_USER_ID, &arena, &workspace, &seen_error));
    assert_ok(workspace_delete(app, FIXTURE_ACTOR_IN(id), &workspace, &seen_error));
    assert_false(fixture_claim(app, "a", &arena, &job));
    fixture_app_free(app);
}

static void a_full_queue_takes_no_more(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    app->jobs.queued_per_workspace = 2;
    const struct job first = fixture_enqueue(app, LOCAL_WORKSPACE_ID, &arena);
    (void)fixture_enqueue(app, LOCAL_WORKSPACE_ID, &arena);
    struct job_spec spec = {.kind = job_kind_find(STR("backtest")),
                            .id = STR("x"),
                            .workspace_id = LOCAL_WORKSPACE_ID,
                            .title = STR("t"),
                            .payload = first.payload,
                            .created_by = LOCAL_USER_ID};
    struct job job;
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(app->db, DB_WRITE, &tx, &seen_error));
    assert_fails(job_enqueue(app, tx, &spec, &arena, &job, &seen_error), STATUS_TOO_MANY, "too_many_jobs");
    db_rollback(&tx);
    fixture_app_free(app);
}

static void a_payload_that_cannot_be_run_is_not_queued(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    struct job_spec spec = {.kind = job_kind_find(STR("backtest")),
                            .id = STR("x"),
                            .workspace_id = LOCAL_WORKSPACE_ID,
                            .title = STR("t"),
                            .payload = STR("{\"strategy_id\":\"ma_cross\"}"),
                            .created_by = LOCAL_USER_ID};
    struct job job;
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(app->db, DB_WRITE, &tx, &seen_error));
    assert_fails(job_enqueue(app, tx, &spec, &arena, &job, &seen_error), STATUS_INVALID, "invalid_input");
    db_rollback(&tx);
    fixture_app_free(app);
}

static void a_dead_workers_job_is_anothers_and_its_late_result_is_refused(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    struct job first, second;
    (void)fixture_enqueue(app, LOCAL_WORKSPACE_ID, &arena);
    assert_true(fixture_claim(app, "dead", &arena, &first));
    assert_int_equal(recover(app, "alive"), 0); // its lease goes on
    let_leases_end(app);
    assert_int_equal(recover(app, "dead"), 0); // nobody doubts their own
    assert_int_equal(recover(app, "alive"), 1);
    assert_true(str_eq(fixture_get(app, &first, &arena).error_code, STR("worker_lost")));
    assert_true(fixture_claim(app, "alive", &arena, &second));
    assert_int_equal(second.attempts, 2);
    assert_fails(complete(app, &first, &seen_error), STATUS_STALE, "job_lost");
    assert_ok(complete(app, &second, &seen_error));
    assert_fails(complete(app, &second, &seen_error), STATUS_STALE, "job_lost");
    assert_int_equal(fixture_get(app, &first, &arena).status, JOB_COMPLETED);
    fixture_app_free(app);
}

static void the_same_worker_is_fenced_by_the_attempt(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    struct job first, second;
    (void)fixture_enqueue(app, LOCAL_WORKSPACE_ID, &arena);
    assert_true(fixture_claim(app, "a", &arena, &first));
    let_leases_end(app);
    assert_int_equal(recover(app, "b"), 1);
    assert_true(fixture_claim(app, "a", &arena, &second));
    assert_fails(complete(app, &first, &seen_error), STATUS_STALE, "job_lost");
    assert_int_equal(settle(app, &first, STATUS_INVALID, NULL), STATUS_STALE);
    assert_ok(complete(app, &second, &seen_error));
    fixture_app_free(app);
}

static void a_job_whose_workers_die_again_and_again_fails(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    const struct job queued = fixture_enqueue(app, LOCAL_WORKSPACE_ID, &arena);
    struct job job;
    for (int64_t i = 1; i <= queued.max_attempts; i++) {
        assert_true(fixture_claim(app, "dead", &arena, &job));
        assert_int_equal(job.attempts, i);
        let_leases_end(app);
        assert_int_equal(recover(app, "alive"), 1);
    }
    job = fixture_get(app, &queued, &arena);
    assert_int_equal(job.status, JOB_FAILED);
    assert_true(str_eq(job.error_code, STR("worker_lost")));
    assert_true(job.finished_at_us > 0);
    fixture_app_free(app);
}

static void a_passing_failure_is_tried_again_later(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    struct job job, now;
    (void)fixture_enqueue(app, LOCAL_WORKSPACE_ID, &arena);
    assert_true(fixture_claim(app, "a", &arena, &job));
    assert_int_equal(settle(app, &job, STATUS_UNAVAILABLE, "market_data_unavailable"), STATUS_OK);
    now = fixture_get(app, &job, &arena);
    assert_int_equal(now.status, JOB_QUEUED);
    assert_true(now.run_at_us > clock_wall_us() + 1000000);
    assert_true(str_eq(now.error_code, STR("market_data_unavailable")));
    assert_false(fixture_claim(app, "a", &arena, &now)); // not yet
    fixture_app_free(app);
}

// The database's clock was set back by an hour: leases and delays made before lie far ahead.
static void a_clock_that_was_set_back_holds_up_nothing(void **state)
{
    (void)state;
    const int64_t hour_us = INT64_C(3600000000);
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    const struct job_worker dead = {.name = STR("dead"), .place = STR(""), .lease_us = hour_us};
    struct job_lease leases[1];
    struct job job;
    size_t count;
    (void)fixture_enqueue(app, LOCAL_WORKSPACE_ID, &arena);
    assert_true(fixture_claim(app, "dead", &arena, &job));
    assert_ok(job_renew(app, &dead, 1, leases, &count, &seen_error));
    assert_int_equal(recover(app, "alive"), 1);
    assert_true(fixture_claim(app, "alive", &arena, &job));
    struct db_tx *tx = NULL;
    const struct job_move later = {.to = JOB_QUEUED, .attempts = 2, .delay_us = hour_us};
    assert_ok(db_begin(app->db, DB_WRITE, &tx, &seen_error));
    assert_ok(job_store_move(tx, &job, &later, &seen_error));
    assert_ok(db_commit(&tx, &seen_error));
    assert_true(fixture_claim(app, "alive", &arena, &job));
    fixture_app_free(app);
}

static void a_lasting_failure_is_final(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    struct job job;
    (void)fixture_enqueue(app, LOCAL_WORKSPACE_ID, &arena);
    assert_true(fixture_claim(app, "a", &arena, &job));
    assert_int_equal(settle(app, &job, STATUS_INVALID, "not_enough_candles"), STATUS_OK);
    job = fixture_get(app, &job, &arena);
    assert_int_equal(job.status, JOB_FAILED);
    assert_true(str_eq(job.error_code, STR("not_enough_candles")));
    assert_true(str_eq(job.error_detail, STR("the reason")));
    fixture_app_free(app);
}

static void a_released_job_has_lost_no_attempt(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    struct job job;
    (void)fixture_enqueue(app, LOCAL_WORKSPACE_ID, &arena);
    assert_true(fixture_claim(app, "a", &arena, &job));
    assert_ok(job_settle(
        app, &job,
        &(struct job_outcome){.status = STATUS_CANCELLED, .is_released = true, .error = &(struct error){0}},
        &seen_error));
    assert_true(fixture_claim(app, "b", &arena, &job));
    assert_int_equal(job.attempts, 1);
    fixture_app_free(app);
}

static void a_job_that_waits_for_another_process_loses_no_attempt_however_long(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    struct error why = {0};
    const struct job_outcome waits = {.status = STATUS_CONFLICT, .error = &why, .wait_us = 1};
    struct job job, now;
    (void)error_set(&why, STATUS_CONFLICT, "import_running", "the reason");
    (void)fixture_enqueue(app, LOCAL_WORKSPACE_ID, &arena);
    for (int i = 0; i < 10; i++) {
        do
            clock_pause_us(10);
        while (!fixture_claim(app, "a", &arena, &job));
        assert_int_equal(job.attempts, 1);
        assert_ok(job_settle(app, &job, &waits, &seen_error));
        now = fixture_get(app, &job, &arena);
        assert_int_equal(now.status, JOB_QUEUED);
        assert_int_equal(now.attempts, 0);
        assert_true(str_eq(now.error_code, STR("import_running"))); // what it waits for
    }
    fixture_app_free(app);
}

static int64_t events_so_far(const struct app *app)
{
    int64_t number;
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(app->db, DB_READ, &tx, &seen_error));
    assert_ok(event_store_last_number(tx, LOCAL_WORKSPACE_ID, &number, &seen_error));
    assert_ok(db_commit(&tx, &seen_error));
    return number;
}

// Claims the job, and puts it back because of `reason`.
static void wait_once(const struct app *app, const char *reason, struct arena *arena)
{
    struct error why = {0};
    struct job job;
    (void)error_set(&why, STATUS_CONFLICT, "import_running", "%s", reason);
    do
        clock_pause_us(10);
    while (!fixture_claim(app, "a", arena, &job));
    const struct job_outcome waits = {.status = STATUS_CONFLICT, .error = &why, .wait_us = 1};
    assert_ok(job_settle(app, &job, &waits, &seen_error));
}

static void waiting_is_told_of_once_for_each_reason(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    struct task task;
    struct job job;
    (void)fixture_enqueue(app, LOCAL_WORKSPACE_ID, &arena);
    const int64_t before = events_so_far(app);
    wait_once(app, "process 1", &arena);
    assert_int_equal(events_so_far(app), before + 3); // it runs; it waits, and its backtest
    for (int i = 0; i < 5; i++)
        wait_once(app, "process 1", &arena);
    assert_int_equal(events_so_far(app), before + 3);
    wait_once(app, "process 2", &arena);
    assert_int_equal(events_so_far(app), before + 5);
    do
        clock_pause_us(10);
    while (!fixture_claim(app, "a", &arena, &job));
    assert_int_equal(events_so_far(app), before + 5);
    task_init(&task, app, &job);
    task_found(&task);
    assert_int_equal(events_so_far(app), before + 6);
    assert_int_equal(fixture_get(app, &job, &arena).status, JOB_RUNNING);
    assert_ok(complete(app, &job, &seen_error));
    assert_int_equal(events_so_far(app), before + 8);
    fixture_app_free(app);
}

static void a_job_that_was_cancelled_does_not_wait(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    const struct job_scope owner = {LOCAL_WORKSPACE_ID, LOCAL_USER_ID, ROLE_OWNER};
    const struct job_outcome waits = {
        .status = STATUS_CONFLICT, .error = &(struct error){0}, .wait_us = INT64_C(60000000)};
    struct job running, job;
    (void)fixture_enqueue(app, LOCAL_WORKSPACE_ID, &arena);
    assert_true(fixture_claim(app, "a", &arena, &running));
    assert_ok(job_cancel(app, owner, running.id, &arena, &job, &seen_error));
    assert_ok(job_settle(app, &running, &waits, &seen_error));
    assert_int_equal(fixture_get(app, &running, &arena).status, JOB_CANCELLED);
    fixture_app_free(app);
}

static const struct job_scope OWNER = {
    .workspace_id = {"local-workspace", 15}, .user_id = {"local-user", 10}, .role = ROLE_OWNER};

static void a_queued_job_is_cancelled_at_once(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    const struct job queued = fixture_enqueue(app, LOCAL_WORKSPACE_ID, &arena);
    struct job job;
    assert_ok(job_cancel(app, OWNER, queued.id, &arena, &job, &seen_error));
    assert_int_equal(job.status, JOB_CANCELLED);
    assert_ok(job_cancel(app, OWNER, queued.id, &arena, &job, &seen_error)); // again
    assert_false(fixture_claim(app, "a", &arena, &job));
    fixture_app_free(app);
}

static void after_a_cancellation_no_result_is_stored(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    struct job job, running;
    (void)fixture_enqueue(app, LOCAL_WORKSPACE_ID, &arena);
    assert_true(fixture_claim(app, "a", &arena, &running));
    assert_ok(job_cancel(app, OWNER, running.id, &arena, &job, &seen_error));
    assert_int_equal(job.status, JOB_RUNNING);
    assert_true(job.is_cancel_requested);
    assert_fails(complete(app, &running, &seen_error), STATUS_STALE, "job_lost");
    assert_int_equal(settle(app, &running, STATUS_CANCELLED, NULL), STATUS_OK);
    assert_int_equal(fixture_get(app, &running, &arena).status, JOB_CANCELLED);
    fixture_app_free(app);
}

static void a_cancellation_that_comes_after_an_effect_that_stays_is_too_late(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    struct job job, running;
    (void)fixture_enqueue(app, LOCAL_WORKSPACE_ID, &arena);
    assert_true(fixture_claim(app, "a", &arena, &running));
    assert_ok(job_cancel(app, OWNER, running.id, &arena, &job, &seen_error));
    assert_ok(complete_done(app, &running, &seen_error));
    assert_int_equal(fixture_get(app, &running, &arena).status, JOB_COMPLETED);
    assert_fails(complete_done(app, &running, &seen_error), STATUS_STALE, "job_lost");
    fixture_app_free(app);
}

static void a_cancelled_job_whose_worker_died_is_not_tried_again(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    struct job job, running;
    (void)fixture_enqueue(app, LOCAL_WORKSPACE_ID, &arena);
    assert_true(fixture_claim(app, "dead", &arena, &running));
    assert_ok(job_cancel(app, OWNER, running.id, &arena, &job, &seen_error));
    let_leases_end(app);
    assert_int_equal(recover(app, "alive"), 1);
    assert_int_equal(fixture_get(app, &running, &arena).status, JOB_CANCELLED);
    fixture_app_free(app);
}

static void what_has_ended_cannot_be_cancelled(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    struct job job;
    (void)fixture_enqueue(app, LOCAL_WORKSPACE_ID, &arena);
    assert_true(fixture_claim(app, "a", &arena, &job));
    assert_ok(complete(app, &job, &seen_error));
    assert_fails(job_cancel(app, OWNER, job.id, &arena, &job, &seen_error), STATUS_CONFLICT, "already_ended");
    fixture_app_free(app);
}

static void a_trader_cancels_only_their_own(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    const struct job queued = fixture_enqueue(app, LOCAL_WORKSPACE_ID, &arena);
    struct job_scope trader = {LOCAL_WORKSPACE_ID, STR("somebody"), ROLE_TRADER};
    struct job job;
    assert_fails(job_cancel(app, trader, queued.id, &arena, &job, &seen_error), STATUS_FORBIDDEN, "");
    trader.role = ROLE_EDITOR;
    assert_ok(job_cancel(app, trader, queued.id, &arena, &job, &seen_error));
    fixture_app_free(app);
}

static void jobs_of_another_workspace_are_not_there(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    const struct str other = fixture_workspace(app, &arena, "other");
    const struct job queued = fixture_enqueue(app, other, &arena);
    struct job job;
    assert_fails(job_get(app, LOCAL_WORKSPACE_ID, queued.id, &arena, &job, &seen_error), STATUS_NOT_FOUND,
                 "");
    assert_fails(job_get(app, STR(""), queued.id, &arena, &job, &seen_error), STATUS_NOT_FOUND, "");
    assert_fails(job_cancel(app, OWNER, queued.id, &arena, &job, &seen_error), STATUS_NOT_FOUND, "");
    fixture_app_free(app);
}

static void a_job_over_a_file_runs_where_the_file_is(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    const struct job_spec spec = {
        .kind = job_kind_find(STR("market_import")),
        .id = STR("i"),
        .workspace_id = STR(""),
        .title = STR("BTCUSDT-1d-2024-01.zip"),
        .payload = STR("{\"filename\":\"a.zip\",\"path\":\"/uploads/a.zip\",\"bytes\":1}"),
        .place = STR("there:/uploads"),
        .created_by = LOCAL_USER_ID,
        .now_us = FIXTURE_NOW_US,
    };
    struct job job;
    DB_TX_SCOPE tx = NULL;
    assert_ok(db_begin(app->db, DB_WRITE, &tx, &seen_error));
    assert_ok(job_enqueue(app, tx, &spec, &arena, &job, &seen_error));
    assert_ok(job_commit(app, &tx, &job, &seen_error));
    assert_false(fixture_claim(app, "here", &arena, &job));
    app->jobs.place = STR("there:/uploads");
    assert_true(fixture_claim(app, "there", &arena, &job));
    fixture_app_free(app);
}

static void renewing_tells_which_jobs_a_worker_has(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    struct app *app = fixture_app();
    const struct job_worker worker = {.name = STR("a"), .place = STR(""), .lease_us = JOB_LEASE_US};
    struct job_lease leases[4];
    struct job job, asked;
    size_t count;
    (void)fixture_enqueue(app, LOCAL_WORKSPACE_ID, &arena);
    (void)fixture_enqueue(app, LOCAL_WORKSPACE_ID, &arena);
    assert_true(fixture_claim(app, "a", &arena, &job));
    assert_true(fixture_claim(app, "b", &arena, &asked));
    let_leases_end(app);
    assert_ok(job_cancel(app, OWNER, job.id, &arena, &asked, &seen_error));
    assert_ok(job_renew(app, &worker, 4, leases, &count, &seen_error));
    assert_int_equal(count, 1);
    assert_true(str_eq(str_from_c(leases[0].id), job.id));
    assert_true(leases[0].is_cancel_requested);
    assert_int_equal(recover(app, "c"), 1); // the other's alone
    fixture_app_free(app);
}

static void a_stopped_task_says_why(void **state)
{
    (void)state;
    struct task task;
    struct error error = {0};
    task_init(&task, NULL, &(struct job){0});
    assert_false(task_is_stopped(&task));
    task_stop(&task, TASK_CANCELLED);
    task_stop(&task, TASK_RELEASED);
    assert_true(task_is_stopped(&task));
    assert_int_equal(task.end, TASK_CANCELLED); // the first reason stays
    assert_int_equal(task_stopped(&task, &error), STATUS_CANCELLED);
}

static int run(const char *name)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_is_claimed_once),
        cmocka_unit_test(one_claim_takes_the_first_of_several_lanes),
        cmocka_unit_test(workspaces_take_turns),
        cmocka_unit_test(a_workspace_runs_no_more_than_its_share),
        cmocka_unit_test(jobs_of_a_deleted_workspace_wait_for_its_return),
        cmocka_unit_test(a_full_queue_takes_no_more),
        cmocka_unit_test(a_payload_that_cannot_be_run_is_not_queued),
        cmocka_unit_test(a_dead_workers_job_is_anothers_and_its_late_result_is_refused),
        cmocka_unit_test(the_same_worker_is_fenced_by_the_attempt),
        cmocka_unit_test(a_job_whose_workers_die_again_and_again_fails),
        cmocka_unit_test(a_passing_failure_is_tried_again_later),
        cmocka_unit_test(a_clock_that_was_set_back_holds_up_nothing),
        cmocka_unit_test(a_lasting_failure_is_final),
        cmocka_unit_test(a_released_job_has_lost_no_attempt),
        cmocka_unit_test(a_job_that_waits_for_another_process_loses_no_attempt_however_long),
        cmocka_unit_test(waiting_is_told_of_once_for_each_reason),
        cmocka_unit_test(a_job_that_was_cancelled_does_not_wait),
        cmocka_unit_test(a_queued_job_is_cancelled_at_once),
        cmocka_unit_test(after_a_cancellation_no_result_is_stored),
        cmocka_unit_test(a_cancellation_that_comes_after_an_effect_that_stays_is_too_late),
        cmocka_unit_test(a_cancelled_job_whose_worker_died_is_not_tried_again),
        cmocka_unit_test(what_has_ended_cannot_be_cancelled),
        cmocka_unit_test(a_trader_cancels_only_their_own),
        cmocka_unit_test(jobs_of_another_workspace_are_not_there),
        cmocka_unit_test(a_job_over_a_file_runs_where_the_file_is),
        cmocka_unit_test(renewing_tells_which_jobs_a_worker_has),
        cmocka_unit_test(a_stopped_task_says_why),
    };
    return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

int main(void)
{
    return harness_run_on_both(run, &fixture_engine);
}
