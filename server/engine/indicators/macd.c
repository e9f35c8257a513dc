#include "engine/indicators/macd.h"

#include "engine/indicators/run.h"
#include "engine/indicators/smooth.h"

#include <string.h>

// At a bar.
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

// The same four bars at a time: distances of both averages from the value (ema.c), and the signal itself.
struct course {
    struct smoothing fast, slow, signal;
    double signal_weight;
};

static void begin_course(const struct averages *averages, double before, struct course *out)
{
    smoothing_begin(1 - averages->fast_weight, before - averages->fast, &out->fast);
    smoothing_begin(1 - averages->slow_weight, before - averages->slow, &out->slow);
    smoothing_begin(1 - averages->signal_weight, averages->signal, &out->signal);
    out->signal_weight = averages->signal_weight;
}

// Reads the value before the four as well.
INLINED void converge_four(const double *values, struct course *course, const struct macd_columns *out,
                           size_t t)
{
    const quad change = QUAD_AT(values) - QUAD_AT(values - 1);
    const quad fast_x = change * course->fast.rest, slow_x = change * course->slow.rest;
    quad fast, slow, signal;
    smoothing_advance(&course->fast, &fast_x, &fast);
    smoothing_advance(&course->slow, &slow_x, &slow);
    const quad macd = slow - fast, signal_x = macd * course->signal_weight;
    smoothing_advance(&course->signal, &signal_x, &signal);
    *(quad *)(out->macd + t) = macd;
    *(quad *)(out->signal + t) = signal;
    *(quad *)(out->histogram + t) = macd - signal;
}

// The last bars, fewer than four.
INLINED void converge_rest(const double *values, size_t t, size_t count, struct course *course,
                           const struct macd_columns *out)
{
    double last[QUAD + 1] = {0}, columns[3][QUAD];
    const struct macd_columns rest = {.macd = columns[0], .signal = columns[1], .histogram = columns[2]};
    memcpy(last, values + t - 1, (count - t + 1) * sizeof *last);
    converge_four(last + 1, course, &rest, 0);
    memcpy(out->macd + t, rest.macd, (count - t) * sizeof *last);
    memcpy(out->signal + t, rest.signal, (count - t) * sizeof *last);
    memcpy(out->histogram + t, rest.histogram, (count - t) * sizeof *last);
}

// All three, from `t` on, where `averages` are those of the bar before; answers the first NaN, or `count`.
VECTORISED static size_t converge_with_signal(const double *restrict values, size_t t, size_t count,
                                              const struct averages *averages, const struct macd_columns *out)
{
    struct course course UNINITIALISED;
    begin_course(averages, values[t - 1], &course);
    for (; t + QUAD <= count && !smoothing_is_lost(&course.fast); t += QUAD)
        converge_four(values + t, &course, out, t);
    if (smoothing_is_lost(&course.fast)) return run_end(values, t - QUAD, t);
    converge_rest(values, t, count, &course, out);
    return run_end(values, t, count);
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
