#include "jobs/crew.h"

#include "app/audit.h"
#include "app/housekeeping.h"
#include "app/import.h"
#include "app/job.h"
#include "app/paper_watch.h"
#include "base/clock.h"
#include "base/log.h"
#include "jobs/runner.h"

enum {
    RENEW_US = 1500 * 1000, // leases of running jobs
    SWEEP_US = 600 * 1000 * 1000,
    SWEEPS_PER_HEAD = 6, // the ends of the audit logs are told each hour
};

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
        runner_doubt(runner);
        return;
    }
    compare(runner, leases, count, renewed_us);
    if (!give_back_lost(runner, leases, count)) runner_doubt(runner);
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
    const struct timespec turn = runner_after(RUNNER_POLL_US);
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

static void tell_heads(const struct runner *runner)
{
    struct error error = {0};
    if (audit_log_heads(runner->app, &error) != STATUS_OK)
        LOG(LOG_WARN, "audit_heads_not_told", LOG_C("reason", error.message));
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

void *keeper_keep(void *argument)
{
    struct runner *runner = argument;
    int64_t renewed_us = 0, recovered_us = 0, swept_us = 0, sweeps = 0;
    bool is_urgent = true, must_watch = false;
    do {
        must_watch |= take_candles(runner);
        if (must_watch) must_watch = !request_watch(runner);
        const int64_t now_us = clock_monotonic_us();
        if (is_urgent || now_us - renewed_us >= RENEW_US) {
            keep_leases(runner);
            renewed_us = now_us;
        }
        if (now_us - recovered_us >= RUNNER_POLL_US) {
            recover(runner);
            recovered_us = now_us;
        }
        if (swept_us == 0 || now_us - swept_us >= SWEEP_US) {
            sweep(runner);
            if (sweeps++ % SWEEPS_PER_HEAD == 0) tell_heads(runner);
            swept_us = now_us;
        }
    } while (wait_for_turn(runner, &is_urgent));
    return NULL;
}
