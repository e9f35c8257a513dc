#include "jobs/runner.h"

#include "app/housekeeping.h"
#include "app/import.h"
#include "app/job.h"
#include "app/notice.h"
#include "app/paper_watch.h"
#include "app/task.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum {
    POLL_US = 1000 * 1000,  // for work, where no notice came
    RENEW_US = 1500 * 1000, // leases of running jobs
    DOUBT_US = JOB_LEASE_US,
    SWEEP_US = 600 * 1000 * 1000,
};

struct worker {
    struct runner *runner;
    pthread_t thread;
    struct task *task; // while it runs one; guarded by the runner's mutex
};

struct runner {
    const struct app *app;
    struct job_worker identity;
    pthread_mutex_t claiming; // one worker at a time reaches for the next job
    pthread_mutex_t mutex;    // guards what follows; the inner one of the two
    pthread_cond_t woken;     // workers: there may be work
    pthread_cond_t urged;     // the keeper
    pthread_cond_t rested;    // a worker ended its job
    bool may_have_work;
    bool is_urgent;   // the keeper looks at the leases at once
    bool has_candles; // the keeper has what waits for candles looked at
    bool is_closed;   // nothing more is claimed
    bool is_ending;
    bool is_unreachable;    // the last claim failed
    int64_t doubt_until_us; // monotonic; up to then a job may turn up as this process's that no worker runs
    size_t running_count;
    pthread_t keeper;
    bool has_keeper;
    struct worker *workers;
    size_t worker_count;
};

static struct timespec after(int64_t pause_us)
{
    const int64_t at_us = clock_monotonic_us() + pause_us;
    return (struct timespec){.tv_sec = at_us / 1000000, .tv_nsec = at_us % 1000000 * 1000};
}

// ---- workers

// False when the queue is closed. A second without a notice is a reason to look, too.
static bool wait_for_work(struct runner *runner)
{
    const struct timespec poll = after(POLL_US);
    int result = 0;
    pthread_mutex_lock(&runner->mutex);
    while (!runner->may_have_work && !runner->is_closed && result == 0)
        result = pthread_cond_timedwait(&runner->woken, &runner->mutex, &poll);
    runner->may_have_work = false;
    const bool is_open = !runner->is_closed;
    pthread_mutex_unlock(&runner->mutex);
    return is_open;
}

// What was not answered may have been committed, or be so in a moment.
static void doubt(struct runner *runner)
{
    pthread_mutex_lock(&runner->mutex);
    runner->doubt_until_us = clock_monotonic_us() + DOUBT_US;
    pthread_mutex_unlock(&runner->mutex);
}

static void note_claim(struct runner *runner, enum status status, const struct error *error)
{
    pthread_mutex_lock(&runner->mutex);
    const bool was_unreachable = runner->is_unreachable;
    runner->is_unreachable = status != STATUS_OK;
    pthread_mutex_unlock(&runner->mutex);
    if (status != STATUS_OK) doubt(runner);
    if (status != STATUS_OK && !was_unreachable)
        LOG(LOG_WARN, "queue_unreachable", LOG_C("reason", error->message));
}

static void set_task(struct worker *worker, struct task *task)
{
    struct runner *runner = worker->runner;
    pthread_mutex_lock(&runner->mutex);
    worker->task = task;
    runner->running_count += task ? 1 : (size_t)-1;
    if (!task) pthread_cond_signal(&runner->rested);
    pthread_mutex_unlock(&runner->mutex);
}

// Whoever holds `claiming` finds every job of this process with its worker: claimed and known is one step.
static bool claim(struct worker *worker, struct arena *arena, struct task *task)
{
    struct runner *runner = worker->runner;
    struct error error = {0};
    struct job job;
    bool is_found = false;
    pthread_mutex_lock(&runner->claiming);
    const enum status status = job_claim(runner->app, &runner->identity, arena, &is_found, &job, &error);
    is_found = is_found && status == STATUS_OK;
    if (is_found) {
        task_init(task, runner->app, &job);
        set_task(worker, task);
    }
    pthread_mutex_unlock(&runner->claiming);
    note_claim(runner, status, &error);
    return is_found;
}

static void wake_one(struct runner *runner)
{
    pthread_mutex_lock(&runner->mutex);
    runner->may_have_work = true;
    pthread_cond_signal(&runner->woken);
    pthread_mutex_unlock(&runner->mutex);
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    struct runner *runner = worker->runner;
    while (wait_for_work(runner)) {
        ARENA_SCOPE(arena, MIB);
        struct task task;
        if (!claim(worker, &arena, &task)) continue;
        wake_one(runner); // where one was, there may be another
        const bool is_settled = task_run(&task);
        set_task(worker, NULL);
        if (!is_settled) doubt(runner);
        wake_one(runner); // its lane has room again
    }
    return NULL;
}

// ---- the keeper

static const struct job_lease *lease_of(const struct job_lease *leases, size_t count, const struct job *job)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(str_from_c(leases[i].id), job->id) && leases[i].attempts == job->attempts)
            return &leases[i];
    return NULL;
}

// A job whose lease was not renewed is another's. One that began after the renewal is not among them either:
// it has worked for less than `renewed_us`.
static void compare(struct runner *runner, const struct job_lease *leases, size_t count, int64_t renewed_us)
{
    pthread_mutex_lock(&runner->mutex);
    for (size_t i = 0; i < runner->worker_count; i++) {
        struct task *task = runner->workers[i].task;
        if (!task || task->began_us >= renewed_us) continue;
        const struct job_lease *lease = lease_of(leases, count, &task->job);
        if (!lease)
            task_stop(task, TASK_LOST);
        else if (lease->is_cancel_requested)
            task_stop(task, TASK_CANCELLED);
    }
    pthread_mutex_unlock(&runner->mutex);
}

static bool is_run(struct runner *runner, const struct job_lease *lease)
{
    bool is_found = false;
    pthread_mutex_lock(&runner->mutex);
    for (size_t i = 0; i < runner->worker_count && !is_found; i++) {
        const struct task *task = runner->workers[i].task;
        is_found = task && lease_of(lease, 1, &task->job);
    }
    pthread_mutex_unlock(&runner->mutex);
    return is_found;
}

// A job that is this process's by the database, and that none of its workers runs: the answer to its claim
// was lost, or its end could not be stored. Nobody else may doubt it while its lease is renewed here. False
// when the database cannot be reached.
static bool give_back(struct runner *runner, const struct job_lease *lease)
{
    struct error error = {0};
    const struct job job = {.id = str_from_c(lease->id),
                            .workspace_id = str_from_c(lease->workspace_id),
                            .worker = runner->identity.name,
                            .attempts = lease->attempts};
    pthread_mutex_lock(&runner->claiming);
    const bool is_lost = !is_run(runner, lease);
    pthread_mutex_unlock(&runner->claiming);
    if (!is_lost) return true;
    const enum status status = job_settle(runner->app, &job, &(struct job_outcome){.is_lost = true}, &error);
    if (status == STATUS_OK) LOG(LOG_WARN, "job_given_back", LOG_TEXT("job_id", job.id));
    return status == STATUS_OK || status == STATUS_STALE; // it has ended in between
}

static bool give_back_lost(struct runner *runner, const struct job_lease *leases, size_t count)
{
    bool is_done = true;
    for (size_t i = 0; i < count; i++)
        if (!is_run(runner, &leases[i])) is_done &= give_back(runner, &leases[i]);
    return is_done;
}

static void keep_leases(struct runner *runner)
{
    struct job_lease leases[RUNNER_WORKERS_MAX];
    size_t count = 0;
    const int64_t renewed_us = clock_monotonic_us();
    pthread_mutex_lock(&runner->mutex);
    const bool is_any = runner->running_count > 0 || renewed_us < runner->doubt_until_us;
    pthread_mutex_unlock(&runner->mutex);
    if (!is_any) return;
    if (job_renew(runner->app, &runner->identity, RUNNER_WORKERS_MAX, leases, &count, NULL) != STATUS_OK) {
        doubt(runner);
        return;
    }
    compare(runner, leases, count, renewed_us);
    if (!give_back_lost(runner, leases, count)) doubt(runner);
}

static void recover(struct runner *runner)
{
    struct error error = {0};
    size_t count = 0;
    if (job_recover(runner->app, runner->identity.name, &count, &error) == STATUS_OK && count > 0)
        LOG(LOG_INFO, "jobs_recovered", LOG_INT("count", (int64_t)count));
}

// Until the next second, or until somebody asks; false at the end.
static bool wait_for_turn(struct runner *runner, bool *out_is_urgent)
{
    const struct timespec turn = after(POLL_US);
    int result = 0;
    pthread_mutex_lock(&runner->mutex);
    while (!runner->is_urgent && !runner->has_candles && !runner->is_ending && result == 0)
        result = pthread_cond_timedwait(&runner->urged, &runner->mutex, &turn);
    *out_is_urgent = runner->is_urgent;
    runner->is_urgent = false;
    const bool goes_on = !runner->is_ending;
    pthread_mutex_unlock(&runner->mutex);
    return goes_on;
}

static void sweep(const struct runner *runner)
{
    struct error error = {0};
    const int64_t now_us = clock_wall_us();
    import_sweep(runner->app, now_us);
    if (housekeeping_run(runner->app, now_us, &error) != STATUS_OK)
        LOG(LOG_WARN, "not_swept", LOG_C("reason", error.message));
}

static bool take_candles(struct runner *runner)
{
    pthread_mutex_lock(&runner->mutex);
    const bool has_candles = runner->has_candles;
    runner->has_candles = false;
    pthread_mutex_unlock(&runner->mutex);
    return has_candles;
}

// False when it could not be asked for: at the next turn, then.
static bool request_watch(const struct runner *runner)
{
    struct error error = {0};
    if (paper_watch_request(runner->app, clock_wall_us(), &error) == STATUS_OK) return true;
    LOG(LOG_WARN, "paper_watch_not_asked_for", LOG_C("reason", error.message));
    return false;
}

static void *keep(void *argument)
{
    struct runner *runner = argument;
    int64_t renewed_us = 0, recovered_us = 0, swept_us = 0;
    bool is_urgent = true, must_watch = false;
    do {
        must_watch |= take_candles(runner);
        if (must_watch) must_watch = !request_watch(runner);
        const int64_t now_us = clock_monotonic_us();
        if (is_urgent || now_us - renewed_us >= RENEW_US) {
            keep_leases(runner);
            renewed_us = now_us;
        }
        if (now_us - recovered_us >= POLL_US) {
            recover(runner);
            recovered_us = now_us;
        }
        if (swept_us == 0 || now_us - swept_us >= SWEEP_US) {
            sweep(runner);
            swept_us = now_us;
        }
    } while (wait_for_turn(runner, &is_urgent));
    return NULL;
}

static bool has_task(struct runner *runner, struct str job_id)
{
    for (size_t i = 0; i < runner->worker_count; i++)
        if (runner->workers[i].task && str_eq(runner->workers[i].task->job.id, job_id)) return true;
    return false;
}

void runner_on_notice(struct runner *runner, struct str channel, struct str payload)
{
    pthread_mutex_lock(&runner->mutex);
    if (channel.len == 0 || str_eq(channel, STR(NOTICE_QUEUE))) {
        runner->may_have_work = true;
        pthread_cond_signal(&runner->woken);
    }
    if (channel.len == 0 || (str_eq(channel, STR(NOTICE_JOB)) && has_task(runner, payload))) {
        runner->is_urgent = true;
        pthread_cond_signal(&runner->urged);
    }
    pthread_mutex_unlock(&runner->mutex);
}

void runner_on_candles(struct runner *runner)
{
    pthread_mutex_lock(&runner->mutex);
    runner->has_candles = true;
    pthread_cond_signal(&runner->urged);
    pthread_mutex_unlock(&runner->mutex);
}

// ---- start and stop

void runner_close_queue(struct runner *runner)
{
    pthread_mutex_lock(&runner->mutex);
    runner->is_closed = true;
    pthread_cond_broadcast(&runner->woken);
    pthread_mutex_unlock(&runner->mutex);
}

static void let_jobs_end(struct runner *runner, int grace_ms)
{
    const struct timespec deadline = after((int64_t)grace_ms * 1000);
    int result = 0;
    pthread_mutex_lock(&runner->mutex);
    while (runner->running_count > 0 && result == 0)
        result = pthread_cond_timedwait(&runner->rested, &runner->mutex, &deadline);
    for (size_t i = 0; i < runner->worker_count; i++)
        if (runner->workers[i].task) task_stop(runner->workers[i].task, TASK_RELEASED);
    pthread_mutex_unlock(&runner->mutex);
}

static void end_keeper(struct runner *runner)
{
    pthread_mutex_lock(&runner->mutex);
    runner->is_ending = true;
    pthread_cond_signal(&runner->urged);
    pthread_mutex_unlock(&runner->mutex);
    if (runner->has_keeper) pthread_join(runner->keeper, NULL);
}

void runner_stop(struct runner **runner_slot, int grace_ms)
{
    struct runner *runner = *runner_slot;
    if (!runner) return;
    *runner_slot = NULL;
    runner_close_queue(runner);
    let_jobs_end(runner, grace_ms);
    for (size_t i = 0; i < runner->worker_count; i++)
        pthread_join(runner->workers[i].thread, NULL);
    end_keeper(runner);
    pthread_cond_destroy(&runner->rested);
    pthread_cond_destroy(&runner->urged);
    pthread_cond_destroy(&runner->woken);
    pthread_mutex_destroy(&runner->mutex);
    pthread_mutex_destroy(&runner->claiming);
    free(runner->workers);
    free(runner);
}

static void init_sync(struct runner *runner)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&runner->woken, &attributes);
    pthread_cond_init(&runner->urged, &attributes);
    pthread_cond_init(&runner->rested, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&runner->mutex, NULL);
    pthread_mutex_init(&runner->claiming, NULL);
}

static bool start_threads(struct runner *runner, size_t worker_count)
{
    runner->has_keeper = pthread_create(&runner->keeper, NULL, keep, runner) == 0;
    while (runner->has_keeper && runner->worker_count < worker_count) {
        struct worker *worker = &runner->workers[runner->worker_count];
        worker->runner = runner;
        if (pthread_create(&worker->thread, NULL, work, worker) != 0) return false;
        pthread_mutex_lock(&runner->mutex);
        runner->worker_count++;
        pthread_mutex_unlock(&runner->mutex);
    }
    return runner->has_keeper;
}

enum status runner_start(const struct app *app, size_t worker_count, struct runner **out_runner,
                         struct error *error)
{
    TRY(job_end_leases_of_the_dead(app, error));
    struct runner *runner = calloc(1, sizeof *runner);
    struct worker *workers = calloc(worker_count + 1, sizeof *workers);
    if (!runner || !workers) {
        free(runner);
        free(workers);
        return error_no_memory(error);
    }
    *runner = (struct runner){.app = app, .may_have_work = true, .has_candles = true, .workers = workers};
    runner->identity =
        (struct job_worker){.name = app->jobs.process, .place = app->jobs.place, .lease_us = JOB_LEASE_US};
    init_sync(runner);
    doubt(runner);
    if (start_threads(runner, worker_count)) {
        *out_runner = runner;
        return STATUS_OK;
    }
    runner_stop(&runner, 0);
    return error_set(error, STATUS_INTERNAL, NULL, "cannot start %zu workers", worker_count);
}
