#include "engine/indicators/run.h"

#include <math.h>

size_t run_warm_up(const double *values, size_t from, size_t count, size_t length, double *out)
{
    size_t sound = 0;
    for (size_t t = from; t < count; t++) {
        sound = isnan(values[t]) ? 0 : sound + 1;
        if (sound == length) return t;
        out[t] = (double)NAN;
    }
    return count;
}

size_t run_end(const double *values, size_t from, size_t to)
{
    size_t t = from;
    while (t < to && !isnan(values[t]))
        t++;
    return t;
}

double run_mean(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 1; i < count; i++)
        sum += values[i] - values[0];
    return values[0] + sum / (double)count;
}

void run_fill_nan(double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        values[i] = (double)NAN;
}
