// What `tlab download` prints: the plan, files that failed, the summary.
#pragma once

#include "cli/progress.h"
#include "market/download/download_run.h"

struct download_report {
    struct progress progress;
    bool is_quiet;
};

// The listener's functions; the context is the report.
void download_report_file(void *context, const struct download_event *event);
void download_report_progress(void *context, const struct download_progress *progress);

// A line for each symbol that lacks something, and the whole, with the bytes of what lies on the disk.
// `sizes` are those of download_sizes.h, or NULL.
void download_report_plan(const struct download_plan *plan, const int64_t *sizes);
void download_report_plan_json(const struct download_plan *plan, const int64_t *sizes);

void download_report_summary(const struct download_report *report, const struct download_plan *plan,
                             const struct download_summary *summary);
void download_report_summary_json(const struct download_report *report, const struct download_plan *plan,
                                  const struct download_summary *summary);
