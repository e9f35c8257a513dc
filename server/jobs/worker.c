#include "jobs/crew.h"

#include "app/job.h"
#include "base/limits.h"
#include "base/log.h"

enum {
    CLAIMED_AT_ONCE = 16, // jobs, at most
    PATIENCE_US = 60 * 1000 * 1000,
};

// ---- waiting

static void wake(struct runner *runner)
{
    pthread_mutex_lock(&runner->mutex);
    runner->may_have_work = true;
    pthread_cond_broadcast(&runner->woken);
    pthread_mutex_unlock(&runner->mutex);
}

// Until it has a job, or there is a reason to look for one; a second without a notice is one, too. True: it
// has one.
static bool wait_for_work(struct worker *worker)
{
    struct runner *runner = worker->runner;
    const struct timespec poll = runner_after(RUNNER_POLL_US);
    int result = 0;
    pthread_mutex_lock(&runner->mutex);
    worker->is_idle = !worker->task;
    while (!worker->task && !runner->may_have_work && !runner->is_closed && result == 0)
        result = pthread_cond_timedwait(&runner->woken, &runner->mutex, &poll);
    const bool has_task = worker->task;
    if (!has_task) runner->may_have_work = false;
    pthread_mutex_unlock(&runner->mutex);
    return has_task;
}

static void note_claim(struct runner *runner, enum status status, const struct error *error)
{
    pthread_mutex_lock(&runner->mutex);
    const bool was_unreachable = runner->is_unreachable;
    runner->is_unreachable = status != STATUS_OK;
    pthread_mutex_unlock(&runner->mutex);
    if (status != STATUS_OK) runner_doubt(runner);
    if (status != STATUS_OK && !was_unreachable)
        LOG(LOG_WARN, "queue_unreachable", LOG_C("reason", error->message));
}

// ---- claiming: for itself and for all that are idle, in one transaction

static struct worker *owner_of(struct arena *arena)
{
    return (struct worker *)(void *)((char *)arena - offsetof(struct worker, arena));
}

static void add_idle(struct runner *runner, const struct worker *first, struct job_places *places)
{
    pthread_mutex_lock(&runner->mutex);
    for (size_t i = 0; i < runner->worker_count && places->count < CLAIMED_AT_ONCE; i++) {
        struct worker *worker = &runner->workers[i];
        if (worker != first && worker->is_idle)
            places->items[places->count++] = (struct job_place){.arena = &worker->arena};
    }
    pthread_mutex_unlock(&runner->mutex);
}

static void hand_out(struct runner *runner, const struct job_place *places, size_t count)
{
    pthread_mutex_lock(&runner->mutex);
    for (size_t i = 0; i < count; i++) {
        struct worker *worker = owner_of(places[i].arena);
        task_init(&worker->own, runner->app, &places[i].job);
        worker->own.patience_us = PATIENCE_US;
        worker->task = &worker->own;
        worker->is_idle = false;
        runner->running_count++;
    }
    runner->may_have_work |= count > 0; // where some were, there may be more
    pthread_cond_broadcast(&runner->woken);
    pthread_mutex_unlock(&runner->mutex);
}

static void claim(struct worker *worker)
{
    struct runner *runner = worker->runner;
    struct error error = {0};
    struct job_place items[CLAIMED_AT_ONCE] = {{.arena = &worker->arena}};
    struct job_places places = {items, 1};
    size_t count = 0;
    add_idle(runner, worker, &places);
    const enum status status = job_claim(runner->app, &runner->identity, &places, &count, &error);
    hand_out(runner, items, count);
    note_claim(runner, status, &error);
}

enum look { LOOK_TASK, LOOK_CLOSED, LOOK_OPEN };

static enum look look(struct worker *worker)
{
    struct runner *runner = worker->runner;
    pthread_mutex_lock(&runner->mutex);
    const enum look seen = worker->task ? LOOK_TASK : runner->is_closed ? LOOK_CLOSED : LOOK_OPEN;
    if (seen == LOOK_CLOSED) worker->is_idle = false;
    pthread_mutex_unlock(&runner->mutex);
    return seen;
}

// Whoever holds `claiming` finds every job of this process with its worker: claimed and known is one step.
// Nobody claims for a worker that has left, since it leaves while it holds `claiming`.
static enum look look_and_claim(struct worker *worker)
{
    struct runner *runner = worker->runner;
    pthread_mutex_lock(&runner->claiming);
    enum look seen = look(worker);
    if (seen == LOOK_OPEN) {
        claim(worker);
        seen = look(worker);
    }
    pthread_mutex_unlock(&runner->claiming);
    return seen;
}

// False when the queue is closed.
static bool next_task(struct worker *worker)
{
    enum look seen = LOOK_OPEN;
    while (seen == LOOK_OPEN)
        seen = wait_for_work(worker) ? LOOK_TASK : look_and_claim(worker);
    return seen == LOOK_TASK;
}

static void put_down(struct worker *worker)
{
    struct runner *runner = worker->runner;
    pthread_mutex_lock(&runner->mutex);
    worker->task = NULL;
    runner->running_count--;
    pthread_cond_signal(&runner->rested);
    pthread_mutex_unlock(&runner->mutex);
    arena_reset(&worker->arena);
}

void *worker_work(void *argument)
{
    struct worker *worker = argument;
    arena_init(&worker->arena, MIB);
    while (next_task(worker)) {
        const bool is_settled = task_run(worker->task);
        put_down(worker);
        if (!is_settled) runner_doubt(worker->runner);
        wake(worker->runner); // its lane has room again
    }
    arena_clear(&worker->arena);
    return NULL;
}
