#include "engine/indicators/rsi.h"

#include "engine/indicators/run.h"
#include "engine/indicators/smooth.h"
#include "engine/rounding.h"

#include <string.h>

// Averages of what rose and of what fell.
struct movement {
    double gain;
    double loss;
};

static struct movement move(const double *values, size_t t)
{
    const double change = values[t] - values[t - 1];
    const double least = values[t] * SAME_PRICE;
    return (struct movement){.gain = change > least ? change : 0, .loss = -change > least ? -change : 0};
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

// The averages of both, four bars at a time.
struct averages {
    double half_share; // of a bar, halved
    struct smoothing gain, loss;
};

// Reads the value before the four as well. Rise and fall are halves of the change and of its magnitude: both
// are no number where the change is none, since that is no rounding.
INLINED void strength_four(const double *values, struct averages *averages, double *out)
{
    const quad now = QUAD_AT(values), step = now - QUAD_AT(values - 1);
    const quad size = (quad)((quad_mask)step & INT64_MAX);
    const quad_mask is_rounding = size <= now * SAME_PRICE;
    const quad change = step * averages->half_share, magnitude = size * averages->half_share;
    const quad x = QUAD_WHERE(~is_rounding, magnitude + change);
    const quad y = QUAD_WHERE(~is_rounding, magnitude - change);
    quad gain, loss;
    smoothing_advance(&averages->gain, &x, &gain);
    smoothing_advance(&averages->loss, &y, &loss);
    const quad whole = gain + loss, half = (quad){0} + 50;
    *(quad *)out = QUAD_EITHER(whole > 0, 100 * gain / whole, half);
}

// From bar `t` on, where `before` are the averages of the bar before; answers the first NaN, or `count`.
VECTORISED static size_t follow(const double *restrict values, size_t t, size_t count, size_t length,
                                struct movement before, double *restrict out)
{
    const double rest = ((double)length - 1) / (double)length;
    struct averages averages UNINITIALISED;
    averages.half_share = 0.5 / (double)length;
    smoothing_begin(rest, before.gain, &averages.gain);
    smoothing_begin(rest, before.loss, &averages.loss);
    for (; t + QUAD <= count && !smoothing_is_lost(&averages.gain); t += QUAD)
        strength_four(values + t, &averages, out + t);
    if (smoothing_is_lost(&averages.gain)) return run_end(values, t - QUAD, t);
    double last[QUAD + 1] = {0}, strengths[QUAD];
    memcpy(last, values + t - 1, (count - t + 1) * sizeof *last);
    strength_four(last + 1, &averages, strengths);
    memcpy(out + t, strengths, (count - t) * sizeof *out);
    return run_end(values, t, count);
}

void rsi_run(const double *values, size_t count, size_t length, double *out)
{
    size_t t = 0;
    while ((t = run_warm_up(values, t, count, length + 1, out)) < count) {
        const struct movement average = mean_movement(values, t, length);
        out[t] = strength(average);
        t = follow(values, t + 1, count, length, average, out);
    }
}
