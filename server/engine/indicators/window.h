// Sums, means and deviations over sliding windows, each window summed anew.
// Sums over 1, 2, 4, 8, … neighbours are shared between windows and put together by the binary digits of the
// length, so that a window costs O(log n) additions, all of them independent of each other. Nothing is ever
// subtracted: a huge value leaves no trace once it has left the window, and errors stay within 2·log2(n)
// roundings.
#pragma once

#include <stddef.h>

enum {
    WINDOW_LENGTH_MAX = 10000,
    WINDOW_CHUNK = 512, // rows done at a time: the sums of short windows stay in the first-level cache
    WINDOW_LEVELS = 13, // sums over 2, 4, … 8192 neighbours
    WINDOW_ROOM = 2 * WINDOW_LENGTH_MAX + 232, // of a level: neighbouring ones begin half a page apart
};

// Rows of a caller that takes them block by block.
struct window_rows {
    double means[WINDOW_LENGTH_MAX];
    double deviations[WINDOW_LENGTH_MAX];
};

// Room for sums; too much for the stack. Its contents mean nothing between calls.
struct window_scratch {
    double sums[WINDOW_LEVELS][WINDOW_ROOM];
    double squares[2][WINDOW_ROOM];
    double sums_of_rows[WINDOW_LENGTH_MAX];
    struct window_rows rows; // not used in here
};

// Windows of one length and where their sums go: `rows` values, which must overlap nothing.
struct window {
    size_t length; // 1 .. WINDOW_LENGTH_MAX
    double *sums;
};

// Sums of windows of several lengths that end at the same values: with L the greatest length, row i ends at
// values[L - 1 + i]; values[0 .. rows + L - 1) are read. Done together, windows share work: two lengths cost
// little more than the longer one. A window with a NaN has the sum NaN.
void window_sums(const double *values, size_t rows, const struct window *windows, size_t window_count,
                 struct window_scratch *scratch);

// Means of windows of one length; row i is the window from values[i] on. 1 <= length <= WINDOW_LENGTH_MAX.
// The mean of a flat window is its value, exactly; of a window with a NaN, NaN.
void window_means(const double *values, size_t rows, size_t length, double *means,
                  struct window_scratch *scratch);

// The same with standard deviations (population, ddof 0). Squares are taken from each part's own mean and
// merged pairwise (T. F. Chan, G. H. Golub, R. J. LeVeque, 1979), so that a small spread around a large value
// is right. The deviation of a flat window is 0, of a window with a NaN, NaN. `means` may be NULL.
void window_deviations(const double *values, size_t rows, size_t length, double *means, double *deviations,
                       struct window_scratch *scratch);

// How many rows are done at a time, while they are in the cache: as many as a window is long at least, so
// that what is summed in front of them is at most half of the work.
size_t window_chunk_rows(size_t length, size_t rows_left);

// A flat window's mean is its value, which a sum divided by its length may miss by one unit in the last
// place: puts it right in `means`, and 0 into `deviations`; either may be NULL.
void window_settle_flat(const double *values, size_t rows, size_t length, double *means, double *deviations);

void window_divide(double *values, size_t count, double divisor);
