// The uptrend rules written down once more, slowly and without a line of the engine.
#pragma once

#include "engine/candles.h"
#include "engine/scan.h"

static inline long double reference_mean(const double *close, size_t age, size_t length)
{
    long double sum = 0;
    for (size_t i = age; i < age + length; i++)
        sum += (long double)close[-(ptrdiff_t)i];
    return sum / (long double)length;
}

// By more than a millionth of a millionth.
static inline bool reference_is_above(long double a, long double b)
{
    return a - b > a * 1e-12L;
}

// `close` points at the newest of at least scan_min_candles closes.
static inline struct scan_figures reference_scan(const struct scan_rules *rules, const double *close)
{
    const long double now = *close, shorter = reference_mean(close, 0, rules->short_window);
    const long double medium = reference_mean(close, 0, rules->medium_window);
    const long double longer = reference_mean(close, 0, rules->long_window);
    const long double medium_before = reference_mean(close, rules->slope_window, rules->medium_window);
    const long double long_before = reference_mean(close, rules->slope_window, rules->long_window);
    const long double recent = now / close[-(ptrdiff_t)rules->recent_return_window] - 1;
    const long double past = now / close[-(ptrdiff_t)rules->long_return_window] - 1;
    const bool holds[SCAN_CONDITIONS] = {reference_is_above(now, medium),
                                         reference_is_above(shorter, medium),
                                         reference_is_above(medium, longer),
                                         reference_is_above(medium, medium_before),
                                         reference_is_above(longer, long_before),
                                         recent > 1e-12L,
                                         past > 1e-12L,
                                         now / medium - 1 <= rules->max_extension};
    struct scan_figures figures = {.close = *close,
                                   .sma_short = (double)shorter,
                                   .sma_medium = (double)medium,
                                   .sma_long = (double)longer,
                                   .slope_medium = (double)(medium / medium_before - 1),
                                   .slope_long = (double)(longer / long_before - 1),
                                   .recent_return = (double)recent,
                                   .long_return = (double)past,
                                   .extension = (double)(now / medium - 1)};
    for (unsigned i = 0; i < SCAN_CONDITIONS; i++)
        figures.conditions |= (unsigned)holds[i] << i;
    return figures;
}

// The closes of a ratio over the common bars with a divisor; answers how many. `out_time` too.
static inline size_t reference_ratio(const struct candles *base, const struct candles *quote,
                                     double *out_close, int64_t *out_time)
{
    size_t count = 0;
    for (size_t i = 0; i < base->count; i++) {
        for (size_t k = 0; k < quote->count; k++) {
            if (base->time[i] != quote->time[k]) continue;
            if (quote->open[k] == 0 || quote->high[k] == 0 || quote->low[k] == 0 || quote->close[k] == 0)
                continue;
            out_close[count] = base->close[i] / quote->close[k];
            out_time[count++] = base->time[i];
        }
    }
    return count;
}
