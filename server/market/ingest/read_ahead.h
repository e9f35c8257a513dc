// Reads files on threads of their own while the caller stores those before: handed out in the order of the
// list.
#pragma once

#include "base/error.h"
#include "market/ingest/file_list.h"
#include "market/ingest/ingest_file.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What became of one file. Owned by whoever took it.
struct read_result {
    const char *path;
    int64_t bytes;
    enum status status;
    struct error error;      // where status is not STATUS_OK
    struct ingest_file file; // its report also where reading failed
};

struct read_ahead;

// Starts `thread_count` readers (0: one for each processor but one, at most 8). Both arguments are borrowed
// until stop.
enum status read_ahead_start(const struct file_list *files, const struct ingest_file_rules *rules,
                             size_t thread_count, struct read_ahead **out_ahead, struct error *error);

// Waits at most so long for the next file to be read; false while it is not. *out_bytes: how much of it is.
// True behind the last one.
bool read_ahead_wait(struct read_ahead *ahead, int64_t patience_us, int64_t *out_bytes);

// The next file, once read_ahead_wait has said that it is read. False behind the last one. The rows that were
// taken count as held until they are released: about 2 million rows are held at the most, or one file that is
// larger.
bool read_ahead_take(struct read_ahead *ahead, struct read_result *out_result);
void read_ahead_release(struct read_ahead *ahead, struct read_result *result);

// Ends the threads after the files that they are reading; what was not taken is dropped. NULL is fine.
void read_ahead_stop(struct read_ahead **ahead);
#define READ_AHEAD_SCOPE __attribute__((cleanup(read_ahead_stop))) struct read_ahead *
