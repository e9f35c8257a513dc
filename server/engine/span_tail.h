// The lower tail of the steps of a curve that is made of spans.
#pragma once

#include "engine/ground.h"
#include "engine/order.h"
#include "engine/simulate.h"

#include <stddef.h>

// The steps of a curve by where they come from; ground->bar_count - 1 of them in all.
struct span_steps {
    const struct ground *ground;
    const struct span *spans;
    size_t span_count;
    double *loose; // those that are neither within a flat span nor within one that is all in
    size_t loose_count;
    size_t flat_count; // within flat spans: all of them 0
};

// Whether the steps within a span are those of the closes.
static inline bool span_is_all_in(const struct span *span)
{
    return span->cash == 0 && span->units != 0;
}

static inline size_t span_end(const struct span_steps *steps, size_t i)
{
    return i + 1 < steps->span_count ? steps->spans[i + 1].from : steps->ground->bar_count;
}

// By walking the ground's low steps where that leads to the end, otherwise by selection: both answer the same
// bits. `scratch` has room for bar_count values. NaN when there is no step.
struct lower_tail span_tail(const struct span_steps *steps, double fraction, double *scratch);

// By selection alone.
struct lower_tail span_tail_select(const struct span_steps *steps, double fraction, double *scratch);
