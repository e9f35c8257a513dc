// Archives on their way into the database, stored by a thread of its own while others are fetched.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "market/candle_store.h"
#include "market/ingest/importer.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

enum { DOWNLOAD_BATCH_FILES = 1024 };

struct download_file {
    size_t order;        // in the plan: files are stored by it
    const char *path;    // of the batch's arena
    bool was_fetched;    // else it lay on the disk
    const char *refusal; // why it was not stored, of the batch's arena; NULL: it was
};

// Zero-initialise by download_batch_init.
struct download_batch {
    struct download_file files[DOWNLOAD_BATCH_FILES];
    size_t count;
    size_t done_count; // files that the importer came to
    struct arena arena;
    struct file_list list;
    struct import_summary summary;
    enum status status; // of the import as a whole
    struct error error;
    struct candle_writer *writer;
    const atomic_bool *is_cancelled;
    pthread_t thread;
    bool is_running;
    atomic_bool has_ended;
};

void download_batch_init(struct download_batch *batch);
void download_batch_done(struct download_batch *batch); // waits for the thread

// There is room: count < DOWNLOAD_BATCH_FILES. The path is copied.
enum status download_batch_add(struct download_batch *batch, const char *path, size_t order, bool was_fetched,
                               struct error *error);

// The writer is the thread's until it is joined.
enum status download_batch_start(struct download_batch *batch, struct candle_writer *writer,
                                 const atomic_bool *is_cancelled, struct error *error);

// Waits for the end; then files, summary, status and error may be looked at.
void download_batch_join(struct download_batch *batch);

// For the next files.
void download_batch_clear(struct download_batch *batch);
