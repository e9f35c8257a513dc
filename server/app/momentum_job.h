// The work of a backtest of a category: candles of all its symbols in, one run of the engine, the outcome
// stored.
#pragma once

#include "app/momentum_request.h"
#include "app/task.h"
#include "base/arena.h"
#include "base/error.h"

// The request behind a payload.
enum status momentum_payload_read(struct str payload, struct arena *arena,
                                  struct momentum_request *out_request, struct error *error);

// Of the job's kind (job_kind.h); what those who watch see of it is what they see of any backtest.
enum status momentum_job_run(struct task *task, struct error *error);
enum status momentum_job_check(struct str payload, struct arena *arena, struct error *error);
