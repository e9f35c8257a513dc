#include "engine/indicators/ema.h"

#include "engine/indicators/run.h"

void ema_run(const double *values, size_t count, size_t length, double *out)
{
    const double weight = 2.0 / ((double)length + 1.0);
    struct run run = {0};
    run_fill_nan(out, count);
    while (run_next(values, count, &run)) {
        if (run.end - run.start < length) continue;
        size_t t = run.start + length - 1;
        double average = run_mean(values + run.start, length);
        out[t] = average;
        for (t++; t < run.end; t++) {
            average += weight * (values[t] - average);
            out[t] = average;
        }
    }
}
