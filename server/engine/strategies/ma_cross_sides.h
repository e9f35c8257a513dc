// The sides of moving average crosses (strategy.h): of many at once, for which sums of each length are made
// once, and of one.
#pragma once

#include "engine/strategy.h"

// What a sum is multiplied by before it is compared: an average, the slow one a little more than that, so
// that averages closer than rounding can tell are equal.
double ma_cross_fast_scale(double fast);
double ma_cross_slow_scale(double slow);

// Of simple averages; `values` as ma_cross has them: fast, slow.
enum status ma_cross_find_sides(const struct candles *candles, const double *const *values, size_t count,
                                struct side_range range, struct arena *arena, uint64_t *const *out_words);

// Of one set of such values at the bars from slow - 1 on, where side_words.from is, to the end of the group
// of the last bar: SIDE_BARS bars a group.
enum status ma_cross_find_side(const struct candles *candles, const double *values, struct arena *arena,
                               uint64_t *out_words);

// The same of exponential averages.
enum status ma_cross_find_exponential_side(const struct candles *candles, const double *values,
                                           struct arena *arena, uint64_t *out_words);
