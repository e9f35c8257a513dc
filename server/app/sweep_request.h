// What a sweep is asked to be: a backtest whose numbers may be lists or ranges; the body of POST
// …/backtests/sweeps, and the payload of its job.
#pragma once

#include "app/backtest_request.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "engine/sweep.h"
#include "json/json.h"

#include <stdbool.h>
#include <stddef.h>

struct sweep_request {
    struct backtest_request base; // axes at their first values
    struct sweep_axis axes[SWEEP_AXES_MAX];
    size_t axis_count;
    size_t metric;  // row of the table of metrics by which the best is chosen
    bool is_lowest; // the best has the lowest one
};

// The name of an axis: that of its parameter or number, which no other has.
const char *sweep_axis_name(const struct sweep_request *request, size_t axis);

// All faults at once, those of the single test and of every value of an axis ("/params/fast/3"):
// STATUS_INVALID; STATUS_NOT_FOUND "unknown_strategy". Texts and values live in the arena.
enum status sweep_request_decode(const struct json_value *object, struct arena *arena,
                                 struct sweep_request *out_request, struct error *error);

// The request as it would be sent again, with all defaults and every axis as a list. `base_json` is that of
// the base (backtest_json_request). ptr NULL on lack of memory.
struct str sweep_request_json(const struct sweep_request *request, struct str base_json, struct arena *arena);
