#include "engine/indicators/atr.h"

#include "engine/indicators/run.h"
#include "engine/vector.h"

// True ranges of bars 1 .. count - 1 at their own places. NaN where high, low or a close is: NaN compares
// false, so the price goes into each difference itself.
VECTORISED static void true_ranges(const double *restrict high, const double *restrict low,
                                   const double *restrict close, size_t count, double *restrict out)
{
    for (size_t t = 1; t < count; t++) {
        const double before = close[t - 1];
        const double top = high[t] < before ? before : high[t];
        const double bottom = low[t] > before ? before : low[t];
        out[t] = top - bottom + 0 * (before + close[t]);
    }
}

// One stretch without NaN of at least `length` ranges, from ranges to averages in place.
static void average_in_place(double *ranges, size_t count, size_t length)
{
    const double share = 1 / (double)length;
    double average = run_mean(ranges, length);
    run_fill_nan(ranges, length - 1);
    ranges[length - 1] = average;
    for (size_t t = length; t < count; t++) {
        average += (ranges[t] - average) * share;
        ranges[t] = average;
    }
}

void atr_run(const struct candles *candles, size_t length, double *out)
{
    struct run run = {0};
    if (candles->count == 0) return;
    run_fill_nan(out, 1);
    true_ranges(candles->high, candles->low, candles->close, candles->count, out);
    while (run_next(out, candles->count, &run)) {
        if (run.end - run.start >= length)
            average_in_place(out + run.start, run.end - run.start, length);
        else
            run_fill_nan(out + run.start, run.end - run.start);
    }
}
