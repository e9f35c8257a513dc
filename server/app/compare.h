// Several completed backtests side by side: what was asked of each, its figures, and its equity over the time
// that all of them have.
#pragma once

#include "app/app.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "store/backtest_store.h"
#include "json/json.h"

#include <stddef.h>
#include <stdint.h>

// A member of the requests that is not the same in all of them.
struct compare_member {
    struct str pointer;                                        // "/params/fast"
    const struct json_value *values[LIMIT_COMPARED_BACKTESTS]; // NULL: this request has none
};

enum { COMPARE_NONE_BEST = -1 };

// A row of the table of metrics (engine/metrics.h).
struct compare_metric {
    double values[LIMIT_COMPARED_BACKTESTS]; // NaN: undefined, or none of an older program
    int best; // index of the best value, of equal ones the first; COMPARE_NONE_BEST where none is better
};

// Over the bars that close at the same moment in all of them.
struct compare_curves {
    size_t common_count;                                                    // such bars
    double correlation[LIMIT_COMPARED_BACKTESTS][LIMIT_COMPARED_BACKTESTS]; // of returns; NaN: undefined
    int64_t *times; // of the points: when the bar of the first backtest opens, epoch seconds
    double *equity[LIMIT_COMPARED_BACKTESTS]; // a column each, as a multiple of its first point
    size_t point_count;
};

struct comparison {
    struct backtest_row rows[LIMIT_COMPARED_BACKTESTS];
    size_t count;
    struct compare_member *members;
    size_t member_count;
    struct compare_metric *metrics; // metric_count() of them
    struct compare_curves curves;
};

struct compare_request {
    struct str workspace_id;
    const struct str *ids;
    size_t count;  // 2 to LIMIT_COMPARED_BACKTESTS
    size_t points; // of a curve, at most: the first, the last, and others evenly between
};

// STATUS_NOT_FOUND naming the id that is none of this workspace's backtests, or is a sweep; STATUS_CONFLICT
// "no_result" naming one that is not completed. Everything lives in the arena.
enum status backtest_compare(const struct app *app, const struct compare_request *request,
                             struct arena *arena, struct comparison *out, struct error *error);
