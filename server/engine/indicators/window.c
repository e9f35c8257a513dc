#include "engine/indicators/window.h"

#include "engine/vector.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

VECTORISED static void pair(const double *restrict sums, size_t count, size_t width, double *restrict out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = sums[i] + sums[i + width];
}

// The addition keeps the compiler from calling memmove, which is slow for blocks of a few KiB.
VECTORISED static void copy(const double *restrict sums, size_t count, double *restrict out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = sums[i] + 0.0;
}

VECTORISED static void add(const double *restrict sums, size_t count, double *restrict out)
{
    for (size_t i = 0; i < count; i++)
        out[i] += sums[i];
}

VECTORISED static void add_and_divide(const double *restrict sums, size_t count, double divisor,
                                      double *restrict out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = (out[i] + sums[i]) / divisor;
}

VECTORISED static void divide(const double *restrict sums, size_t count, double divisor, double *restrict out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = sums[i] / divisor;
}

// Takes the blocks of `width` values into the sums of a window whose length has that binary digit. The digits
// come in rising order and fill the window from its front; `sums` are those of the blocks at the front of the
// first window.
static void take(const struct window *window, size_t row, size_t count, const double *sums, size_t width)
{
    const size_t done = window->length & (width - 1);
    const bool is_last = window->length < 2 * width;
    double *out = window->means + row;
    const double length = (double)window->length;
    if (done == 0 && is_last)
        divide(sums, count, length, out);
    else if (done == 0)
        copy(sums, count, out);
    else if (is_last)
        add_and_divide(sums + done, count, length, out);
    else
        add(sums + done, count, out);
}

static size_t longest_of(const struct window *windows, size_t window_count)
{
    size_t longest = 0;
    for (size_t i = 0; i < window_count; i++)
        longest = windows[i].length > longest ? windows[i].length : longest;
    return longest;
}

// As many rows as a window is long at least, so that the sums in front of a chunk are at most half of the
// work.
static size_t chunk_rows(size_t length)
{
    return length > WINDOW_CHUNK ? length : WINDOW_CHUNK;
}

// Rows that fit into the scratch, from `row` on. values[0] begins the longest window of the first of them.
static void chunk_means(const double *values, size_t row, size_t count, const struct window *windows,
                        size_t window_count, struct window_scratch *scratch)
{
    const size_t longest = longest_of(windows, window_count);
    const double *sums = values; // sums[i] covers values[i .. i + width)
    size_t level = 0;
    for (size_t width = 1; width <= longest; width *= 2) {
        for (size_t i = 0; i < window_count; i++) {
            const struct window *window = &windows[i];
            if (window->length & width) take(window, row, count, sums + (longest - window->length), width);
        }
        if (2 * width > longest) break;
        pair(sums, count + longest - 2 * width, width, scratch->sums[level]);
        sums = scratch->sums[level];
        level = !level;
    }
}

// A flat window's mean is its value, which a sum divided by its length may miss by one unit in the last
// place: enough for a false cross of two averages. Of the pairs in a window of n values, one in n - 1 is
// looked at.
static void settle_flat(const double *values, size_t rows, const struct window *window)
{
    const size_t length = window->length;
    const size_t count = rows + length - 1;
    for (size_t i = length - 2; i + 1 < count; i += length - 1) {
        if (values[i] != values[i + 1]) continue;
        size_t start = i;
        size_t end = i + 2;
        while (start > 0 && values[start - 1] == values[i])
            start--;
        while (end < count && values[end] == values[i])
            end++;
        for (size_t row = start; row + length <= end; row++) {
            window->means[row] = values[i];
            if (window->deviations) window->deviations[row] = 0;
        }
        while (i + length - 1 < end)
            i += length - 1;
    }
}

void window_means(const double *values, size_t rows, const struct window *windows, size_t window_count,
                  struct window_scratch *scratch)
{
    const size_t longest = longest_of(windows, window_count);
    const size_t chunk = chunk_rows(longest);
    for (size_t row = 0; row < rows; row += chunk) {
        const size_t left = rows - row;
        chunk_means(values + row, row, left < chunk ? left : chunk, windows, window_count, scratch);
    }
    for (size_t i = 0; i < window_count; i++) {
        if (windows[i].length > 1) settle_flat(values + (longest - windows[i].length), rows, &windows[i]);
    }
}

// Columns about parts of `width` values: sums, and squared deviations from each part's own mean.
struct part {
    size_t width;
    double *sums;
    double *squares;
};

// Parts of two values.
VECTORISED static void pair_values(const double *restrict values, size_t count, struct part *out)
{
    double *restrict sums = out->sums;
    double *restrict squares = out->squares;
    for (size_t i = 0; i < count; i++) {
        const double apart = values[i] - values[i + 1];
        squares[i] = apart * apart * 0.5;
        sums[i] = values[i] + values[i + 1];
    }
    out->width = 2;
}

// Parts of twice the width out of neighbouring ones.
VECTORISED static void pair_parts(const struct part *in, size_t count, struct part *out)
{
    const size_t width = in->width;
    const double scale = 1 / (2 * (double)width);
    const double *restrict sums = in->sums;
    const double *restrict squares = in->squares;
    double *restrict out_sums = out->sums;
    double *restrict out_squares = out->squares;
    for (size_t i = 0; i < count; i++) {
        const double apart = sums[i] - sums[i + width];
        out_squares[i] = (squares[i] + squares[i + width]) + apart * apart * scale;
        out_sums[i] = sums[i] + sums[i + width];
    }
    out->width = 2 * width;
}

// Puts the part that follows behind each row of `whole`, which is not empty.
VECTORISED static void merge_part(const struct part *part, size_t count, struct part *whole)
{
    const double width = (double)part->width;
    const double done = (double)whole->width;
    const double scale = 1 / (width * done * (width + done));
    const double *restrict sums = part->sums + whole->width;
    const double *restrict squares = part->squares + whole->width;
    double *restrict out_sums = whole->sums;
    double *restrict out_squares = whole->squares;
    for (size_t i = 0; i < count; i++) {
        const double apart = out_sums[i] * width - sums[i] * done;
        out_squares[i] = (out_squares[i] + squares[i]) + apart * apart * scale;
        out_sums[i] += sums[i];
    }
}

static void take_part(const struct part *part, size_t count, struct part *whole)
{
    if (whole->width > 0) {
        merge_part(part, count, whole);
    } else {
        copy(part->sums, count, whole->sums);
        copy(part->squares, count, whole->squares);
    }
    whole->width += part->width;
}

VECTORISED static void finish(size_t count, double length, double *restrict sums, double *restrict squares)
{
    const double scale = 1 / length;
    for (size_t i = 0; i < count; i++) {
        sums[i] /= length;
        squares[i] = sqrt(squares[i] * scale);
    }
}

// Rows that fit into the scratch, from `row` on; the window is longer than one value.
static void chunk_deviations(const double *values, size_t row, size_t count, const struct window *window,
                             struct window_scratch *scratch)
{
    const size_t length = window->length;
    struct part parts[2] = {
        {.sums = scratch->sums[0], .squares = scratch->squares[0]},
        {.sums = scratch->sums[1], .squares = scratch->squares[1]},
    };
    struct part whole = {.sums = window->means + row, .squares = window->deviations + row};
    size_t level = 0;
    if (length & 1) {
        copy(values, count, whole.sums);
        memset(whole.squares, 0, count * sizeof *whole.squares);
        whole.width = 1;
    }
    pair_values(values, count + length - 2, &parts[0]);
    while (true) {
        const size_t width = parts[level].width;
        if (length & width) take_part(&parts[level], count, &whole);
        if (2 * width > length) break;
        pair_parts(&parts[level], count + length - 2 * width, &parts[!level]);
        level = !level;
    }
    finish(count, (double)length, whole.sums, whole.squares);
}

void window_deviations(const double *values, size_t rows, const struct window *window,
                       struct window_scratch *scratch)
{
    const size_t length = window->length;
    if (length == 1) {
        for (size_t row = 0; row < rows; row++) {
            window->means[row] = values[row];
            window->deviations[row] = values[row] - values[row];
        }
        return;
    }
    const size_t chunk = chunk_rows(length);
    for (size_t row = 0; row < rows; row += chunk) {
        const size_t left = rows - row;
        chunk_deviations(values + row, row, left < chunk ? left : chunk, window, scratch);
    }
    settle_flat(values, rows, window);
}
