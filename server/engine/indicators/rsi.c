#include "engine/indicators/rsi.h"

#include "engine/indicators/run.h"

static double rise(const double *values, size_t t)
{
    const double change = values[t] - values[t - 1];
    return change > 0 ? change : 0;
}

static double fall(const double *values, size_t t)
{
    const double change = values[t] - values[t - 1];
    return change < 0 ? -change : 0;
}

static double strength(double gain, double loss)
{
    const double movement = gain + loss;
    return movement > 0 ? 100 * gain / movement : 50;
}

// One stretch without NaN, longer than `length`.
static void strength_of(const double *values, size_t count, size_t length, double *out)
{
    const double share = 1 / (double)length;
    double gain = 0;
    double loss = 0;
    for (size_t t = 1; t <= length; t++) {
        gain += rise(values, t);
        loss += fall(values, t);
    }
    gain /= (double)length;
    loss /= (double)length;
    out[length] = strength(gain, loss);
    for (size_t t = length + 1; t < count; t++) {
        gain += (rise(values, t) - gain) * share;
        loss += (fall(values, t) - loss) * share;
        out[t] = strength(gain, loss);
    }
}

void rsi_run(const double *values, size_t count, size_t length, double *out)
{
    struct run run = {0};
    run_fill_nan(out, count);
    while (run_next(values, count, &run)) {
        if (run.end - run.start > length)
            strength_of(values + run.start, run.end - run.start, length, out + run.start);
    }
}
