#include "engine/indicators/bbands.h"

#include "engine/indicators/run.h"
#include "engine/vector.h"

enum { BLOCK = 1024 }; // rows done at a time, while they are in the cache

VECTORISED static void spread_out(const double *restrict middle, size_t count, double width,
                                  double *restrict upper, double *restrict lower)
{
    for (size_t i = 0; i < count; i++) {
        const double distance = width * upper[i];
        upper[i] = middle[i] + distance;
        lower[i] = middle[i] - distance;
    }
}

void bbands_run(const double *values, size_t count, size_t length, double width, struct bbands_columns out,
                struct window_scratch *scratch)
{
    const size_t warmup = length - 1 < count ? length - 1 : count;
    run_fill_nan(out.upper, warmup);
    run_fill_nan(out.middle, warmup);
    run_fill_nan(out.lower, warmup);
    const size_t block = length > BLOCK ? length : BLOCK;
    for (size_t t = warmup, size; t < count; t += size) {
        size = count - t < block ? count - t : block;
        window_deviations(values + t - warmup, size, length, out.middle + t, out.upper + t, scratch);
        spread_out(out.middle + t, size, width, out.upper + t, out.lower + t);
    }
}
