// The work of a sweep: every combination run, the table of figures stored, the best one as a backtest in
// full.
#pragma once

#include "app/sweep_request.h"
#include "app/sweep_tally.h"
#include "app/task.h"
#include "base/arena.h"
#include "base/error.h"
#include "market/series.h"

// Candles that a sweep reads: [0, end) of the series, its test from `first` on.
struct sweep_window {
    const struct series *series;
    size_t first;
    size_t end;
    size_t warmup; // most bars before `first` that a combination warms up with
    struct sweep_tally tally;
};

// STATUS_INVALID "not_enough_candles" where no combination can be run, "invalid_input" for more bars or
// combinations than one sweep takes.
enum status sweep_window_find(const struct sweep_request *request, const struct series *series,
                              struct sweep_window *out_window, struct error *error);

// Of the job's kind (job_kind.h).
enum status sweep_job_run(struct task *task, struct error *error);
enum status sweep_job_check(struct str payload, struct arena *arena, struct error *error);
