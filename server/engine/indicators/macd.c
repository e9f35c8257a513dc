#include "engine/indicators/macd.h"

#include "engine/indicators/run.h"

#include <math.h>

// The three averages advance side by side: each waits for itself alone.
struct averages {
    double fast_weight;
    double slow_weight;
    double signal_weight;
    double fast;
    double slow;
    double signal;
};

static double weight_of(size_t length)
{
    return 2.0 / ((double)length + 1.0);
}

// The average at `bar` that began with the mean of the first values; bar >= length - 1.
static double average_at(const double *values, size_t length, size_t bar)
{
    const double weight = weight_of(length);
    double average = run_mean(values, length);
    for (size_t t = length; t <= bar; t++)
        average += weight * (values[t] - average);
    return average;
}

// From `t` on, where fast and slow are the averages of the bar before: macd up to `end` or a NaN.
static size_t converge(const double *values, size_t t, size_t end, struct averages *averages,
                       const struct macd_columns *out)
{
    for (; t < end && !isnan(values[t]); t++) {
        averages->fast += averages->fast_weight * (values[t] - averages->fast);
        averages->slow += averages->slow_weight * (values[t] - averages->slow);
        out->macd[t] = averages->fast - averages->slow;
        out->signal[t] = out->histogram[t] = (double)NAN;
    }
    return t;
}

// The same with the signal, which is the average of the bar before too.
static size_t converge_with_signal(const double *restrict values, size_t t, size_t count,
                                   const struct averages *averages, const struct macd_columns *out)
{
    double *restrict macd = out->macd;
    double *restrict signals = out->signal;
    double *restrict histogram = out->histogram;
    struct averages now = *averages;
    for (; t < count && !isnan(values[t]); t++) {
        now.fast += now.fast_weight * (values[t] - now.fast);
        now.slow += now.slow_weight * (values[t] - now.slow);
        const double difference = now.fast - now.slow;
        now.signal += now.signal_weight * (difference - now.signal);
        macd[t] = difference;
        signals[t] = now.signal;
        histogram[t] = difference - now.signal;
    }
    return t;
}

void macd_run(const double *values, size_t count, struct macd_lengths lengths, struct macd_columns out)
{
    const size_t longer = lengths.slow > lengths.fast ? lengths.slow : lengths.fast;
    size_t t = 0;
    for (;;) {
        const size_t from = t;
        t = run_warm_up(values, from, count, longer, out.macd);
        run_fill_nan(out.signal + from, t - from);
        run_fill_nan(out.histogram + from, t - from);
        if (t == count) return;
        const size_t first = t - (longer - 1);
        const size_t first_signal = t + lengths.signal - 1;
        struct averages averages = {
            .fast_weight = weight_of(lengths.fast),
            .slow_weight = weight_of(lengths.slow),
            .signal_weight = weight_of(lengths.signal),
            .fast = average_at(values + first, lengths.fast, longer - 1),
            .slow = average_at(values + first, lengths.slow, longer - 1),
        };
        out.macd[t] = averages.fast - averages.slow;
        out.signal[t] = out.histogram[t] = (double)NAN;
        t = converge(values, t + 1, first_signal < count ? first_signal + 1 : count, &averages, &out);
        if (t != first_signal + 1) continue;
        averages.signal = run_mean(out.macd + t - lengths.signal, lengths.signal);
        out.signal[t - 1] = averages.signal;
        out.histogram[t - 1] = out.macd[t - 1] - averages.signal;
        t = converge_with_signal(values, t, count, &averages, &out);
    }
}
