#include "app/job_wait.h"

#include "base/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct job_waits {
    pthread_mutex_t mutex; // guards everything below
    pthread_cond_t told;
    size_t capacity;
    size_t count;
    struct job_wait *first;
};

enum status job_waits_new(size_t capacity, struct job_waits **out_waits, struct error *error)
{
    struct job_waits *waits = calloc(1, sizeof *waits);
    if (!waits) return error_no_memory(error);
    waits->capacity = capacity;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&waits->told, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&waits->mutex, NULL);
    *out_waits = waits;
    return STATUS_OK;
}

void job_waits_free(struct job_waits *waits)
{
    if (!waits) return;
    pthread_cond_destroy(&waits->told);
    pthread_mutex_destroy(&waits->mutex);
    free(waits);
}

void job_waits_tell(struct job_waits *waits, struct str job_id)
{
    bool is_any = false;
    pthread_mutex_lock(&waits->mutex);
    for (struct job_wait *wait = waits->first; wait; wait = wait->next) {
        if (job_id.len && !str_eq(wait->job_id, job_id)) continue;
        wait->is_told = is_any = true;
    }
    if (is_any) pthread_cond_broadcast(&waits->told);
    pthread_mutex_unlock(&waits->mutex);
}

bool job_wait_begin(struct job_wait *wait, struct job_waits *waits, struct str job_id)
{
    if (!waits) return false;
    *wait = (struct job_wait){.waits = waits, .job_id = job_id};
    pthread_mutex_lock(&waits->mutex);
    const bool has_room = waits->count < waits->capacity;
    if (has_room) {
        wait->next = waits->first;
        waits->first = wait;
        waits->count++;
    }
    pthread_mutex_unlock(&waits->mutex);
    return has_room;
}

bool job_wait_until(struct job_wait *wait, int64_t deadline_us)
{
    struct job_waits *waits = wait->waits;
    const struct timespec until = clock_timespec(deadline_us);
    int result = 0;
    pthread_mutex_lock(&waits->mutex);
    while (!wait->is_told && result != ETIMEDOUT)
        result = pthread_cond_timedwait(&waits->told, &waits->mutex, &until);
    const bool is_told = wait->is_told;
    wait->is_told = false;
    pthread_mutex_unlock(&waits->mutex);
    return is_told;
}

void job_wait_end(struct job_wait *wait)
{
    struct job_waits *waits = wait->waits;
    pthread_mutex_lock(&waits->mutex);
    struct job_wait **link = &waits->first;
    while (*link != wait)
        link = &(*link)->next;
    *link = wait->next;
    waits->count--;
    pthread_mutex_unlock(&waits->mutex);
}
