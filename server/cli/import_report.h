// What `tlab import` says: bad files and rows as they come, notices gathered, the summary at the end.
#pragma once

#include "cli/progress.h"
#include "market/candle_store.h"
#include "market/ingest/importer.h"

#include <stdbool.h>
#include <stddef.h>

enum { IMPORT_NOTICES_MAX = 32, IMPORT_NOTICE_PATH_BYTES = 256 };

// Files that have the same thing to be noticed, said once for all of them.
struct import_notice {
    char text[INGEST_NOTE_BYTES];
    char first_path[IMPORT_NOTICE_PATH_BYTES];
    int64_t first_line;
    size_t files;
};

// Zero-initialise but for progress.
struct import_report {
    struct progress *progress;
    bool is_quiet;
    double elapsed_s; // until everything was stored, for the summary
    struct import_notice notices[IMPORT_NOTICES_MAX];
    size_t notice_count;
    size_t notices_dropped; // beyond the table
};

// Listeners of import_run; context is a struct import_report.
void import_report_file(void *context, const struct import_event *event);
void import_report_progress(void *context, const struct import_progress *progress);

// Prints to standard output; `extents` are those of the summary's series.
void import_report_summary(const struct import_report *report, const struct import_summary *summary,
                           const struct candle_extent *extents);
void import_report_json(const struct import_report *report, const struct import_summary *summary,
                        const struct candle_extent *extents);
