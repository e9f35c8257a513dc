#include "engine/indicators/ema.h"

#include "engine/indicators/run.h"

#include <math.h>

void ema_run(const double *values, size_t count, size_t length, double *out)
{
    const double weight = 2.0 / ((double)length + 1.0);
    size_t t = 0;
    while ((t = run_warm_up(values, t, count, length, out)) < count) {
        double average = run_mean(values + t - (length - 1), length);
        out[t] = average;
        for (t++; t < count && !isnan(values[t]); t++) {
            average += weight * (values[t] - average);
            out[t] = average;
        }
    }
}
