// The table of a stored sweep: a record of doubles for each combination that could be run. They lie in the
// database as they lie in memory.
#pragma once

#include "app/sweep_request.h"
#include "base/arena.h"
#include "engine/sweep.h"
#include "store/backtest_store.h"

#include <stddef.h>

// A record: the values of the axes in their order, the figures in the order of the table of metrics, the
// final equity.
size_t sweep_record_doubles(size_t axis_count);

// Index of a figure in a record.
size_t sweep_record_metric(size_t axis_count, size_t metric);
size_t sweep_record_equity(size_t axis_count);

// The valid ones of `count` rows, in order; records NULL on lack of memory. Owned by the arena.
struct record_list sweep_records(const struct sweep_request *request, const struct sweep_row *rows,
                                 size_t count, struct arena *arena);
