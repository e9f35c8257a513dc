// Time-series momentum: the sign of an asset's own past return (T. J. Moskowitz, Y. H. Ooi, L. H. Pedersen,
// Time series momentum, Journal of Financial Economics 104, 2012). The default lookback is that of the
// category's relative momentum; crypto assets have theirs within weeks (Y. Liu, A. Tsyvinski, Risks and
// returns of cryptocurrency, Review of Financial Studies 34, 2021).
#include "engine/strategies/strategies.h"

#include "engine/indicators/window.h"
#include "engine/rounding.h"
#include "engine/vector.h"

#include <string.h>

enum param { LOOKBACK, SKIP, THRESHOLD };

static const struct strategy_param params[] = {
    [LOOKBACK] = {.name = "lookback",
                  .title = "Lookback",
                  .description = "Bars over which the return is taken.",
                  .unit = "bars",
                  .kind = STRATEGY_PARAM_INTEGER,
                  .default_value = 30,
                  .minimum = 1,
                  .maximum = WINDOW_LENGTH_MAX},
    [SKIP] = {.name = "skip",
              .title = "Skip",
              .description = "Newest bars that are left out of the return.",
              .unit = "bars",
              .kind = STRATEGY_PARAM_INTEGER,
              .default_value = 0,
              .minimum = 0,
              .maximum = WINDOW_LENGTH_MAX},
    [THRESHOLD] = {.name = "threshold",
                   .title = "Threshold",
                   .description = "How much the return must be above 0 to buy, and below 0 to sell.",
                   .unit = "%",
                   .kind = STRATEGY_PARAM_NUMBER,
                   .default_value = 0,
                   .minimum = 0,
                   .maximum = 1000},
};

static size_t warmup_bars(const double *values)
{
    return (size_t)values[LOOKBACK] + (size_t)values[SKIP];
}

// Prices are compared and no returns: those that rounding may have made of equal ones are neither above nor
// below each other.
VECTORISED static void compare(const double *restrict before, const double *restrict now, size_t count,
                               double threshold, uint8_t *restrict out_signals)
{
    const double rise = 1 + threshold + SAME_PRICE;
    const double fall = 1 - threshold - SAME_PRICE;
    for (size_t i = 0; i < count; i++) {
        const unsigned is_up = now[i] > before[i] * rise;
        const unsigned is_down = now[i] < before[i] * fall;
        out_signals[i] = (uint8_t)(SIGNAL_LONG * is_up | SIGNAL_SHORT * is_down);
    }
}

static enum status signals(const struct candles *candles, const double *values, struct arena *arena,
                           uint8_t *out_signals, struct error *error)
{
    (void)arena, (void)error;
    const size_t first = warmup_bars(values);
    const size_t lookback = (size_t)values[LOOKBACK];
    const double *close = candles->close;
    memset(out_signals, SIGNAL_HOLD, first < candles->count ? first : candles->count);
    if (candles->count <= first) return STATUS_OK;
    compare(close, close + lookback, candles->count - first, values[THRESHOLD] / 100, out_signals + first);
    return STATUS_OK;
}

const struct strategy strategy_momentum = {
    .id = "momentum",
    .title = "Time-series momentum",
    .description =
        "Is long while the return over the lookback is above the threshold, from the first bar that has one; "
        "out, or short where allowed, once it is below the threshold's negative. In between nothing changes.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .warmup_bars = warmup_bars,
    .signals = signals,
};
