#include "engine/indicators/macd.h"

#include "engine/indicators/run.h"

static double weight_of(size_t length)
{
    return 2.0 / ((double)length + 1.0);
}

// The average at `bar`, which is at least length - 1.
static double average_at(const double *values, size_t length, size_t bar)
{
    const double weight = weight_of(length);
    double average = run_mean(values, length);
    for (size_t t = length; t <= bar; t++)
        average += weight * (values[t] - average);
    return average;
}

// One stretch without NaN. The three averages advance side by side: each waits for itself alone.
static void converge(const double *restrict values, size_t count, const struct macd_lengths *lengths,
                     double *restrict macd, double *restrict signals, double *restrict histogram)
{
    const size_t longer = lengths->slow > lengths->fast ? lengths->slow : lengths->fast;
    const size_t first_signal = longer - 1 + lengths->signal - 1;
    const double fast_weight = weight_of(lengths->fast);
    const double slow_weight = weight_of(lengths->slow);
    const double signal_weight = weight_of(lengths->signal);
    if (count < longer) return;
    double fast = average_at(values, lengths->fast, longer - 1);
    double slow = average_at(values, lengths->slow, longer - 1);
    macd[longer - 1] = fast - slow;
    size_t t = longer;
    for (; t < count && t <= first_signal; t++) {
        fast += fast_weight * (values[t] - fast);
        slow += slow_weight * (values[t] - slow);
        macd[t] = fast - slow;
    }
    if (t <= first_signal) return;
    double signal = run_mean(macd + longer - 1, lengths->signal);
    signals[first_signal] = signal;
    histogram[first_signal] = macd[first_signal] - signal;
    for (; t < count; t++) {
        fast += fast_weight * (values[t] - fast);
        slow += slow_weight * (values[t] - slow);
        const double difference = fast - slow;
        signal += signal_weight * (difference - signal);
        macd[t] = difference;
        signals[t] = signal;
        histogram[t] = difference - signal;
    }
}

void macd_run(const double *values, size_t count, struct macd_lengths lengths, struct macd_columns out)
{
    struct run run = {0};
    run_fill_nan(out.macd, count);
    run_fill_nan(out.signal, count);
    run_fill_nan(out.histogram, count);
    while (run_next(values, count, &run))
        converge(values + run.start, run.end - run.start, &lengths, out.macd + run.start,
                 out.signal + run.start, out.histogram + run.start);
}
