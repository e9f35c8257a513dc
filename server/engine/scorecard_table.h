// From the returns of signals to the lines of a score card. Internal to scorecard.c.
#pragma once

#include "engine/scorecard.h"
#include "engine/scorecard_index.h"

// Signals in no order that means anything; `returns` and `outcomes` are [horizon][signal].
struct scorecard_signals {
    size_t count;
    size_t horizon_count;
    const size_t *horizons;
    const int64_t *time; // of the calendar
    size_t bar_count;
    const uint32_t *bars; // of the calendar
    const uint8_t *is_first;
    const double *returns;
    const uint8_t *outcomes;
    const double *benchmarks;            // [horizon][bar of the calendar]
    const struct scorecard_index *index; // chained
};

// STATUS_NO_MEMORY.
enum status scorecard_tabulate(const struct scorecard_signals *signals, struct arena *arena,
                               struct scorecard *scorecard);
