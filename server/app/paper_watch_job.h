// The job that looks at everything that waits for candles: one of the instance, one at a time.
#pragma once

#include "app/app.h"
#include "app/task.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/job_store.h"

enum status paper_watch_job_run(struct task *task, struct error *error);
enum status paper_watch_job_check(struct str payload, struct arena *arena, struct error *error);

// What it does is told by the orders and plans themselves.
enum status paper_watch_job_tell(struct db_tx *tx, const struct job *job, int64_t now_us,
                                 struct error *error);
