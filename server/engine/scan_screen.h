// Four tests of the uptrend rules at once from sums that are only nearly right: certain, impossible, or to be
// looked at exactly. Internal to the scans.
#pragma once

#include "engine/scan.h"
#include "engine/vector.h"

#include <float.h>
#include <string.h>

// Inlined into each version of its caller, or vectors would be those of the oldest machine.
#define INLINED static inline __attribute__((always_inline))

enum screen { SCREEN_FAILS = 0, SCREEN_PASSES = 1, SCREEN_UNSURE = 2 };

// What the conditions compare.
struct screen_input {
    quad close, recent, past; // the close and those before that returns are taken from
    quad sma_short, sma_medium, sma_long;
    quad medium_before, long_before;
};

// Largest error of any sum's mean, as a fraction of the greatest value in it, after `additions` roundings;
// twice that, and some for what is made of it here.
INLINED double screen_tolerance(size_t additions)
{
    return 2 * (double)(additions + 16) * DBL_EPSILON;
}

// The four results, one byte each (the first in the lowest: x86-64 and arm64 alike). `tolerance` is absolute,
// a value a lane.
INLINED void screen_judge(const struct screen_input *in, const quad *tolerance, double extension_factor,
                          uint8_t *out_screens)
{
    quad least = in->close - in->sma_medium;
    least = QUAD_MIN(least, in->sma_short - in->sma_medium);
    least = QUAD_MIN(least, in->sma_medium - in->sma_long);
    least = QUAD_MIN(least, in->sma_medium - in->medium_before);
    least = QUAD_MIN(least, in->sma_long - in->long_before);
    least = QUAD_MIN(least, in->close - in->recent);
    least = QUAD_MIN(least, in->close - in->past);
    least = QUAD_MIN(least, in->sma_medium - in->close * extension_factor);
    const quad_mask passing = {1, 1 << 8, 1 << 16, 1 << 24}; // SCREEN_PASSES in each byte
    const quad_mask passes = least > *tolerance, may_pass = least >= -*tolerance; // of no number, neither
    const quad_mask screens = (passes & passing) | (may_pass & ~passes & (passing + passing));
    const uint32_t bytes = (uint32_t)((screens[0] | screens[2]) | (screens[1] | screens[3]));
    memcpy(out_screens, &bytes, sizeof bytes);
}
