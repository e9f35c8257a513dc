#include "engine/indicators/stoch.h"

#include "engine/indicators/extremes.h"
#include "engine/indicators/run.h"
#include "engine/indicators/sma.h"
#include "engine/rounding.h"
#include "engine/vector.h"

// Halves are taken, whose difference no price is too large for.
VECTORISED static void put_places(const double *restrict close, const double *restrict highest,
                                  const double *restrict lowest, size_t count, double *restrict out)
{
    for (size_t i = 0; i < count; i++) {
        const double range = highest[i] * 0.5 - lowest[i] * 0.5;
        const double place = 100 * ((close[i] * 0.5 - lowest[i] * 0.5) / range);
        const double middle = 50 + (close[i] - close[i]); // no number where the close is none
        out[i] = range <= highest[i] * (0.5 * SAME_PRICE) ? middle : place;
    }
}

static void put_averages(const double *values, size_t first, size_t count, size_t length, double *out,
                         struct window_scratch *scratch)
{
    run_fill_nan(out, first);
    sma_run(values + first, count - first, length, out + first, scratch);
}

static size_t at_most(size_t bars, size_t count)
{
    return bars < count ? bars : count;
}

void stoch_run(const struct candles *candles, struct stoch_lengths lengths, struct stoch_columns out,
               double *raw, struct window_scratch *scratch)
{
    const size_t count = candles->count;
    const size_t warmup = at_most(lengths.range - 1, count);
    for (size_t t = warmup, size; t < count; t += size) {
        size = window_chunk_rows(lengths.range, count - t);
        // the columns that are written last hold the extremes meanwhile
        extremes_highest(candles->high + t - warmup, size, lengths.range, out.k + t, scratch);
        extremes_lowest(candles->low + t - warmup, size, lengths.range, out.d + t, scratch);
        put_places(candles->close + t, out.k + t, out.d + t, size, raw + t);
    }
    put_averages(raw, warmup, count, lengths.smoothing, out.k, scratch);
    put_averages(out.k, at_most(warmup + lengths.smoothing - 1, count), count, lengths.signal, out.d,
                 scratch);
}
