// Buys at the first chance and never sells: the yardstick of every other strategy.
#include "engine/strategies/strategies.h"

#include <string.h>

static size_t warmup_bars(const double *values)
{
    (void)values;
    return 0;
}

// Says "be long" at every bar, so that the first bar of the test counts, however many warm-up bars stand
// before it.
static enum status signals(const struct candles *candles, const double *values, struct arena *arena,
                           uint8_t *out_signals, struct error *error)
{
    (void)values, (void)arena, (void)error;
    memset(out_signals, SIGNAL_LONG, candles->count);
    return STATUS_OK;
}

const struct strategy strategy_buy_and_hold = {
    .id = "buy_and_hold",
    .title = "Buy and hold",
    .description = "Buys with the first order of the test and holds to the end of the data.",
    .warmup_bars = warmup_bars,
    .signals = signals,
};
