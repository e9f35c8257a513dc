// One writer among all processes: a lock file beside the database, held as long as the process lives, with
// its number in it. The kernel lets go of it however the process ends.
#pragma once

#include "base/error.h"
#include "base/str.h"

#include <limits.h>
#include <stdbool.h>

struct writer_lock {
    int fd; // -1: not held
    char path[PATH_MAX];
};

// STATUS_CONFLICT "import_running": another process holds it, named in the message. STATUS_FORBIDDEN,
// STATUS_NOT_FOUND, STATUS_STORAGE_FULL: the lock file cannot be made.
enum status writer_lock_take(struct str database_path, struct writer_lock *out_lock, struct error *error);

// Whether a reader of some process waits for the database to be closed.
bool writer_lock_is_awaited(const struct writer_lock *lock);

// A reader's word that it waits: of use to a writer that goes on until it is taken back. The answer is to be
// handed to writer_lock_stop_waiting; where nobody of ours writes there is nobody to tell.
int writer_lock_wait(struct str database_path);
void writer_lock_stop_waiting(const int *waiting);
#define WRITER_LOCK_WAIT_SCOPE __attribute__((cleanup(writer_lock_stop_waiting))) int

// Removes the lock file and lets go. A lock that is not held is fine.
void writer_lock_release(struct writer_lock *lock);
