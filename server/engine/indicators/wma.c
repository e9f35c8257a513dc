#include "engine/indicators/wma.h"

#include "engine/indicators/run.h"
#include "engine/vector.h"

#include <string.h>

// Columns about stretches of `width` values: sums, and sums in which the first value counts once, the last
// `width` times.
struct part {
    size_t width;
    double *sums;
    double *weighted;
};

// Stretches of twice the width out of neighbouring ones: each value of the later one counts `width` times
// more.
VECTORISED static void pair_parts(const struct part *in, size_t count, struct part *out)
{
    const size_t width = in->width;
    const double more = (double)width;
    const double *restrict sums = in->sums;
    const double *restrict weighted = in->weighted;
    double *restrict out_sums = out->sums;
    double *restrict out_weighted = out->weighted;
    for (size_t i = 0; i < count; i++) {
        out_weighted[i] = weighted[i] + (weighted[i + width] + sums[i + width] * more);
        out_sums[i] = sums[i] + sums[i + width];
    }
    out->width = 2 * width;
}

// Puts the stretch that follows behind each row of `whole`.
VECTORISED static void merge_part(const struct part *part, size_t count, struct part *whole)
{
    const double more = (double)whole->width;
    const double *restrict sums = part->sums + whole->width;
    const double *restrict weighted = part->weighted + whole->width;
    double *restrict out_sums = whole->sums;
    double *restrict out_weighted = whole->weighted;
    for (size_t i = 0; i < count; i++) {
        out_weighted[i] += weighted[i] + sums[i] * more;
        out_sums[i] += sums[i];
    }
    whole->width += part->width;
}

// Rows that fit into the scratch. A window is put together from the front by the binary digits of its length.
static void average_rows(const double *values, size_t rows, size_t length, double *out,
                         struct window_scratch *scratch)
{
    struct part parts[2] = {
        {.width = 1, .sums = scratch->sums[0], .weighted = scratch->squares[0]},
        {.sums = scratch->sums[1], .weighted = scratch->squares[1]},
    };
    struct part whole = {.sums = scratch->sums_of_rows, .weighted = out};
    memset(whole.sums, 0, rows * sizeof *whole.sums);
    memset(whole.weighted, 0, rows * sizeof *whole.weighted);
    memcpy(parts[0].sums, values, (rows + length - 1) * sizeof *values);
    memcpy(parts[0].weighted, values, (rows + length - 1) * sizeof *values);
    for (size_t level = 0;; level = !level) {
        const struct part *part = &parts[level];
        if (length & part->width) merge_part(part, rows, &whole);
        if (2 * part->width > length) break;
        pair_parts(part, rows + length - 2 * part->width, &parts[!level]);
    }
    window_divide(out, rows, (double)length * ((double)length + 1) / 2);
}

void wma_run(const double *values, size_t count, size_t length, double *out, struct window_scratch *scratch)
{
    const size_t warmup = length - 1 < count ? length - 1 : count;
    run_fill_nan(out, warmup);
    for (size_t t = warmup, rows; t < count; t += rows) {
        rows = window_chunk_rows(length, count - t);
        average_rows(values + t - warmup, rows, length, out + t, scratch);
    }
    window_settle_flat(values, count - warmup, length, out + warmup, NULL);
}
