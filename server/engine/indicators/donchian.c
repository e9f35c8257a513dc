#include "engine/indicators/donchian.h"

#include "engine/indicators/extremes.h"
#include "engine/indicators/run.h"
#include "engine/vector.h"

// Halves are added, which no price is too large for.
VECTORISED static void put_between(const double *restrict upper, const double *restrict lower, size_t count,
                                   double *restrict out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = upper[i] * 0.5 + lower[i] * 0.5;
}

void donchian_run(const struct candles *candles, size_t length, struct donchian_columns out,
                  struct window_scratch *scratch)
{
    const size_t count = candles->count;
    const size_t warmup = length - 1 < count ? length - 1 : count;
    run_fill_nan(out.upper, warmup);
    run_fill_nan(out.middle, warmup);
    run_fill_nan(out.lower, warmup);
    for (size_t t = warmup, size; t < count; t += size) {
        size = window_chunk_rows(length, count - t);
        extremes_highest(candles->high + t - warmup, size, length, out.upper + t, scratch);
        extremes_lowest(candles->low + t - warmup, size, length, out.lower + t, scratch);
        put_between(out.upper + t, out.lower + t, size, out.middle + t);
    }
}
