#include "engine/indicators/extremes.h"

#include "engine/vector.h"

// out[i] is the extreme of values[i] and values[i + distance].
typedef void (*pairing)(const double *restrict values, size_t count, size_t distance, double *restrict out);

VECTORISED static void pair_highest(const double *restrict values, size_t count, size_t distance,
                                    double *restrict out)
{
    for (size_t i = 0; i < count; i++) {
        const double here = values[i];
        const double there = values[i + distance];
        out[i] = ((here > there) | (here != here)) ? here : there;
    }
}

VECTORISED static void pair_lowest(const double *restrict values, size_t count, size_t distance,
                                   double *restrict out)
{
    for (size_t i = 0; i < count; i++) {
        const double here = values[i];
        const double there = values[i + distance];
        out[i] = ((here < there) | (here != here)) ? here : there;
    }
}

static void chunk(const double *values, size_t count, size_t length, pairing pair, double *out,
                  struct window_scratch *scratch)
{
    const double *blocks = values; // blocks[i] is the extreme of values[i .. i + width)
    size_t level = 0;
    size_t width = 1;
    for (; 2 * width <= length; width *= 2) {
        pair(blocks, count + length - 2 * width, width, scratch->sums[level]);
        blocks = scratch->sums[level];
        level = !level;
    }
    pair(blocks, count, length - width, out);
}

static void run(const double *values, size_t rows, size_t length, pairing pair, double *out,
                struct window_scratch *scratch)
{
    for (size_t row = 0, size; row < rows; row += size) {
        size = window_chunk_rows(length, rows - row);
        chunk(values + row, size, length, pair, out + row, scratch);
    }
}

void extremes_highest(const double *values, size_t rows, size_t length, double *out,
                      struct window_scratch *scratch)
{
    run(values, rows, length, pair_highest, out, scratch);
}

void extremes_lowest(const double *values, size_t rows, size_t length, double *out,
                     struct window_scratch *scratch)
{
    run(values, rows, length, pair_lowest, out, scratch);
}
