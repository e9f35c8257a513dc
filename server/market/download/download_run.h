// A plan carried out: archives fetched, verified, kept and stored, several at once.
#pragma once

#include "base/error.h"
#include "market/candle_store.h"
#include "market/download/download_plan.h"
#include "net/fetch.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum download_end {
    DOWNLOAD_STORED,        // fetched, and its candles are in the database
    DOWNLOAD_FROM_DISK,     // it lay there already with the right SHA-256; its candles are in the database
    DOWNLOAD_NOT_PUBLISHED, // 404
    DOWNLOAD_FAILED,
};

// One file that is done with. Borrowed during the call.
struct download_event {
    struct str path; // under destination_dir
    enum download_end end;
    const char *reason; // of DOWNLOAD_FAILED, else NULL
};

struct download_progress {
    size_t files_done, files_total;
    int64_t bytes; // over the wire
};

// Both are called by the thread of download_run. Either may be NULL.
struct download_listener {
    void (*on_file)(void *context, const struct download_event *event);
    void (*on_progress)(void *context, const struct download_progress *progress);
    void *context;
};

struct download_options {
    struct str base_url; // BINANCE_DATA_URL
    struct fetch_rules rules;
    int64_t today; // counted from 1970-01-01
    bool rechecks; // what is on the disk is compared with the CHECKSUM of the server
    const atomic_bool *is_cancelled;
    struct download_listener listener;
};

// Filled as far as it came, on failure too.
struct download_summary {
    size_t counts[DOWNLOAD_FAILED + 1]; // by enum download_end
    size_t waiting;                     // on the disk, verified, not in the database yet
    size_t left;                        // not asked for
    int64_t bytes;
    struct candle_write_result rows;
};

// Files of which something is known by now: they are stored, or on the disk, or there is no such file.
size_t download_summary_had(const struct download_summary *summary, const struct download_plan *plan);

// Whatever ends it, archives that were fetched are whole or not there, and the same plan goes on from here.
// Files that fail do not end it, unless one after the other fails for lack of an answer. Errors:
// STATUS_CANCELLED, STATUS_UNAVAILABLE the archive cannot be reached, those of candle_writer_store and of a
// disk that cannot be written.
enum status download_run(struct candle_writer *writer, const struct download_plan *plan,
                         const struct download_options *options, struct download_summary *summary,
                         struct error *error);
