#include "engine/indicators/window.h"

#include "engine/vector.h"

#include <string.h>

// Windows done at a time: the sums in between stay in the first-level cache.
enum { CHUNK = 512 };

// out[i] = the sum of `count` (1..3) neighbouring blocks of `width`, from block start i on.
VECTORISED static void add_blocks(const double *restrict sums, size_t rows, size_t width, size_t count,
                                  double *restrict out)
{
    switch (count) {
    case 1:
        for (size_t i = 0; i < rows; i++)
            out[i] += sums[i];
        break;
    case 2:
        for (size_t i = 0; i < rows; i++)
            out[i] += sums[i] + sums[i + width];
        break;
    case 3:
        for (size_t i = 0; i < rows; i++)
            out[i] += (sums[i] + sums[i + width]) + sums[i + 2 * width];
        break;
    }
}

VECTORISED static void quadruple(const double *restrict sums, size_t rows, size_t width, double *restrict out)
{
    for (size_t i = 0; i < rows; i++)
        out[i] = (sums[i] + sums[i + width]) + (sums[i + 2 * width] + sums[i + 3 * width]);
}

VECTORISED static void divide(double *values, size_t rows, double divisor)
{
    for (size_t i = 0; i < rows; i++)
        values[i] /= divisor;
}

// At most CHUNK windows.
static void chunk_means(const double *values, size_t rows, size_t length, double *out)
{
    double levels[2][CHUNK + WINDOW_LENGTH_MAX] UNINITIALISED;
    const double *sums = values; // sums[i] covers values[i .. i + width)
    size_t done = 0;             // values at the front of each window that are in `out`
    size_t level = 0;
    memset(out, 0, rows * sizeof *out);
    for (size_t width = 1; width <= length; width *= 4) {
        const size_t digit = length / width % 4;
        add_blocks(sums + done, rows, width, digit, out);
        done += digit * width;
        if (4 * width > length) break;
        quadruple(sums, rows + length - 4 * width, width, levels[level]);
        sums = levels[level];
        level = !level;
    }
    divide(out, rows, (double)length);
}

// A flat window's mean is its value, which a sum divided by its length may miss by one unit in the last
// place: enough for a false cross of two averages. Of the pairs in a window of n values, one in n - 1 is
// looked at.
static void settle_flat(const double *values, size_t rows, size_t length, double *out)
{
    const size_t count = rows + length - 1;
    for (size_t i = length - 2; i + 1 < count; i += length - 1) {
        if (values[i] != values[i + 1]) continue;
        size_t start = i;
        size_t end = i + 2;
        while (start > 0 && values[start - 1] == values[i])
            start--;
        while (end < count && values[end] == values[i])
            end++;
        for (size_t row = start; row + length <= end; row++)
            out[row] = values[i];
    }
}

void window_means(const double *values, size_t rows, size_t length, double *out_means)
{
    for (size_t row = 0; row < rows; row += CHUNK) {
        const size_t left = rows - row;
        chunk_means(values + row, left < CHUNK ? left : CHUNK, length, out_means + row);
    }
    if (length > 1) settle_flat(values, rows, length, out_means);
}
