// The work of a backtest: candles in, one run of the engine, the outcome stored.
#pragma once

#include "app/backtest_request.h"
#include "app/task.h"
#include "base/arena.h"
#include "base/error.h"
#include "engine/lookahead.h"
#include "market/series.h"

#include <stddef.h>

// Candles [from, to) of a series that a run reads; the first `warmup` of them only warm up.
struct backtest_window {
    const struct series *series;
    size_t from;
    size_t to;
    size_t warmup;
};

// The series that the request means, whose choice of categories is opened. Errors of category_choice_open and
// market_series.
enum status backtest_series(const struct app *app, struct str workspace_id, struct backtest_request *request,
                            const struct series **out_series, struct error *error);

// What the request means on a series, and whether it can be run there at all: the errors of backtest_check,
// STATUS_INVALID "invalid_input" for more bars than one run takes.
enum status backtest_window_find(const struct backtest_request *request, const struct series *series,
                                 struct backtest_window *out_window, struct error *error);

// The look-ahead check of a task's run ends when the task has to.
struct lookahead_stop backtest_job_stop(const struct task *task);

// Of the job's kind (job_kind.h).
enum status backtest_job_run(struct task *task, struct error *error);
enum status backtest_job_check(struct str payload, struct arena *arena, struct error *error);
enum status backtest_job_tell(struct db_tx *tx, const struct job *job, int64_t now_us, struct error *error);
