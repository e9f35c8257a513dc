#include "engine/indicators/sma.h"

#include "engine/indicators/run.h"
#include "engine/indicators/window.h"

void sma_run(const double *values, size_t count, size_t length, double *out)
{
    const size_t warmup = length - 1 < count ? length - 1 : count;
    indicator_fill_nan(out, warmup);
    window_means(values, count - warmup, length, out + warmup);
}
