#include "market/candle_file.h"

#include "base/clock.h"
#include "base/limits.h"
#include "market/candle_view.h"
#include "market/duck.h"
#include "market/writer_lock.h"

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define READ_MEMORY_BYTES (128 * MIB)
#define SHARE_US 1000000      // a handle older than this is not joined any more
#define LINGER_US 25000       // how long a handle without readers waits for the next one
#define WRITERS_TURN_US 25000 // how long a file stays closed after a handle that was shared for SHARE_US
#define RETRY_FIRST_US 5000   // pauses while another process has the file locked, doubled up to RETRY_LAST_US
#define RETRY_LAST_US 80000

// CLOSED -> OPENING -> OPEN -> CLOSING -> CLOSED; OPENING falls back to CLOSED when it fails.
enum handle_state { HANDLE_CLOSED, HANDLE_OPENING, HANDLE_OPEN, HANDLE_CLOSING };

struct candle_file {
    char path[PATH_MAX];
    pthread_mutex_t mutex; // guards what follows; never held while a file is opened, read or closed
    pthread_cond_t changed;
    enum handle_state state;
    bool is_stopping;
    size_t session_count;
    duckdb_database database;
    struct file_stamp stamp; // of the last handle
    uint64_t data_version;
    int64_t opened_us;
    int64_t idle_us;       // since when nobody reads, where session_count is 0
    int64_t not_before_us; // writers have their turn until then
    pthread_t closer;
};

static void wait_until(struct candle_file *file, int64_t deadline_us)
{
    const struct timespec deadline = clock_timespec(deadline_us);
    (void)pthread_cond_timedwait(&file->changed, &file->mutex, &deadline);
}

// With the mutex held on entry and return.
static void close_handle(struct candle_file *file)
{
    const int64_t now_us = clock_monotonic_us();
    if (now_us - file->opened_us > SHARE_US) file->not_before_us = now_us + WRITERS_TURN_US;
    duckdb_database database = file->database;
    file->database = NULL;
    file->state = HANDLE_CLOSING;
    pthread_mutex_unlock(&file->mutex);
    duckdb_close(&database);
    pthread_mutex_lock(&file->mutex);
    file->state = HANDLE_CLOSED;
    pthread_cond_broadcast(&file->changed);
}

static void *close_when_idle(void *context)
{
    struct candle_file *file = context;
    pthread_mutex_lock(&file->mutex);
    while (!file->is_stopping) {
        const bool is_idle = file->state == HANDLE_OPEN && file->session_count == 0;
        if (!is_idle)
            pthread_cond_wait(&file->changed, &file->mutex);
        else if (clock_monotonic_us() < file->idle_us + LINGER_US)
            wait_until(file, file->idle_us + LINGER_US);
        else
            close_handle(file);
    }
    if (file->state == HANDLE_OPEN) close_handle(file);
    pthread_mutex_unlock(&file->mutex);
    return NULL;
}

static void init_sync(struct candle_file *file)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&file->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&file->mutex, NULL);
}

static void free_file(struct candle_file *file)
{
    pthread_cond_destroy(&file->changed);
    pthread_mutex_destroy(&file->mutex);
    free(file);
}

enum status candle_file_new(struct str path, struct candle_file **out_file, struct error *error)
{
    struct candle_file *file = calloc(1, sizeof *file);
    if (!file) return error_no_memory(error);
    init_sync(file);
    if (!str_to_c(path, file->path, sizeof file->path)) {
        free_file(file);
        return error_set(error, STATUS_INVALID, NULL, "the path of the market data is too long");
    }
    if (pthread_create(&file->closer, NULL, close_when_idle, file) != 0) {
        free_file(file);
        return error_set(error, STATUS_INTERNAL, NULL, "no thread could be started for the market data");
    }
    *out_file = file;
    return STATUS_OK;
}

void candle_file_free(struct candle_file *file)
{
    if (!file) return;
    pthread_mutex_lock(&file->mutex);
    file->is_stopping = true;
    pthread_cond_broadcast(&file->changed);
    pthread_mutex_unlock(&file->mutex);
    pthread_join(file->closer, NULL);
    free_file(file);
}

// Takes the lock of the file; its stamp is read under that lock, so it belongs to what will be read.
// With the mutex held on entry and return.
static enum status open_handle(struct candle_file *file, struct error *error)
{
    file->state = HANDLE_OPENING;
    pthread_mutex_unlock(&file->mutex);
    const struct duck_options options = {.access = DUCK_READ, .memory_limit_bytes = READ_MEMORY_BYTES};
    duckdb_database database = NULL;
    const enum status status = duck_open(str_from_c(file->path), &options, &database, error);
    const struct file_stamp stamp = file_stamp_read(file->path);
    pthread_mutex_lock(&file->mutex);
    file->state = status == STATUS_OK ? HANDLE_OPEN : HANDLE_CLOSED;
    if (status == STATUS_OK) {
        if (file->data_version == 0 || !file_stamp_eq(&stamp, &file->stamp)) file->data_version++;
        file->stamp = stamp;
        file->database = database;
        file->opened_us = file->idle_us = clock_monotonic_us();
    }
    pthread_cond_broadcast(&file->changed);
    return status;
}

// Not when it was open for long, and not when the path leads to another file by now: a lock does not hold a
// rename.
static bool can_join(const struct candle_file *file)
{
    if (file->state != HANDLE_OPEN || clock_monotonic_us() - file->opened_us > SHARE_US) return false;
    const struct file_stamp now = file_stamp_read(file->path);
    return file_stamp_eq(&now, &file->stamp);
}

// Counts the caller as a reader of the open handle. With the mutex held.
static enum status enter(struct candle_file *file, int64_t patience_ms, struct error *error)
{
    const int64_t deadline_us = clock_monotonic_us() + patience_ms * 1000;
    WRITER_LOCK_WAIT_SCOPE waiting = -1;
    int64_t pause_us = RETRY_FIRST_US;
    while (!can_join(file)) {
        const int64_t now_us = clock_monotonic_us();
        if (file->state == HANDLE_OPEN && file->session_count == 0) {
            close_handle(file);
        } else if (file->state != HANDLE_CLOSED) {
            pthread_cond_wait(&file->changed, &file->mutex);
        } else if (now_us < file->not_before_us) {
            wait_until(file, file->not_before_us);
        } else {
            const enum status status = open_handle(file, error);
            if (status == STATUS_OK) break;
            if (status != STATUS_UNAVAILABLE || now_us >= deadline_us) return status;
            if (waiting < 0) waiting = writer_lock_wait(str_from_c(file->path));
            wait_until(file, now_us + pause_us);
            pause_us = pause_us < RETRY_LAST_US ? pause_us * 2 : RETRY_LAST_US;
        }
    }
    file->session_count++;
    return STATUS_OK;
}

static void leave(struct candle_file *file)
{
    pthread_mutex_lock(&file->mutex);
    if (--file->session_count == 0) {
        file->idle_us = clock_monotonic_us();
        pthread_cond_broadcast(&file->changed); // the closer counts from here
    }
    pthread_mutex_unlock(&file->mutex);
}

enum status candle_session_begin(struct candle_file *file, int64_t patience_ms,
                                 struct candle_session *out_session, struct error *error)
{
    pthread_mutex_lock(&file->mutex);
    const enum status entered = enter(file, patience_ms, error);
    struct candle_session session = {.file = file, .stamp = file->stamp, .data_version = file->data_version};
    duckdb_database database = file->database;
    pthread_mutex_unlock(&file->mutex);
    TRY(entered);
    enum status status = duck_connect(database, &session.connection, error);
    if (status == STATUS_OK) status = candle_view_create(session.connection, error);
    if (status == STATUS_OK)
        *out_session = session;
    else
        candle_session_end(&session);
    return status;
}

void candle_session_end(struct candle_session *session)
{
    if (!session->file) return;
    duckdb_disconnect(&session->connection);
    leave(session->file);
    session->file = NULL;
}
