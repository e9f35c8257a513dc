#include "engine/indicators/stddev.h"

#include "engine/indicators/run.h"

enum { BLOCK = 512 }; // rows done at a time while they are in the cache

void stddev_run(const double *values, size_t count, size_t length, double *out,
                struct window_scratch *scratch)
{
    const size_t warmup = length - 1 < count ? length - 1 : count;
    const size_t block = length > BLOCK ? length : BLOCK;
    run_fill_nan(out, warmup);
    for (size_t t = warmup, size; t < count; t += size) {
        size = count - t < block ? count - t : block;
        window_deviations(values + t - warmup, size, length, NULL, out + t, scratch);
    }
}
