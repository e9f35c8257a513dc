// Runs of values without NaN: what recursive indicators start and, behind a NaN, start again on.
#pragma once

#include <stddef.h>

// The first bar at or behind `from` that ends `length` values without a NaN, none of them before `from`;
// `count` when there is none. NaN is written to out[from .. answer). length >= 1.
size_t run_warm_up(const double *values, size_t from, size_t count, size_t length, double *out);

// The first NaN of values[from .. to), or `to`.
size_t run_end(const double *values, size_t from, size_t to);

// Mean of values[0 .. count), count >= 1: the first value and the mean distance from it, so that the mean of
// equal values is that value, exactly.
double run_mean(const double *values, size_t count);

// NaN into values[0 .. count).
void run_fill_nan(double *values, size_t count);
