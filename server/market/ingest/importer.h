// Files into the database: read ahead on other threads, stored in the order of the list, some hundred
// thousand rows a transaction. The same for the command line and for jobs.
#pragma once

#include "base/error.h"
#include "market/candle_store.h"
#include "market/ingest/file_list.h"
#include "market/ingest/ingest_file.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// One file that is done with: stored, or refused with nothing of it stored. Borrowed during the call.
struct import_event {
    const char *path;
    const struct ingest_report *report;
    const struct error *refusal;              // NULL when it was stored (or held no candles)
    const struct candle_write_result *result; // zero when it was refused
};

struct import_progress {
    size_t files_done, files_total;
    int64_t bytes_done, bytes_total; // half of a file's are done when it is read, half when it is stored
    int64_t rows_done;               // rows that are stored, or merged in the present transaction
};

struct import_listener {
    void (*on_file)(void *context, const struct import_event *event);
    void (*on_progress)(void *context, const struct import_progress *progress);
    void *context;
};

struct import_options {
    struct ingest_file_rules rules;
    struct import_listener listener;
    const atomic_bool *is_cancelled; // looked at every few milliseconds; NULL: cannot be
    size_t thread_count;             // that read files; 0: by the machine
};

// Zero-initialise; done by import_summary_done. Filled as far as the import came, on failure too.
struct import_summary {
    size_t files_stored; // all of whose candles are in the database now
    size_t files_empty;
    size_t files_refused;
    struct candle_write_result rows;
    int64_t rows_left_out;      // bad rows of stored files
    struct series_name *series; // heap; each series once, ordered by name
    size_t series_count;
};

// Stores file after file, each whole or not at all. Files that are refused do not end it. The writer has the
// watch of `is_cancelled` from then on. Errors: those of
// candle_writer_store, STATUS_CANCELLED; what was stored before stays.
enum status import_run(struct candle_writer *writer, const struct file_list *files,
                       const struct import_options *options, struct import_summary *summary,
                       struct error *error);

void import_summary_done(struct import_summary *summary);
