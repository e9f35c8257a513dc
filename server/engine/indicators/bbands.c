#include "engine/indicators/bbands.h"

#include "engine/indicators/run.h"
#include "engine/vector.h"

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
    window_deviations(values, count - warmup, length, out.middle + warmup, out.upper + warmup, scratch);
    spread_out(out.middle + warmup, count - warmup, width, out.upper + warmup, out.lower + warmup);
}
