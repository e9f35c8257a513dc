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

enum { TERMS_MAX = WINDOW_LEVELS + 1, AT_A_TIME = 4 * QUAD };

// Columns whose sum, row by row and in their order, is that of a window.
struct terms {
    const double *columns[TERMS_MAX];
    size_t count;
};

// The sums, or by a divisor the means: dividing costs little beside adding, and much on its own.
INLINED void put_terms(const struct terms *terms, size_t count, const double *divisor, double *restrict out)
{
    size_t i = 0;
    for (; i + AT_A_TIME <= count; i += AT_A_TIME) {
        quad a = {0}, b = {0}, c = {0}, d = {0};
        for (size_t k = 0; k < terms->count; k++) {
            const double *column = terms->columns[k] + i;
            a += QUAD_AT(column);
            b += QUAD_AT(column + QUAD);
            c += QUAD_AT(column + 2 * (size_t)QUAD);
            d += QUAD_AT(column + 3 * (size_t)QUAD);
        }
        if (divisor) {
            a /= *divisor;
            b /= *divisor;
            c /= *divisor;
            d /= *divisor;
        }
        *(quad *)(out + i) = a;
        *(quad *)(out + i + QUAD) = b;
        *(quad *)(out + i + 2 * (size_t)QUAD) = c;
        *(quad *)(out + i + 3 * (size_t)QUAD) = d;
    }
    for (; i < count; i++) {
        double sum = 0;
        for (size_t k = 0; k < terms->count; k++)
            sum += terms->columns[k][i];
        out[i] = divisor ? sum / *divisor : sum;
    }
}

VECTORISED static void add_terms(const struct terms *terms, size_t count, double *restrict out)
{
    put_terms(terms, count, NULL, out);
}

VECTORISED static void average_terms(const struct terms *terms, size_t count, double length,
                                     double *restrict out)
{
    put_terms(terms, count, &length, out);
}

static size_t longest_of(const struct window *windows, size_t window_count)
{
    size_t longest = 0;
    for (size_t i = 0; i < window_count; i++)
        longest = windows[i].length > longest ? windows[i].length : longest;
    return longest;
}

size_t window_chunk_rows(size_t length, size_t rows_left)
{
    const size_t rows = length > WINDOW_CHUNK ? length : WINDOW_CHUNK;
    return rows < rows_left ? rows : rows_left;
}

// The blocks that a window is put together from, by the binary digits of its length: they come in rising
// order and fill it from its front. `levels` are sums of 1, 2, 4, … neighbours, the first of them at the
// front of the longest window.
static struct terms terms_of(const struct window *window, const double *const *levels, size_t longest)
{
    struct terms terms UNINITIALISED;
    terms.count = 0;
    for (size_t level = 0, width = 1; width <= window->length; level++, width *= 2) {
        if (!(window->length & width)) continue;
        const size_t done = window->length & (width - 1);
        terms.columns[terms.count++] = levels[level] + (longest - window->length) + done;
    }
    return terms;
}

// Sums of 1, 2, 4, … up to `longest` neighbours, so many that windows of `count` rows find theirs:
// levels[k][i] is the sum of values[i .. i + 2^k).
static void make_levels(const double *values, size_t count, size_t longest, struct window_scratch *scratch,
                        const double *levels[static TERMS_MAX])
{
    levels[0] = values;
    for (size_t level = 0, width = 1; 2 * width <= longest; level++, width *= 2) {
        pair(levels[level], count + longest - 2 * width, width, scratch->sums[level]);
        levels[level + 1] = scratch->sums[level];
    }
}

void window_sums(const double *values, size_t rows, const struct window *windows, size_t window_count,
                 struct window_scratch *scratch)
{
    const size_t longest = longest_of(windows, window_count);
    const double *levels[TERMS_MAX];
    for (size_t row = 0, size; row < rows; row += size) {
        size = window_chunk_rows(longest, rows - row);
        make_levels(values + row, size, longest, scratch, levels);
        for (size_t i = 0; i < window_count; i++) {
            const struct terms terms = terms_of(&windows[i], levels, longest);
            add_terms(&terms, size, windows[i].sums + row);
        }
    }
}

// Of the pairs in a window of n > 1 values, one in n - 1 is looked at.
void window_settle_flat(const double *values, size_t rows, size_t length, double *means, double *deviations)
{
    if (length == 1) return;
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
            if (means) means[row] = values[i];
            if (deviations) deviations[row] = 0;
        }
        while (i + length - 1 < end)
            i += length - 1;
    }
}

void window_means(const double *values, size_t rows, size_t length, double *means,
                  struct window_scratch *scratch)
{
    const struct window window = {.length = length};
    const double *levels[TERMS_MAX];
    for (size_t row = 0, size; row < rows; row += size) {
        size = window_chunk_rows(length, rows - row);
        make_levels(values + row, size, length, scratch, levels);
        const struct terms terms = terms_of(&window, levels, length);
        average_terms(&terms, size, (double)length, means + row);
    }
    window_settle_flat(values, rows, length, means, NULL);
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

VECTORISED void window_divide(double *values, size_t count, double divisor)
{
    for (size_t i = 0; i < count; i++)
        values[i] /= divisor;
}

// Deviations out of sums of squares.
VECTORISED static void take_roots(double *squares, size_t count, double length)
{
    const double scale = 1 / length;
    for (size_t i = 0; i < count; i++)
        squares[i] = sqrt(squares[i] * scale);
}

// Rows that fit into the scratch; windows of more than one value.
static void chunk_deviations(const double *values, size_t count, size_t length, struct part whole,
                             struct window_scratch *scratch)
{
    struct part parts[2] = {
        {.sums = scratch->sums[0], .squares = scratch->squares[0]},
        {.sums = scratch->sums[1], .squares = scratch->squares[1]},
    };
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
    take_roots(whole.squares, count, (double)length);
}

void window_deviations(const double *values, size_t rows, size_t length, double *means, double *deviations,
                       struct window_scratch *scratch)
{
    if (length == 1) {
        if (means) copy(values, rows, means);
        for (size_t row = 0; row < rows; row++)
            deviations[row] = values[row] - values[row]; // 0, or NaN for a NaN
        return;
    }
    for (size_t row = 0, size; row < rows; row += size) {
        size = window_chunk_rows(length, rows - row);
        const struct part whole = {.sums = means ? means + row : scratch->sums_of_rows,
                                   .squares = deviations + row};
        chunk_deviations(values + row, size, length, whole, scratch);
        if (means) window_divide(means + row, size, (double)length);
    }
    window_settle_flat(values, rows, length, means, deviations);
}
