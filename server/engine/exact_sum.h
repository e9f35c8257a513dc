// A sum of numbers within ±2 that does not depend on their order: each is taken as a whole number of 2^-62,
// which for all of at least 2^-10 is exact.
#pragma once

#include <stdint.h>

// Zero to begin with; up to 2^31 numbers.
struct exact_sum {
    int64_t high; // in 2^-30
    uint64_t low; // in 2^-62
};

// |value| < 2.
static inline int64_t exact_sum_part(double value)
{
    return (int64_t)(value * 0x1p62);
}

static inline void exact_sum_add(struct exact_sum *sum, int64_t part)
{
    sum->high += part >> 32;
    sum->low += (uint32_t)part;
}

// Of a number that was added.
static inline void exact_sum_take(struct exact_sum *sum, int64_t part)
{
    sum->high -= part >> 32;
    sum->low -= (uint32_t)part;
}

static inline double exact_sum_value(const struct exact_sum *sum)
{
    return (double)sum->high * 0x1p-30 + (double)sum->low * 0x1p-62;
}
