// One writer among all processes: a lock file beside the database, held as long as the process lives, with
// its number in it. The kernel lets go of it however the process ends.
#pragma once

#include "base/error.h"
#include "base/str.h"

#include <limits.h>

struct writer_lock {
    int fd; // -1: not held
    char path[PATH_MAX];
};

// STATUS_CONFLICT "import_running": another process holds it, named in the message. STATUS_FORBIDDEN,
// STATUS_NOT_FOUND, STATUS_STORAGE_FULL: the lock file cannot be made.
enum status writer_lock_take(struct str database_path, struct writer_lock *out_lock, struct error *error);

// Removes the lock file and lets go. A lock that is not held is fine.
void writer_lock_release(struct writer_lock *lock);
