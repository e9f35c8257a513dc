#include "http/workers.h"

#include <pthread.h>
#include <stdlib.h>

struct worker {
    struct workers *owner;
    size_t index;
    pthread_t thread;
};

struct workers {
    workers_run *run;
    void *context;
    pthread_mutex_t mutex; // guards everything below
    pthread_cond_t job_added;
    void **ring;
    size_t capacity;
    size_t first;
    size_t count;
    size_t idle_count;
    bool is_stopping;
    struct worker *threads;
    size_t thread_count;
};

static void *take_job(struct workers *workers)
{
    void *job = NULL;
    pthread_mutex_lock(&workers->mutex);
    while (workers->count == 0 && !workers->is_stopping) {
        workers->idle_count++;
        pthread_cond_wait(&workers->job_added, &workers->mutex);
        workers->idle_count--;
    }
    if (workers->count > 0) {
        job = workers->ring[workers->first];
        workers->first = (workers->first + 1) % workers->capacity;
        workers->count--;
    }
    pthread_mutex_unlock(&workers->mutex);
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
    const bool has_room = workers->count < workers->capacity;
    if (has_room) {
        workers->ring[(workers->first + workers->count) % workers->capacity] = job;
        workers->count++;
    }
    const bool must_wake = has_room && workers->idle_count > 0;
    pthread_mutex_unlock(&workers->mutex);
    if (must_wake) pthread_cond_signal(&workers->job_added);
    return has_room;
}

void workers_free(struct workers *workers)
{
    if (!workers) return;
    pthread_mutex_lock(&workers->mutex);
    workers->is_stopping = true;
    pthread_cond_broadcast(&workers->job_added);
    pthread_mutex_unlock(&workers->mutex);
    for (size_t i = 0; i < workers->thread_count; i++)
        pthread_join(workers->threads[i].thread, NULL);
    pthread_cond_destroy(&workers->job_added);
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
    pthread_cond_init(&workers->job_added, NULL);
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
