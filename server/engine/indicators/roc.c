#include "engine/indicators/roc.h"

#include "engine/indicators/run.h"
#include "engine/vector.h"

#include <math.h>

VECTORISED static void compare(const double *restrict before, const double *restrict now, size_t count,
                               double *restrict out)
{
    for (size_t i = 0; i < count; i++) {
        const double change = 100 * ((now[i] - before[i]) / before[i]);
        out[i] = before[i] != 0 ? change : (double)NAN;
    }
}

void roc_run(const double *values, size_t count, size_t length, double *out)
{
    const size_t warmup = length < count ? length : count;
    run_fill_nan(out, warmup);
    compare(values, values + warmup, count - warmup, out + warmup);
}
