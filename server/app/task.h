// A job from the inside: what its work needs while it runs, in whichever thread of whichever process.
#pragma once

#include "app/app.h"
#include "base/error.h"
#include "base/str.h"
#include "store/job_store.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum task_end {
    TASK_GOES_ON,
    TASK_CANCELLED, // somebody asked for it
    TASK_LOST,      // another worker has the job by now
    TASK_RELEASED,  // this process is to end
};

struct task {
    const struct app *app;
    struct job job;         // as claimed; its fence is worker and attempts
    atomic_int end;         // enum task_end
    atomic_bool is_stopped; // end is not TASK_GOES_ON
    int64_t began_us;       // monotonic
    int64_t progress_us;    // when progress was last told
    int64_t wait_us;        // of task_wait; 0: none
    int64_t patience_us;    // how long it tries to store what it has found; 0: once, somebody waits for it
};

void task_init(struct task *task, const struct app *app, const struct job *job);

// From any thread; the first reason stays.
void task_stop(struct task *task, enum task_end end);

// Asked at least every 50 ms of work.
bool task_is_stopped(const struct task *task);

// The status to return when it is.
enum status task_stopped(const struct task *task, struct error *error);

// Another process has what the work needs: when the work returns why, the job goes back into the queue for
// `pause_us`, and this attempt does not count, however often that happens.
void task_wait(struct task *task, int64_t pause_us);

// What it may have waited for is there: a job that was put back for it is told of as running from here on,
// and not each time that it was claimed to look (job_waits). Not inside a transaction.
void task_found(struct task *task);

// Tells those who watch, at most twice a second; `text` is what it is at. Not inside a transaction. Learns
// here, if not before, that the job is another's.
void task_progress(struct task *task, double fraction, struct str text);

// The same, for work that is about to go on: task_stopped when it must not.
enum status task_go_on(struct task *task, double fraction, struct str text, struct error *error);

// The job is completed with the effect that `*tx` holds: both are committed, or neither. `result` may be
// {0}. STATUS_STALE "job_lost" when it is another's by now, or its cancellation was asked for: nothing is
// stored then.
enum status task_complete(struct task *task, struct db_tx **tx, struct str result, struct error *error);

// The same where the effect is done already, outside of the state database, and cannot be taken back: whoever
// has asked for the end meanwhile came too late, and is told so by the state.
enum status task_complete_done(struct task *task, struct db_tx **tx, struct str result, struct error *error);

// After a try to store the effect that gave `status`: whether to try again, which is so while the database is
// busy or away for a moment and the task has patience; pauses before. Work of hours is not done again for a
// restart.
bool task_tries_again(const struct task *task, enum status status, int64_t since_us);

// Runs the job's kind and sees to its end, whatever it is. False when the database did not take the end: the
// job stands there as running still.
bool task_run(struct task *task);
