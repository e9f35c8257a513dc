#include "app/task.h"

#include "app/event.h"
#include "app/job.h"
#include "app/job_kind.h"
#include "app/job_state.h"
#include "base/clock.h"
#include "base/log.h"

enum { PROGRESS_EVERY_US = 500 * 1000, PAUSE_US = 50 * 1000 };

void task_init(struct task *task, const struct app *app, const struct job *job)
{
    const int64_t now_us = clock_monotonic_us();
    *task = (struct task){.app = app, .job = *job, .began_us = now_us, .progress_us = now_us};
}

void task_stop(struct task *task, enum task_end end)
{
    int going = TASK_GOES_ON;
    if (atomic_compare_exchange_strong(&task->end, &going, end)) atomic_store(&task->is_stopped, true);
}

bool task_is_stopped(const struct task *task)
{
    return atomic_load_explicit(&task->is_stopped, memory_order_relaxed);
}

enum status task_stopped(const struct task *task, struct error *error)
{
    static const char *const reasons[] = {"not stopped", "it was cancelled",
                                          "another worker has taken it over", "the process ends"};
    return error_set(error, STATUS_CANCELLED, NULL, "%s", reasons[atomic_load(&task->end)]);
}

void task_wait(struct task *task, int64_t pause_us)
{
    task->wait_us = pause_us;
}

static enum status tell_progress(struct task *task, struct error *error)
{
    struct job *job = &task->job;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(task->app->db, DB_WRITE, &tx, error));
    TRY(job_store_set_progress(tx, job, job->progress, job->progress_text, error));
    TRY(job_append_event(tx, job, clock_wall_us(), error));
    return event_commit(task->app, &tx, job->workspace_id, error);
}

// Where it cannot be told now, progress tells.
void task_found(struct task *task)
{
    struct error error = {0};
    if (!job_waits(&task->job)) return;
    task->job.progress = 0;
    if (tell_progress(task, &error) == STATUS_STALE) task_stop(task, TASK_LOST);
}

void task_progress(struct task *task, double fraction, struct str text)
{
    const int64_t now_us = clock_monotonic_us();
    if (now_us - task->progress_us < PROGRESS_EVERY_US) return;
    struct error error = {0};
    task->progress_us = now_us;
    task->job.progress = fraction < 0 ? 0 : fraction > 1 ? 1 : fraction;
    task->job.progress_text = text;
    // a database that cannot be reached now is no reason to end the work
    if (tell_progress(task, &error) == STATUS_STALE) task_stop(task, TASK_LOST);
    task->job.progress_text = (struct str){0}; // the text is the caller's, and gone when the job ends
}

enum status task_go_on(struct task *task, double fraction, struct str text, struct error *error)
{
    task_progress(task, fraction, text);
    return task_is_stopped(task) ? task_stopped(task, error) : STATUS_OK;
}

static enum status complete(struct task *task, struct db_tx **tx, struct str result,
                            bool unless_cancel_requested, struct error *error)
{
    struct job job = task->job;
    struct job_move move = {
        .attempts = job.attempts,
        .now_us = clock_wall_us(),
        .unless_cancel_requested = unless_cancel_requested,
        .result = result,
    };
    if (!job_state_after(job.status, JOB_STEP_COMPLETE, &move.to))
        return error_set(error, STATUS_INTERNAL, NULL, "a %s job cannot be completed",
                         job_status_name(job.status));
    TRY(job_store_move(*tx, &job, &move, error));
    job.status = move.to;
    job.result = result;
    job.progress = 1;
    job.error_code = job.error_detail = (struct str){0}; // of an earlier attempt
    job.finished_at_us = move.now_us;
    return job_commit(task->app, tx, &job, error);
}

enum status task_complete(struct task *task, struct db_tx **tx, struct str result, struct error *error)
{
    return complete(task, tx, result, true, error);
}

enum status task_complete_done(struct task *task, struct db_tx **tx, struct str result, struct error *error)
{
    return complete(task, tx, result, false, error);
}

bool task_tries_again(const struct task *task, enum status status, int64_t since_us)
{
    if (status != STATUS_UNAVAILABLE || task_is_stopped(task)) return false;
    if (clock_monotonic_us() - since_us >= task->patience_us) return false;
    clock_pause_us(PAUSE_US);
    return true;
}

// One that waits is put back every few seconds, for hours perhaps.
static enum log_level level_of(const struct task *task, enum status status)
{
    if (task->wait_us) return LOG_DEBUG;
    return status == STATUS_INTERNAL ? LOG_ERROR : LOG_INFO;
}

static void log_end(const struct task *task, enum status status, const struct error *error)
{
    const struct job *job = &task->job;
    LOG(level_of(task, status), status == STATUS_OK ? "job_completed" : "job_ended",
        LOG_TEXT("job_id", job->id), LOG_TEXT("kind", job->kind), LOG_INT("attempt", job->attempts),
        LOG_INT("duration_us", clock_monotonic_us() - task->began_us), LOG_C("reason", error->message));
}

static enum status work(struct task *task, struct error *error)
{
    const struct job_kind *kind = job_kind_find(task->job.kind);
    if (!kind)
        return error_set(error, STATUS_UNSUPPORTED, NULL, "this program knows no jobs of the kind %.*s",
                         STR_ARG(task->job.kind));
    return kind->run(task, error);
}

bool task_run(struct task *task)
{
    struct error error = {0}, settle_error = {0};
    const enum status status = work(task, &error);
    log_end(task, status, &error);
    if (status == STATUS_OK) return true;
    const struct job_outcome outcome = {
        .status = status,
        .error = &error,
        .is_released = atomic_load(&task->end) == TASK_RELEASED,
        .wait_us = task->wait_us,
    };
    const enum status settled = job_settle(task->app, &task->job, &outcome, &settle_error);
    if (settled == STATUS_OK || settled == STATUS_STALE) return true;
    LOG(LOG_WARN, "job_not_settled", LOG_TEXT("job_id", task->job.id), LOG_C("reason", settle_error.message));
    return false;
}
