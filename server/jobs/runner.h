// The workers of a process: they claim jobs, run them, keep their leases, and bring back those of workers
// that died.
#pragma once

#include "app/app.h"
#include "base/error.h"
#include "base/str.h"

#include <stddef.h>

struct runner;

enum { RUNNER_WORKERS_MAX = 256 };

// Claims from now on, with `worker_count` threads; 0: only keeps the order of the queue (jobs whose workers
// died, files of jobs that ended).
enum status runner_start(const struct app *app, size_t worker_count, struct runner **out_runner,
                         struct error *error);

// What a notice says (app/notice.h): "" as channel means everything.
void runner_on_notice(struct runner *runner, struct str channel, struct str payload);

// The stored candles have changed: what waits for them is looked at (app/paper_watch.h). Does not block.
void runner_on_candles(struct runner *runner);

// Claims nothing more.
void runner_close_queue(struct runner *runner);

// Closes the queue, lets running jobs end for up to `grace_ms`, puts the others back into the queue, and
// clears the pointer. NULL is fine.
void runner_stop(struct runner **runner, int grace_ms);
