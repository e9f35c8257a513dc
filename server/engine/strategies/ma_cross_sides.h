// The sides of many moving average crosses at once (strategy.h): sums of each length are made once for all of
// them.
#pragma once

#include "engine/strategy.h"

// What a sum is multiplied by before it is compared: an average, the slow one a little more than that, so
// that averages closer than rounding can tell are equal.
double ma_cross_fast_scale(double fast);
double ma_cross_slow_scale(double slow);

// Of simple averages; `values` as ma_cross has them: fast, slow.
enum status ma_cross_find_sides(const struct candles *candles, const double *const *values, size_t count,
                                struct side_range range, struct arena *arena, uint64_t *const *out_words);
