// Turns of the supertrend (O. Seban; the rule of TradingView's built-in Supertrend strategy).
#include "engine/strategies/strategies.h"

#include "engine/indicators/supertrend.h"
#include "engine/indicators/window.h"

#include <string.h>

enum param { LENGTH, FACTOR };

static const struct strategy_param params[] = {
    [LENGTH] = {.name = "length",
                .title = "Length",
                .description = "Bars of the average true range.",
                .unit = "bars",
                .kind = STRATEGY_PARAM_INTEGER,
                .default_value = 10,
                .minimum = 1,
                .maximum = WINDOW_LENGTH_MAX},
    [FACTOR] = {.name = "factor",
                .title = "Factor",
                .description = "Distance of the line from the middle of the bar.",
                .unit = "average true ranges",
                .kind = STRATEGY_PARAM_NUMBER,
                .default_value = 3,
                .minimum = 0.1,
                .maximum = 100},
};

// The line exists from bar length on, a turn needs two bars of it.
static size_t warmup_bars(const double *values)
{
    return (size_t)values[LENGTH] + 1;
}

// A direction is 1 or -1: their difference says whether the trend turned, and where to.
static void mark_turns(const double *restrict direction, size_t first, size_t count,
                       uint8_t *restrict out_signals)
{
    for (size_t t = first; t < count; t++) {
        const double turn = direction[t] - direction[t - 1];
        out_signals[t] = (uint8_t)((turn > 0) * SIGNAL_LONG | (turn < 0) * SIGNAL_SHORT);
    }
}

static enum status signals(const struct candles *candles, const double *values, struct arena *arena,
                           uint8_t *out_signals, struct error *error)
{
    const size_t first = warmup_bars(values);
    const struct supertrend_columns columns = {
        .line = arena_alloc_raw(arena, candles->count, sizeof(double)),
        .direction = arena_alloc_raw(arena, candles->count, sizeof(double)),
    };
    if (!columns.line || !columns.direction) return error_no_memory(error);
    memset(out_signals, SIGNAL_HOLD, candles->count);
    supertrend_run(candles, (size_t)values[LENGTH], values[FACTOR], columns);
    mark_turns(columns.direction, first, candles->count, out_signals);
    return STATUS_OK;
}

const struct strategy strategy_supertrend = {
    .id = "supertrend",
    .title = "Supertrend",
    .description =
        "Buys at the bar whose close is above the line of a falling trend, which turns it up; sells, "
        "and goes short where allowed, at the close below the line of a rising one.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .warmup_bars = warmup_bars,
    .signals = signals,
};
