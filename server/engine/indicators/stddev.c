#include "engine/indicators/stddev.h"

#include "engine/indicators/run.h"

void stddev_run(const double *values, size_t count, size_t length, double *out,
                struct window_scratch *scratch)
{
    const size_t warmup = length - 1 < count ? length - 1 : count;
    run_fill_nan(out, warmup);
    for (size_t t = warmup, size; t < count; t += size) {
        size = window_chunk_rows(length, count - t);
        window_deviations(values + t - warmup, size, length, NULL, out + t, scratch);
    }
}
