// Requests that wait for the end of a job, wherever it runs. Safe for all threads.
#pragma once

#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct job_waits;

// At most `capacity` wait at once, so that waiting takes no more of a server's threads than that.
enum status job_waits_new(size_t capacity, struct job_waits **out_waits, struct error *error);
void job_waits_free(struct job_waits *waits); // nobody waits any more; NULL is fine

// A job ended; "": look again, all of you.
void job_waits_tell(struct job_waits *waits, struct str job_id);

// A place among those who wait, taken before the job is looked at, so that no end is missed.
struct job_wait {
    struct job_waits *waits;
    struct str job_id;
    bool is_told;
    struct job_wait *next;
};

// False when all places are taken, or `waits` is NULL: do not wait.
bool job_wait_begin(struct job_wait *wait, struct job_waits *waits, struct str job_id);

// Until the job was told of, since the last time; false: the deadline (monotonic) came first.
bool job_wait_until(struct job_wait *wait, int64_t deadline_us);

void job_wait_end(struct job_wait *wait); // after a begin that was true
