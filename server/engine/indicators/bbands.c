#include "engine/indicators/bbands.h"

#include "engine/indicators/run.h"
#include "engine/vector.h"

VECTORISED static void spread_out(const struct window_rows *rows, size_t count, double width,
                                  const struct bbands_columns *out, size_t from)
{
    const double *restrict means = rows->means;
    const double *restrict deviations = rows->deviations;
    double *restrict upper = out->upper + from;
    double *restrict middle = out->middle + from;
    double *restrict lower = out->lower + from;
    for (size_t i = 0; i < count; i++) {
        const double distance = width * deviations[i];
        upper[i] = means[i] + distance;
        middle[i] = means[i];
        lower[i] = means[i] - distance;
    }
}

void bbands_run(const double *values, size_t count, size_t length, double width, struct bbands_columns out,
                struct window_scratch *scratch)
{
    const size_t warmup = length - 1 < count ? length - 1 : count;
    run_fill_nan(out.upper, warmup);
    run_fill_nan(out.middle, warmup);
    run_fill_nan(out.lower, warmup);
    for (size_t t = warmup, size; t < count; t += size) {
        size = window_chunk_rows(length, count - t);
        window_deviations(values + t - warmup, size, length, scratch->rows.means, scratch->rows.deviations,
                          scratch);
        spread_out(&scratch->rows, size, width, &out, t);
    }
}
