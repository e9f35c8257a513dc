#include "engine/indicators/ema.h"

#include "engine/indicators/run.h"
#include "engine/indicators/smooth.h"

#include <string.h>

// An average as its distance from the value, which advances by what the value does:
//   d(t) = rest · d(t-1) + rest · (x(t) - x(t-1)), out(t) = x(t) - d(t)
// so that it is the value itself, exactly, where nothing moves. Reads the value before the four as well.
INLINED void average_four(const double *values, struct smoothing *distance, double *out)
{
    const quad now = QUAD_AT(values), x = (now - QUAD_AT(values - 1)) * distance->rest;
    quad apart;
    smoothing_advance(distance, &x, &apart);
    *(quad *)out = now - apart;
}

// From bar `t` on, whose bar before has the average out[t - 1]; answers the first NaN, or `count`.
VECTORISED static size_t follow(const double *restrict values, size_t t, size_t count, double rest,
                                double *restrict out)
{
    struct smoothing distance UNINITIALISED;
    smoothing_begin(rest, values[t - 1] - out[t - 1], &distance);
    for (; t + QUAD <= count && !smoothing_is_lost(&distance); t += QUAD)
        average_four(values + t, &distance, out + t);
    if (smoothing_is_lost(&distance)) return run_end(values, t - QUAD, t);
    double last[QUAD + 1] = {0}, averages[QUAD];
    memcpy(last, values + t - 1, (count - t + 1) * sizeof *last);
    average_four(last + 1, &distance, averages);
    memcpy(out + t, averages, (count - t) * sizeof *out);
    return run_end(values, t, count);
}

void ema_run(const double *values, size_t count, size_t length, double *out)
{
    const double rest = ((double)length - 1) / ((double)length + 1);
    size_t t = 0;
    while ((t = run_warm_up(values, t, count, length, out)) < count) {
        out[t] = run_mean(values + t - (length - 1), length);
        t = follow(values, t + 1, count, rest, out);
    }
}
