#include "engine/indicators/atr.h"

#include "engine/indicators/run.h"
#include "engine/indicators/smooth.h"

#include <string.h>

// NaN when a price of the bar or the close before it is.
static double true_range(const struct candles *candles, size_t t)
{
    const double high = candles->high[t];
    const double low = candles->low[t];
    const double before = candles->close[t - 1];
    const double range = (high < before ? before : high) - (low > before ? before : low);
    return isunordered(high, low) || isunordered(before, candles->close[t]) ? (double)NAN : range;
}

// Behind `from`: the first bar that ends `length` true ranges, and their mean; NaN is written up to it.
static size_t warm_up(const struct candles *candles, size_t from, size_t length, double *out,
                      double *out_mean)
{
    double sum = 0;
    size_t sound = 0;
    for (size_t t = from; t < candles->count; t++) {
        const double range = t == 0 ? (double)NAN : true_range(candles, t);
        sound = isnan(range) ? 0 : sound + 1;
        sum = sound == 0 ? 0 : sum + range;
        if (sound == length) {
            *out_mean = sum / (double)length;
            return t;
        }
        out[t] = (double)NAN;
    }
    return candles->count;
}

// The columns of some bars, from the one before the first of them on.
struct prices {
    const double *high, *low, *close;
};

// The averages of four bars from bar `t` on; of true_range, a lane each.
INLINED void average_four(const struct prices *prices, size_t t, double share, struct smoothing *average,
                          double *out)
{
    const quad high = QUAD_AT(prices->high + t), low = QUAD_AT(prices->low + t);
    const quad before = QUAD_AT(prices->close + t - 1), close = QUAD_AT(prices->close + t);
    const quad top = QUAD_EITHER(high < before, before, high);
    const quad bottom = QUAD_EITHER(low > before, before, low);
    const quad x = ((top - bottom) + close * 0) * share; // the latter 0, or no number
    quad averages;
    smoothing_advance(average, &x, &averages);
    *(quad *)out = averages;
}

// Behind `from`: the first bar without a true range, or `to`.
static size_t ranges_end(const struct candles *candles, size_t from, size_t to)
{
    size_t t = from;
    while (t < to && !isnan(true_range(candles, t)))
        t++;
    return t;
}

// The last bars, fewer than four.
INLINED void average_rest(const struct candles *candles, size_t t, double share, struct smoothing *average,
                          double *out)
{
    double last[3][QUAD + 1] = {0}, averages[QUAD];
    const size_t count = candles->count - t;
    const struct prices rest = {.high = last[0], .low = last[1], .close = last[2]};
    memcpy(last[0], candles->high + t - 1, (count + 1) * sizeof *out);
    memcpy(last[1], candles->low + t - 1, (count + 1) * sizeof *out);
    memcpy(last[2], candles->close + t - 1, (count + 1) * sizeof *out);
    average_four(&rest, 1, share, average, averages);
    memcpy(out + t, averages, count * sizeof *out);
}

// From bar `t` on, whose bar before has the average out[t - 1]; answers the first without a true range.
VECTORISED static size_t follow(const struct candles *candles, size_t t, size_t length, double *restrict out)
{
    const struct prices prices = {.high = candles->high, .low = candles->low, .close = candles->close};
    const double share = 1 / (double)length;
    struct smoothing average UNINITIALISED;
    smoothing_begin(((double)length - 1) / (double)length, out[t - 1], &average);
    for (; t + QUAD <= candles->count && !smoothing_is_lost(&average); t += QUAD)
        average_four(&prices, t, share, &average, out + t);
    if (smoothing_is_lost(&average)) return ranges_end(candles, t - QUAD, t);
    average_rest(candles, t, share, &average, out);
    return ranges_end(candles, t, candles->count);
}

void atr_run(const struct candles *candles, size_t length, double *out)
{
    size_t t = 0;
    double average = 0;
    while ((t = warm_up(candles, t, length, out, &average)) < candles->count) {
        out[t] = average;
        t = follow(candles, t + 1, length, out);
    }
}
