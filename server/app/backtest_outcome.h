// What runs of every kind come to, and how it is stored.
#pragma once

#include "app/task.h"
#include "base/arena.h"
#include "base/error.h"
#include "engine/metrics.h"
#include "store/backtest_store.h"

#include <stddef.h>
#include <stdint.h>

double backtest_ms_since(int64_t start_us); // of the monotonic clock

// The figures; texts live in the arena, ptr NULL on lack of memory.
void backtest_outcome_take(struct backtest_outcome *outcome, const struct metrics *metrics,
                           struct arena *arena);

// Outcome, rows and the job's end in one transaction: all of it, or nothing; tried for as long as the task
// has patience (task_tries_again). A list without records could not be made: STATUS_NO_MEMORY.
enum status backtest_outcome_store(struct task *task, const struct backtest_outcome *outcome,
                                   const struct record_list *lists, size_t list_count, struct error *error);
