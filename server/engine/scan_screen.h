// Four tests of the uptrend rules at once from sums that are only nearly right: certain, impossible, or to be
// looked at exactly. Internal to the scans.
#pragma once

#include "engine/near_sums.h"
#include "engine/scan.h"
#include "engine/vector.h"

#include <string.h>

enum screen { SCREEN_FAILS = 0, SCREEN_PASSES = 1, SCREEN_UNSURE = 2 };

// What the conditions compare.
struct screen_input {
    quad close, recent, past; // the close and those before that returns are taken from
    quad sma_short, sma_medium, sma_long;
    quad medium_before, long_before;
};

// Adds the four results to *screens, each in the byte that `passing` has SCREEN_PASSES in. `tolerance` is
// absolute, a value a lane.
INLINED void screen_judge(const struct screen_input *in, const quad *tolerance, double extension_factor,
                          const quad_mask *passing, quad_mask *screens)
{
    const quad stack = QUAD_MIN(in->close - in->sma_medium, in->sma_short - in->sma_medium);
    const quad medium = QUAD_MIN(in->sma_medium - in->sma_long, in->sma_medium - in->medium_before);
    const quad longest =
        QUAD_MIN(in->sma_long - in->long_before, in->sma_medium - in->close * extension_factor);
    const quad returns = QUAD_MIN(in->close - in->recent, in->close - in->past);
    const quad one = QUAD_MIN(stack, medium), other = QUAD_MIN(longest, returns);
    const quad least = QUAD_MIN(one, other);
    const quad_mask passes = least > *tolerance, may_pass = least >= -*tolerance; // of no number, neither
    *screens |= (passes & *passing) | (may_pass & ~passes & (*passing + *passing));
}

// SCREEN_PASSES in the bytes of the first four results and of the last.
static const quad_mask screen_left = {1, 1 << 8, 1 << 16, 1 << 24};
static const quad_mask screen_right = {(int64_t)1 << 32, (int64_t)1 << 40, (int64_t)1 << 48,
                                       (int64_t)1 << 56};

// Eight results side by side: the first in the lowest byte (which comes first on x86-64 and arm64 alike).
INLINED uint64_t screen_bytes(const quad_mask *screens)
{
    return (uint64_t)(((*screens)[0] | (*screens)[2]) | ((*screens)[1] | (*screens)[3]));
}
