// All combinations of a sweep, by a few threads.
#pragma once

#include "app/task.h"
#include "base/error.h"
#include "engine/sweep.h"

#include <stddef.h>

// Fills `count` rows, those of the combinations 0 to count - 1, whatever thread comes to which, and tells the
// task's progress. STATUS_CANCELLED when the task was stopped; STATUS_NO_MEMORY.
enum status sweep_run_all(struct task *task, const struct sweep_input *input, size_t count,
                          struct sweep_row *rows, struct error *error);
