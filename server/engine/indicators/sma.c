#include "engine/indicators/sma.h"

#include "engine/indicators/run.h"

void sma_run(const double *values, size_t count, size_t length, double *out, struct window_scratch *scratch)
{
    const size_t warmup = length - 1 < count ? length - 1 : count;
    run_fill_nan(out, warmup);
    window_means(values, count - warmup, length, out + warmup, scratch);
}
