// The kinds of jobs there are: one table. What is not in it is not run.
#pragma once

#include "app/app.h"
#include "app/task.h"
#include "base/error.h"
#include "base/str.h"
#include "store/job_store.h"

#include <stddef.h>
#include <stdint.h>

struct job_kind {
    const char *name;
    // Does the work of a claimed job and stores its effect with task_complete. Looks at task_is_stopped at
    // least every 50 ms and then returns STATUS_CANCELLED. Runs more than once when a worker dies; its effect
    // is stored once.
    enum status (*run)(struct task *task, struct error *error);
    // Whether a payload is one that `run` understands; asked before it is queued.
    enum status (*check)(struct str payload, struct arena *arena, struct error *error);
    // Appends what those who watch see of it: it is new, moved on, or ended.
    enum status (*tell)(struct db_tx *tx, const struct job *job, int64_t now_us, struct error *error);
    const char *lane;   // NULL: a lane per workspace, as wide and as long as the settings say
    int64_t lane_width; // jobs of the lane that run at once
    int64_t queued_max; // jobs of the lane that wait
    int64_t max_attempts;
    int64_t priority; // jobs of a higher one start first, whatever their turn
};

// NULL when there is none of that name.
const struct job_kind *job_kind_find(struct str name);

size_t job_kind_count(void);
const struct job_kind *job_kind_at(size_t index);
