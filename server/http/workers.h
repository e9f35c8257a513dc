// A fixed number of threads behind one bounded queue: the place where handlers may block.
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct workers;

// Runs one job. `worker` counts from 0 and is the same for all jobs of a thread.
typedef void workers_run(void *context, size_t worker, void *job);

// Ended with workers_stop, freed with workers_free.
enum status workers_new(size_t thread_count, size_t queue_capacity, workers_run *run, void *context,
                        struct workers **out_workers, struct error *error);

// False when the queue is full or the workers have been stopped. Jobs start in the order they were submitted.
bool workers_submit(struct workers *workers, void *job);

// Runs what is queued, then ends the threads. From here on nothing can be submitted, but it may still be
// tried. NULL is fine.
void workers_stop(struct workers *workers);

// Stops first where that has not been done. NULL is fine. Nobody may know the workers any more.
void workers_free(struct workers *workers);
