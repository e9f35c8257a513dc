// How long the files of a plan are, asked of the server before any of them is fetched.
#pragma once

#include "market/download/download_run.h"

// What stands for a size: the server has no such file; it does not say, or the file lies on the disk already.
enum { DOWNLOAD_SIZE_ABSENT = -2, DOWNLOAD_SIZE_UNKNOWN = -1 };

// One size for each item of the plan, in the arena. A HEAD request for each that is not on the disk, several
// at once as the options say; their listener is told of progress. STATUS_UNAVAILABLE: a request failed after
// all of its attempts, STATUS_CANCELLED.
enum status download_sizes_ask(const struct download_plan *plan, const struct download_options *options,
                               struct arena *arena, const int64_t **out_sizes, struct error *error);
