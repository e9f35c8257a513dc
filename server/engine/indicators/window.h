// Means over sliding windows, each window summed anew.
// Sums over 1, 4, 16, 64, … neighbours are shared between windows and put together by the base-4 digits of
// the length, so a window costs O(log n) additions, all of them independent of each other. Nothing is ever
// subtracted: a huge value leaves no trace once it has left the window, and errors stay within log2(n)
// roundings.
#pragma once

#include <stddef.h>

enum { WINDOW_LENGTH_MAX = 5000 };

// Means of the `rows` windows that start at values[0], values[1], …; reads values[0 .. rows + length - 1).
// 1 <= length <= WINDOW_LENGTH_MAX; `out_means` must not overlap `values`. The mean of a flat window is its
// value, exactly; of a window with a NaN, NaN.
void window_means(const double *values, size_t rows, size_t length, double *out_means);
