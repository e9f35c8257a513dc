#include "engine/indicators/volatility.h"

#include "engine/indicators/run.h"
#include "engine/vector.h"

#include <math.h>

VECTORISED static void step(const double *restrict values, size_t count, double *restrict out)
{
    for (size_t i = 0; i < count; i++) {
        const double change = (values[i + 1] - values[i]) / values[i];
        out[i] = values[i] != 0 ? change : (double)NAN;
    }
}

VECTORISED static void scale(double *values, size_t count, double factor)
{
    for (size_t i = 0; i < count; i++)
        values[i] *= factor;
}

void volatility_run(const double *values, size_t count, size_t length, double *out, double *returns,
                    struct window_scratch *scratch)
{
    const size_t warmup = length < count ? length : count;
    const double in_percent = 100 * sqrt((double)length / ((double)length - 1)); // ddof 0 to ddof 1
    run_fill_nan(out, warmup);
    if (count > 1) step(values, count - 1, returns);
    for (size_t t = warmup, size; t < count; t += size) {
        size = window_chunk_rows(length, count - t);
        window_deviations(returns + t - length, size, length, NULL, out + t, scratch);
        scale(out + t, size, in_percent);
    }
}
