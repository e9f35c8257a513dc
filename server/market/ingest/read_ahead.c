#include "market/ingest/read_ahead.h"

#include "base/clock.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { SLOTS = 32, THREADS_MAX = 8, SPARES_MAX = 16, ROWS_HELD_MAX = 2000000 };

struct slot {
    bool is_ready;
    _Atomic int64_t position; // bytes of the file that are read
    struct read_result result;
};

// File i goes through slot i % SLOTS. taken <= started <= taken + SLOTS.
struct read_ahead {
    const struct file_list *files;
    const struct ingest_file_rules *rules;
    pthread_mutex_t mutex; // guards what follows; not held while a file is read
    pthread_cond_t changed;
    size_t started; // files that a thread took on
    size_t taken;   // files that were handed out
    size_t rows_held;
    size_t spare_rows; // that the spares have room for
    size_t spare_count;
    struct row_list spares[SPARES_MAX]; // empty lists, used again: fresh memory costs as much as its rows
    bool is_stopping;
    struct slot slots[SLOTS];
    pthread_t threads[THREADS_MAX];
    size_t thread_count;
};

// With the mutex. The file that the caller waits for is read whatever is held.
static bool may_start(const struct read_ahead *ahead)
{
    return ahead->started < ahead->files->count && ahead->started < ahead->taken + SLOTS &&
           (ahead->rows_held < ROWS_HELD_MAX || ahead->started == ahead->taken);
}

static bool wait_for_work(struct read_ahead *ahead)
{
    while (!ahead->is_stopping && ahead->started < ahead->files->count && !may_start(ahead))
        pthread_cond_wait(&ahead->changed, &ahead->mutex);
    return !ahead->is_stopping && ahead->started < ahead->files->count;
}

// With the mutex.
static struct row_list take_spare(struct read_ahead *ahead)
{
    if (ahead->spare_count == 0) return (struct row_list){0};
    const struct row_list list = ahead->spares[--ahead->spare_count];
    ahead->spare_rows -= list.capacity;
    return list;
}

// With the mutex. Spares and rows together stay below ROWS_HELD_MAX.
static void keep_spare(struct read_ahead *ahead, struct row_list *list)
{
    if (!list->rows || ahead->spare_count == SPARES_MAX) return;
    if (ahead->rows_held + ahead->spare_rows + list->capacity > ROWS_HELD_MAX) return;
    ahead->spares[ahead->spare_count++] = (struct row_list){.rows = list->rows, .capacity = list->capacity};
    ahead->spare_rows += list->capacity;
    *list = (struct row_list){0};
}

static void read_one(const struct read_ahead *ahead, size_t index, struct row_list spare, struct slot *slot)
{
    const struct file_entry *entry = &ahead->files->entries[index];
    struct read_result *result = &slot->result;
    struct ingest_file_rules rules = *ahead->rules;
    rules.watch.position = &slot->position;
    *result = (struct read_result){.path = entry->path, .bytes = entry->bytes, .file.rows = spare};
    result->status = ingest_file_read(entry->path, &rules, &result->file, &result->error);
    if (result->status != STATUS_OK) row_list_done(&result->file.rows); // nothing of it may be stored
}

static void *read_files(void *context)
{
    struct read_ahead *ahead = context;
    pthread_mutex_lock(&ahead->mutex);
    while (wait_for_work(ahead)) {
        const size_t index = ahead->started++;
        struct slot *slot = &ahead->slots[index % SLOTS];
        const struct row_list spare = take_spare(ahead);
        atomic_store(&slot->position, 0);
        pthread_mutex_unlock(&ahead->mutex);
        read_one(ahead, index, spare, slot);
        pthread_mutex_lock(&ahead->mutex);
        slot->is_ready = true;
        ahead->rows_held += slot->result.file.rows.count;
        pthread_cond_broadcast(&ahead->changed);
    }
    pthread_mutex_unlock(&ahead->mutex);
    return NULL;
}

// One processor is left to the caller, whose storing takes longer than reading does.
static size_t default_threads(void)
{
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 2 ? 1 : (size_t)processors - 1;
}

enum status read_ahead_start(const struct file_list *files, const struct ingest_file_rules *rules,
                             size_t thread_count, struct read_ahead **out_ahead, struct error *error)
{
    struct read_ahead *ahead = calloc(1, sizeof *ahead);
    if (!ahead) return error_no_memory(error);
    ahead->files = files;
    ahead->rules = rules;
    pthread_mutex_init(&ahead->mutex, NULL);
    pthread_cond_init(&ahead->changed, NULL);
    const size_t wanted = thread_count ? thread_count : default_threads();
    while (ahead->thread_count < wanted && ahead->thread_count < THREADS_MAX) {
        if (pthread_create(&ahead->threads[ahead->thread_count], NULL, read_files, ahead) != 0) break;
        ahead->thread_count++;
    }
    if (ahead->thread_count == 0) {
        read_ahead_stop(&ahead);
        return error_no_memory(error);
    }
    *out_ahead = ahead;
    return STATUS_OK;
}

bool read_ahead_wait(struct read_ahead *ahead, int64_t patience_us, int64_t *out_bytes)
{
    *out_bytes = 0;
    if (ahead->taken == ahead->files->count) return true;
    struct slot *slot = &ahead->slots[ahead->taken % SLOTS];
    const struct timespec deadline = clock_timespec(clock_monotonic_us() + patience_us);
    int timed_out = 0;
    pthread_mutex_lock(&ahead->mutex);
    while (!slot->is_ready && !timed_out)
        timed_out = pthread_cond_clockwait(&ahead->changed, &ahead->mutex, CLOCK_MONOTONIC, &deadline);
    const bool is_ready = slot->is_ready;
    if (ahead->started > ahead->taken) *out_bytes = atomic_load(&slot->position);
    pthread_mutex_unlock(&ahead->mutex);
    return is_ready;
}

bool read_ahead_take(struct read_ahead *ahead, struct read_result *out_result)
{
    if (ahead->taken == ahead->files->count) return false;
    struct slot *slot = &ahead->slots[ahead->taken % SLOTS];
    pthread_mutex_lock(&ahead->mutex);
    *out_result = slot->result;
    slot->is_ready = false;
    ahead->taken++;
    pthread_cond_broadcast(&ahead->changed);
    pthread_mutex_unlock(&ahead->mutex);
    return true;
}

void read_ahead_release(struct read_ahead *ahead, struct read_result *result)
{
    pthread_mutex_lock(&ahead->mutex);
    ahead->rows_held -= result->file.rows.count;
    keep_spare(ahead, &result->file.rows);
    pthread_cond_broadcast(&ahead->changed);
    pthread_mutex_unlock(&ahead->mutex);
    ingest_file_done(&result->file);
}

void read_ahead_stop(struct read_ahead **ahead)
{
    struct read_ahead *self = *ahead;
    if (!self) return;
    pthread_mutex_lock(&self->mutex);
    self->is_stopping = true;
    pthread_cond_broadcast(&self->changed);
    pthread_mutex_unlock(&self->mutex);
    for (size_t i = 0; i < self->thread_count; i++)
        pthread_join(self->threads[i], NULL);
    for (size_t i = 0; i < SLOTS; i++)
        if (self->slots[i].is_ready) ingest_file_done(&self->slots[i].result.file);
    for (size_t i = 0; i < self->spare_count; i++)
        row_list_done(&self->spares[i]);
    pthread_cond_destroy(&self->changed);
    pthread_mutex_destroy(&self->mutex);
    free(self);
    *ahead = NULL;
}
