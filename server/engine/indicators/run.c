#include "engine/indicators/run.h"

#include <math.h>

bool run_next(const double *values, size_t count, struct run *run)
{
    size_t start = run->end;
    while (start < count && isnan(values[start]))
        start++;
    if (start == count) return false;
    size_t end = start + 1;
    while (end < count && !isnan(values[end]))
        end++;
    *run = (struct run){.start = start, .end = end};
    return true;
}

void run_fill_nan(double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        values[i] = (double)NAN;
}

double run_mean(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 1; i < count; i++)
        sum += values[i] - values[0];
    return values[0] + sum / (double)count;
}
