// The query parameter "indicators": "sma:20,bbands:20:2" into indicators of the engine and their columns.
#pragma once

#include "api/call.h"
#include "base/limits.h"
#include "engine/candles.h"
#include "engine/indicators/indicator.h"

#include <stddef.h>

struct indicator_request {
    const struct indicator *indicator;
    struct str text; // as asked for: the member's name in the answer
    double values[INDICATOR_PARAMS_MAX];
    double *columns[INDICATOR_OUTPUTS_MAX]; // after indicator_query_run: candles->count values each
};

struct indicator_set {
    struct indicator_request items[LIMIT_INDICATORS];
    size_t count;
};

// Faults are recorded as "?indicators", naming the part at fault and what it should be. An empty text is no
// indicator.
enum status indicator_query_parse(struct api_call *call, struct str text, struct indicator_set *out_set);

// Computes all columns over the candles; they live in the arena. STATUS_NO_MEMORY.
enum status indicator_query_run(struct indicator_set *set, const struct candles *candles, struct arena *arena,
                                struct error *error);
