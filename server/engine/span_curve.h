// The figures of an equity curve that is made of spans (simulate.h), beside the benchmark. Flat spans cost
// nothing, spans that are all in take the steps of the closes, which need no division; only what is left is
// measured value by value.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "engine/curve.h"
#include "engine/ground.h"
#include "engine/simulate.h"

#include <stdbool.h>
#include <stddef.h>

struct span_curve {
    const struct ground *ground; // measured; a bar or more
    const struct span *spans;    // the first begins at bar 0 and is above 0
    size_t span_count;
};

// Figures as those of curve.h, of the same curve bar by bar, but for roundings. False in *out_is_finite, and
// no figures, when the curve leaves the range of doubles. STATUS_NO_MEMORY only.
enum status span_curve_measure(const struct span_curve *curve, double tail_fraction, struct arena *arena,
                               struct curve_figures *out_figures, bool *out_is_finite, struct error *error);
