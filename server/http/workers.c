#include "http/workers.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

enum { YIELDS = 8 };

struct worker {
    struct workers *owner;
    size_t index;
    pthread_t thread;
};

struct workers {
    workers_run *run;
    void *context;
    pthread_mutex_t mutex; // guards everything below
    pthread_cond_t woken;
    void **ring;
    size_t capacity;
    size_t first;
    size_t count;
    size_t sleeping_count;  // threads in pthread_cond_wait that nobody has woken yet
    size_t wake_count;      // threads woken but not yet running
    size_t searching_count; // threads woken or looking for a job: they will find what is queued now
    bool is_stopping;
    struct worker *threads;
    size_t thread_count;
};

// Waking a thread costs more than a small request. So one thread at a time is on the way to the queue: it
// takes what it finds, and only when more is left (its own job may block) it wakes the next. With the mutex
// held.
static bool wake_if_needed(struct workers *workers)
{
    if (workers->count == 0 || workers->searching_count > 0 || workers->sleeping_count == 0) return false;
    workers->sleeping_count--;
    workers->wake_count++;
    workers->searching_count++;
    return true;
}

// With the mutex held. Returns as a searching thread.
static void sleep_until_woken(struct workers *workers)
{
    workers->searching_count--;
    workers->sleeping_count++;
    while (workers->wake_count == 0 && !workers->is_stopping)
        pthread_cond_wait(&workers->woken, &workers->mutex);
    if (workers->wake_count > 0) {
        workers->wake_count--;
        return;
    }
    workers->sleeping_count--;
    workers->searching_count++;
}

// Before it sleeps a thread lets the event threads run a few times: under load they have the next job ready
// then. With the mutex held, but for the yield.
static void search(struct workers *workers)
{
    workers->searching_count++;
    for (int i = 0; workers->count == 0 && !workers->is_stopping; i++) {
        if (i == YIELDS) {
            sleep_until_woken(workers);
            i = 0;
            continue;
        }
        pthread_mutex_unlock(&workers->mutex);
        sched_yield();
        pthread_mutex_lock(&workers->mutex);
    }
    workers->searching_count--;
}

// NULL: nothing is left and the threads are to end.
static void *take_job(struct workers *workers)
{
    void *job = NULL;
    pthread_mutex_lock(&workers->mutex);
    if (workers->count == 0) search(workers);
    if (workers->count > 0) {
        job = workers->ring[workers->first];
        workers->first = (workers->first + 1) % workers->capacity;
        workers->count--;
    }
    const bool must_wake = wake_if_needed(workers);
    pthread_mutex_unlock(&workers->mutex);
    if (must_wake) pthread_cond_signal(&workers->woken);
    return job;
}

static void *work(void *argument)
{
    const struct worker *worker = argument;
    struct workers *workers = worker->owner;
    void *job;
    while ((job = take_job(workers)))
        workers->run(workers->context, worker->index, job);
    return NULL;
}

bool workers_submit(struct workers *workers, void *job)
{
    pthread_mutex_lock(&workers->mutex);
    const bool has_room = workers->count < workers->capacity && !workers->is_stopping;
    if (has_room) {
        workers->ring[(workers->first + workers->count) % workers->capacity] = job;
        workers->count++;
    }
    const bool must_wake = wake_if_needed(workers);
    pthread_mutex_unlock(&workers->mutex);
    if (must_wake) pthread_cond_signal(&workers->woken);
    return has_room;
}

void workers_stop(struct workers *workers)
{
    if (!workers) return;
    pthread_mutex_lock(&workers->mutex);
    workers->is_stopping = true;
    pthread_cond_broadcast(&workers->woken);
    pthread_mutex_unlock(&workers->mutex);
    for (size_t i = 0; i < workers->thread_count; i++)
        pthread_join(workers->threads[i].thread, NULL);
    workers->thread_count = 0;
}

void workers_free(struct workers *workers)
{
    if (!workers) return;
    workers_stop(workers);
    pthread_cond_destroy(&workers->woken);
    pthread_mutex_destroy(&workers->mutex);
    free(workers->threads);
    free(workers->ring);
    free(workers);
}

static bool start_thread(struct workers *workers)
{
    struct worker *worker = &workers->threads[workers->thread_count];
    *worker = (struct worker){.owner = workers, .index = workers->thread_count};
    if (pthread_create(&worker->thread, NULL, work, worker) != 0) return false;
    workers->thread_count++;
    return true;
}

enum status workers_new(size_t thread_count, size_t queue_capacity, workers_run *run, void *context,
                        struct workers **out_workers, struct error *error)
{
    struct workers *workers = calloc(1, sizeof *workers);
    if (!workers) return error_no_memory(error);
    *workers = (struct workers){.run = run, .context = context, .capacity = queue_capacity};
    pthread_mutex_init(&workers->mutex, NULL);
    pthread_cond_init(&workers->woken, NULL);
    workers->ring = calloc(queue_capacity, sizeof *workers->ring);
    workers->threads = calloc(thread_count, sizeof *workers->threads);
    bool is_ready = workers->ring && workers->threads;
    for (size_t i = 0; i < thread_count && is_ready; i++)
        is_ready = start_thread(workers);
    if (!is_ready) {
        workers_free(workers);
        return error_set(error, STATUS_NO_MEMORY, NULL, "cannot start %zu worker threads", thread_count);
    }
    *out_workers = workers;
    return STATUS_OK;
}
