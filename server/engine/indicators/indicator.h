// The indicators there are, as one table: what a caller needs to offer, check and compute any of them.
// Formula, source, warm-up and the behaviour for odd input stand in the header of each.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "engine/candles.h"
#include "engine/indicators/window.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    INDICATOR_PARAMS_MAX = 3,
    INDICATOR_OUTPUTS_MAX = 3,
};

struct indicator_param {
    const char *name; // "length", "width"
    double default_value;
    double minimum;
    double maximum; // inclusive
    bool is_integer;
    bool is_above_minimum; // the minimum itself is refused
};

// What an indicator is computed over, and where to.
struct indicator_call {
    const struct candles *candles;
    const double *params;
    double *columns[INDICATOR_OUTPUTS_MAX]; // candles->count values each
    double *spare;                          // as many, to work with; NULL without has_spare
    struct window_scratch *scratch;
};

struct indicator {
    const char *name;  // as in "sma:20"
    const char *title; // label of a chart
    struct indicator_param params[INDICATOR_PARAMS_MAX];
    size_t param_count;
    const char *outputs[INDICATOR_OUTPUTS_MAX]; // names of the columns
    size_t output_count;

    bool has_spare;
    void (*run)(const struct indicator_call *call); // fills the columns
};

size_t indicator_count(void);
const struct indicator *indicator_at(size_t index);

// NULL when there is no such indicator.
const struct indicator *indicator_find(struct str name);

bool indicator_param_holds(const struct indicator_param *param, double value);

// Computes all columns of one indicator over the candles, with params[param_count] within their bounds
// (STATUS_INVALID "invalid_input" otherwise) and out_columns[output_count] allocated in the arena. Undefined
// values are NaN.
enum status indicator_run(const struct indicator *indicator, const double *params,
                          const struct candles *candles, struct arena *arena, double **out_columns,
                          struct error *error);
