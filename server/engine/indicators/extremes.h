// Highest and lowest values of sliding windows. Extremes over 1, 2, 4, 8, … neighbours are shared between
// windows, and any window is covered by two of them that may overlap, so that it costs O(log n) comparisons,
// all of them independent of each other, however the values move.
#pragma once

#include "engine/indicators/window.h"

#include <stddef.h>

// Row i is the window from values[i] on; values[0 .. rows + length - 1) are read. 1 <= length <=
// WINDOW_LENGTH_MAX. `out` must not overlap `values`. No rows: nothing is written. A window with a NaN has
// the extreme NaN; gaps in time are not seen.
void extremes_highest(const double *values, size_t rows, size_t length, double *out,
                      struct window_scratch *scratch);
void extremes_lowest(const double *values, size_t rows, size_t length, double *out,
                     struct window_scratch *scratch);
