// Crosses of a fast moving average over a slow one, on closes (backtests.md; vectorbt, backtesting.py and
// backtrader agree to the cent).
#include "engine/strategies/strategies.h"

#include "engine/indicators/ema.h"
#include "engine/indicators/sma.h"
#include "engine/indicators/window.h"

#include <stdbool.h>
#include <string.h>

enum param { FAST, SLOW, KIND };
enum kind { KIND_SMA, KIND_EMA };

static const char *const kinds[] = {[KIND_SMA] = "sma", [KIND_EMA] = "ema", NULL};

static const struct strategy_param params[] = {
    [FAST] = {.name = "fast",
              .title = "Fast average",
              .description = "Length of the average that reacts first; shorter than the slow one.",
              .unit = "bars",
              .kind = STRATEGY_PARAM_INTEGER,
              .default_value = 20,
              .minimum = 1,
              .maximum = WINDOW_LENGTH_MAX},
    [SLOW] = {.name = "slow",
              .title = "Slow average",
              .description = "Length of the average that is crossed.",
              .unit = "bars",
              .kind = STRATEGY_PARAM_INTEGER,
              .default_value = 50,
              .minimum = 2,
              .maximum = WINDOW_LENGTH_MAX},
    [KIND] = {.name = "kind",
              .title = "Kind of average",
              .description = "Simple (equal weights) or exponential (newer closes weigh more).",
              .kind = STRATEGY_PARAM_CHOICE,
              .default_value = KIND_SMA,
              .choices = kinds},
};

// The slow average exists from bar slow - 1 on, a cross needs two bars of it.
static size_t warmup_bars(const double *values)
{
    return (size_t)values[SLOW];
}

static enum status check(const double *values, struct error *error)
{
    if (values[FAST] < values[SLOW]) return STATUS_OK;
    return error_add_field(error, "/params/fast", "fast must be below slow (%g), not %g", values[SLOW],
                           values[FAST]);
}

// NaN compares false, so that bars before the warm-up are never "above"; the caller skips them.
static void mark_crosses(const double *fast, const double *slow, size_t from, size_t count,
                         uint8_t *out_signals)
{
    for (size_t t = from; t < count; t++) {
        const bool above = fast[t] > slow[t];
        const bool was_above = fast[t - 1] > slow[t - 1];
        out_signals[t] = (uint8_t)((above & !was_above) * SIGNAL_LONG + (!above & was_above) * SIGNAL_SHORT);
    }
}

static enum status signals(const struct candles *candles, const double *values, struct arena *arena,
                           uint8_t *out_signals, struct error *error)
{
    const size_t count = candles->count;
    const size_t slow_length = (size_t)values[SLOW];
    double *fast = arena_alloc_raw(arena, count, sizeof *fast);
    double *slow = arena_alloc_raw(arena, count, sizeof *slow);
    if (!fast || !slow) return error_no_memory(error);
    void (*average)(const double *, size_t, size_t, double *) = values[KIND] == KIND_EMA ? ema_run : sma_run;
    average(candles->close, count, (size_t)values[FAST], fast);
    average(candles->close, count, slow_length, slow);
    const size_t first = slow_length < count ? slow_length : count;
    memset(out_signals, SIGNAL_HOLD, first);
    mark_crosses(fast, slow, first, count, out_signals);
    return STATUS_OK;
}

const struct strategy strategy_ma_cross = {
    .id = "ma_cross",
    .title = "Moving average cross",
    .description =
        "Long when the fast average crosses above the slow one; out, or short where allowed, when it crosses "
        "back. No cross, no trade, however the first bar stands.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .warmup_bars = warmup_bars,
    .check = check,
    .signals = signals,
};
