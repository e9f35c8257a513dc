#include "jobs/runner.h"

#include "app/job.h"
#include "app/notice.h"
#include "base/clock.h"
#include "base/limits.h"
#include "jobs/crew.h"

#include <stdlib.h>

enum { DOUBT_US = JOB_LEASE_US };

struct timespec runner_after(int64_t pause_us)
{
    return clock_timespec(clock_monotonic_us() + pause_us);
}

void runner_doubt(struct runner *runner)
{
    pthread_mutex_lock(&runner->mutex);
    runner->doubt_until_us = clock_monotonic_us() + DOUBT_US;
    pthread_mutex_unlock(&runner->mutex);
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
        pthread_cond_broadcast(&runner->woken);
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
    const struct timespec deadline = runner_after((int64_t)grace_ms * 1000);
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
    runner->has_keeper = pthread_create(&runner->keeper, NULL, keeper_keep, runner) == 0;
    while (runner->has_keeper && runner->worker_count < worker_count) {
        struct worker *worker = &runner->workers[runner->worker_count];
        worker->runner = runner;
        if (pthread_create(&worker->thread, NULL, worker_work, worker) != 0) return false;
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
    runner_doubt(runner);
    if (start_threads(runner, worker_count)) {
        *out_runner = runner;
        return STATUS_OK;
    }
    runner_stop(&runner, 0);
    return error_set(error, STATUS_INTERNAL, NULL, "cannot start %zu workers", worker_count);
}
