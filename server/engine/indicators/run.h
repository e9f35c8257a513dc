// Stretches of a column without NaN: what recursive indicators start and restart on.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct run {
    size_t start;
    size_t end; // exclusive
};

// Moves `*run` to the next stretch behind it; false when there is none. Begin with an empty run: (struct
// run){0}.
bool run_next(const double *values, size_t count, struct run *run);

// NaN into values[0 .. count).
void run_fill_nan(double *values, size_t count);

// Mean of values[0 .. count), count >= 1: the first value and the mean distance from it, so that the mean of
// equal values is that value, exactly.
double run_mean(const double *values, size_t count);
