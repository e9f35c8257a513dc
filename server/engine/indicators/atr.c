#include "engine/indicators/atr.h"

#include "engine/indicators/run.h"

#include <math.h>

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

void atr_run(const struct candles *candles, size_t length, double *out)
{
    const double share = 1 / (double)length;
    const double rest = ((double)length - 1) / (double)length;
    double average = 0;
    size_t t = 0;
    while ((t = warm_up(candles, t, length, out, &average)) < candles->count) {
        out[t] = average;
        for (t++; t < candles->count; t++) {
            const double range = true_range(candles, t);
            if (isnan(range)) break;
            average = average * rest + range * share;
            out[t] = average;
        }
    }
}
