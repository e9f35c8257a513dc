// The lowest steps of a series in order, so that the tails of many runs over it are found by walking instead
// of selecting.
#pragma once

#include "base/arena.h"
#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

// The lowest first and of equal ones the earlier first; all of them below 0 and above -2. Owned by the arena.
struct low_steps {
    double *values;
    int64_t *parts; // the same, as exact_sum.h takes them
    uint32_t *bars; // that they lead to
    size_t count;   // 0 where there are few steps at all: selecting is as good then
};

// Of steps[1 .. count), about four times the fraction of them, so that runs which hold a position a quarter
// of the time find their tail there. STATUS_NO_MEMORY only.
enum status low_steps_sort(const double *steps, size_t count, double fraction, struct arena *arena,
                           struct low_steps *out_lows, struct error *error);
