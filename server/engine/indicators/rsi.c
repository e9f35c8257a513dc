#include "engine/indicators/rsi.h"

#include "engine/indicators/run.h"

#include <math.h>

// Averages of what rose and of what fell.
struct movement {
    double gain;
    double loss;
};

static struct movement move(const double *values, size_t t)
{
    const double change = values[t] - values[t - 1];
    return (struct movement){.gain = change > 0 ? change : 0, .loss = change < 0 ? -change : 0};
}

// The mean movement of the `length` bars that end at `t`.
static struct movement mean_movement(const double *values, size_t t, size_t length)
{
    struct movement sum = {0};
    for (size_t i = t - (length - 1); i <= t; i++) {
        const struct movement one = move(values, i);
        sum.gain += one.gain;
        sum.loss += one.loss;
    }
    return (struct movement){.gain = sum.gain / (double)length, .loss = sum.loss / (double)length};
}

static double strength(struct movement average)
{
    const double whole = average.gain + average.loss;
    return whole > 0 ? 100 * average.gain / whole : 50;
}

void rsi_run(const double *values, size_t count, size_t length, double *out)
{
    const double share = 1 / (double)length;
    const double rest = ((double)length - 1) / (double)length;
    size_t t = 0;
    while ((t = run_warm_up(values, t, count, length + 1, out)) < count) {
        struct movement average = mean_movement(values, t, length);
        out[t] = strength(average);
        for (t++; t < count && !isnan(values[t]); t++) {
            const struct movement one = move(values, t);
            average.gain = average.gain * rest + one.gain * share;
            average.loss = average.loss * rest + one.loss * share;
            out[t] = strength(average);
        }
    }
}
