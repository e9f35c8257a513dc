// Crosses of the MACD over its signal line (G. Appel, The Moving Average Convergence-Divergence Trading
// Method, 1979; the rule of TradingView's built-in MACD strategy).
#include "engine/strategies/strategies.h"

#include "engine/indicators/macd.h"
#include "engine/indicators/window.h"
#include "engine/strategies/cross.h"
#include "engine/vector.h"

#include <float.h>
#include <stdbool.h>
#include <string.h>

enum { BLOCK = 512 }; // bars at a time

enum param { FAST, SLOW, SIGNAL };

static const struct strategy_param params[] = {
    [FAST] = {.name = "fast",
              .title = "Fast average",
              .description = "Length of the average that reacts first; shorter than the slow one.",
              .unit = "bars",
              .kind = STRATEGY_PARAM_INTEGER,
              .default_value = 12,
              .minimum = 1,
              .maximum = WINDOW_LENGTH_MAX},
    [SLOW] = {.name = "slow",
              .title = "Slow average",
              .description = "Length of the average that the fast one is measured against.",
              .unit = "bars",
              .kind = STRATEGY_PARAM_INTEGER,
              .default_value = 26,
              .minimum = 2,
              .maximum = WINDOW_LENGTH_MAX},
    [SIGNAL] = {.name = "signal",
                .title = "Signal line",
                .description = "Length of the average of the difference, which is crossed.",
                .unit = "bars",
                .kind = STRATEGY_PARAM_INTEGER,
                .default_value = 9,
                .minimum = 2,
                .maximum = WINDOW_LENGTH_MAX},
};

// The signal line exists from bar slow + signal - 2 on, a cross needs two bars of it.
static size_t first_bar(const double *values)
{
    return (size_t)values[SLOW] + (size_t)values[SIGNAL] - 2;
}

static size_t warmup_bars(const double *values)
{
    return first_bar(values) + 1;
}

static enum status check(const double *values, struct error *error)
{
    if (values[FAST] < values[SLOW]) return STATUS_OK;
    return error_add_field(error, "/params/fast", "fast must be below slow (%g), not %g", values[SLOW],
                           values[FAST]);
}

// An average of length n comes to rest within some n roundings of the price.
static double rounding_of(const double *values)
{
    return 4 * DBL_EPSILON * (values[SLOW] + values[SIGNAL]);
}

VECTORISED static void scale(const double *restrict close, size_t count, double factor, double *restrict out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = close[i] * factor;
}

VECTORISED static void mark_changes(const uint8_t *above, size_t count, uint8_t *restrict out_signals)
{
    for (size_t i = 0; i < count; i++) {
        const unsigned was = above[i], now = above[i + 1];
        out_signals[i] = (uint8_t)((now & ~was) * SIGNAL_LONG | (was & ~now) * SIGNAL_SHORT);
    }
}

static void mark_crosses(const double *close, const double *histogram, size_t count, const double *values,
                         uint8_t *out_signals)
{
    double slacks[BLOCK] UNINITIALISED;
    uint8_t above[BLOCK + 1] UNINITIALISED;
    const double rounding = rounding_of(values);
    const size_t first = first_bar(values);
    above[0] = histogram[first] > close[first] * rounding;
    for (size_t t = first + 1, size; t < count; t += size) {
        size = count - t < BLOCK ? count - t : BLOCK;
        scale(close + t, size, rounding, slacks);
        cross_sides(histogram + t, slacks, size, above);
        mark_changes(above, size, out_signals + t);
        above[0] = above[size];
    }
}

static enum status signals(const struct candles *candles, const double *values, struct arena *arena,
                           uint8_t *out_signals, struct error *error)
{
    const size_t count = candles->count;
    const struct macd_lengths lengths = {
        .fast = (size_t)values[FAST],
        .slow = (size_t)values[SLOW],
        .signal = (size_t)values[SIGNAL],
    };
    const struct macd_columns columns = {
        .macd = arena_alloc_raw(arena, count, sizeof(double)),
        .signal = arena_alloc_raw(arena, count, sizeof(double)),
        .histogram = arena_alloc_raw(arena, count, sizeof(double)),
    };
    if (!columns.macd || !columns.signal || !columns.histogram) return error_no_memory(error);
    memset(out_signals, SIGNAL_HOLD, count);
    if (count <= first_bar(values)) return STATUS_OK;
    macd_run(candles->close, count, lengths, columns);
    mark_crosses(candles->close, columns.histogram, count, values, out_signals);
    return STATUS_OK;
}

const struct strategy strategy_macd_cross = {
    .id = "macd_cross",
    .title = "MACD cross",
    .description =
        "Buys at the bar whose MACD (fast less slow exponential average) is above its signal line and was not "
        "at the bar before; sells, and goes short where allowed, at the cross back.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .warmup_bars = warmup_bars,
    .check = check,
    .signals = signals,
};
