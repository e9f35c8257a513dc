// Private to jobs/: a process's workers (worker.c), their keeper (keeper.c), and what they share.
#pragma once

#include "app/app.h"
#include "app/task.h"
#include "base/arena.h"
#include "store/job_store.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

enum { RUNNER_POLL_US = 1000 * 1000 }; // for work, and for turns of the keeper, where no notice came

struct worker {
    struct runner *runner;
    pthread_t thread;
    struct arena arena; // of its job
    struct task own;
    struct task *task; // `own`, from the claim to the end of its job; guarded by the runner's mutex
    bool is_idle;      // takes a job from whoever claims; guarded likewise
};

struct runner {
    const struct app *app;
    struct job_worker identity;
    pthread_mutex_t claiming; // one worker at a time reaches for the next job
    pthread_mutex_t mutex;    // guards what follows; the inner one of the two
    pthread_cond_t woken;     // workers: there may be work, or a job was claimed for them
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

// The threads: `argument` is a struct worker, and the struct runner.
void *worker_work(void *argument);
void *keeper_keep(void *argument);

// What was not answered may have been committed, or be so in a moment: for a while a job may turn up as this
// process's that no worker runs.
void runner_doubt(struct runner *runner);

// A time of the monotonic clock to wait until.
struct timespec runner_after(int64_t pause_us);
