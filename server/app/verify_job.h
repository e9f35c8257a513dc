// The verification of a long backtest as a job: its result is the verdict (verify_json).
#pragma once

#include "app/task.h"
#include "base/arena.h"
#include "base/error.h"

// ptr NULL on lack of memory. Owned by the arena.
struct str verify_job_payload(struct str backtest_id, struct arena *arena);

// Of the job's kind (job_kind.h).
enum status verify_job_run(struct task *task, struct error *error);
enum status verify_job_check(struct str payload, struct arena *arena, struct error *error);
enum status verify_job_tell(struct db_tx *tx, const struct job *job, int64_t now_us, struct error *error);
