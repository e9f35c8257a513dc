// The relative strength index coming back out of its extremes (J. W. Wilder, New Concepts in Technical
// Trading Systems, 1978; the rule of TradingView's built-in RSI strategy).
#include "engine/strategies/strategies.h"

#include "engine/indicators/rsi.h"
#include "engine/indicators/window.h"
#include "engine/rounding.h"
#include "engine/strategies/cross.h"
#include "engine/vector.h"

#include <math.h>
#include <string.h>

enum { BLOCK = 512 }; // bars at a time

enum param { LENGTH, OVERSOLD, OVERBOUGHT };

static const struct strategy_param params[] = {
    [LENGTH] = {.name = "length",
                .title = "Length",
                .description = "Bars that the index looks back on.",
                .unit = "bars",
                .kind = STRATEGY_PARAM_INTEGER,
                .default_value = 14,
                .minimum = 1,
                .maximum = WINDOW_LENGTH_MAX},
    [OVERSOLD] = {.name = "oversold",
                  .title = "Oversold",
                  .description = "The level that a rise through buys; below overbought.",
                  .kind = STRATEGY_PARAM_NUMBER,
                  .default_value = 30,
                  .minimum = 0,
                  .maximum = 100},
    [OVERBOUGHT] = {.name = "overbought",
                    .title = "Overbought",
                    .description = "The level that a fall through sells.",
                    .kind = STRATEGY_PARAM_NUMBER,
                    .default_value = 70,
                    .minimum = 0,
                    .maximum = 100},
};

static const double rounding = 1e-10; // of an index from 0 to 100

// The index exists from bar length on, a cross needs two bars of it.
static size_t warmup_bars(const double *values)
{
    return (size_t)values[LENGTH] + 1;
}

static enum status check(const double *values, struct error *error)
{
    if (values[OVERSOLD] < values[OVERBOUGHT]) return STATUS_OK;
    return error_add_field(error, "/params/oversold", "oversold must be below overbought (%g), not %g",
                           values[OVERBOUGHT], values[OVERSOLD]);
}

// Of some bars: which side of a level the index is on, behind that of the bar before them.
struct sides {
    double differences[BLOCK], slacks[BLOCK];
    uint8_t above_low[BLOCK + 1], above_high[BLOCK + 1];
};

// A close that stands where the one before it stood moves nothing, however the averages in the index, which
// shrink alike, happen to round.
VECTORISED static void find_slacks(const double *restrict close, size_t count, double *restrict out)
{
    for (size_t i = 0; i < count; i++) {
        const double change = close[i] - *(close + i - 1);
        out[i] = fabs(change) <= close[i] * SAME_PRICE ? (double)INFINITY : rounding;
    }
}

VECTORISED static void subtract(const double *restrict index, size_t count, double level,
                                double *restrict out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = index[i] - level;
}

VECTORISED static void mark_changes(struct sides *sides, size_t count, uint8_t *restrict out_signals)
{
    for (size_t i = 0; i < count; i++) {
        const unsigned is_bought = sides->above_low[i + 1] & ~(unsigned)sides->above_low[i];
        const unsigned is_sold = sides->above_high[i] & ~(unsigned)sides->above_high[i + 1];
        out_signals[i] = (uint8_t)(is_bought * SIGNAL_LONG | is_sold * SIGNAL_SHORT);
    }
    sides->above_low[0] = sides->above_low[count];
    sides->above_high[0] = sides->above_high[count];
}

static void mark_crosses(const double *close, const double *index, size_t count, const double *values,
                         uint8_t *out_signals)
{
    struct sides sides = {0};
    const size_t first = (size_t)values[LENGTH];
    sides.above_low[0] = index[first] > values[OVERSOLD] + rounding;
    sides.above_high[0] = index[first] > values[OVERBOUGHT] + rounding;
    for (size_t t = first + 1, size; t < count; t += size) {
        size = count - t < BLOCK ? count - t : BLOCK;
        find_slacks(close + t, size, sides.slacks);
        subtract(index + t, size, values[OVERSOLD], sides.differences);
        cross_sides(sides.differences, sides.slacks, size, sides.above_low);
        subtract(index + t, size, values[OVERBOUGHT], sides.differences);
        cross_sides(sides.differences, sides.slacks, size, sides.above_high);
        mark_changes(&sides, size, out_signals + t);
    }
}

static enum status signals(const struct candles *candles, const double *values, struct arena *arena,
                           uint8_t *out_signals, struct error *error)
{
    double *index = arena_alloc_raw(arena, candles->count, sizeof *index);
    if (!index) return error_no_memory(error);
    memset(out_signals, SIGNAL_HOLD, candles->count);
    if (candles->count <= (size_t)values[LENGTH]) return STATUS_OK;
    rsi_run(candles->close, candles->count, (size_t)values[LENGTH], index);
    mark_crosses(candles->close, index, candles->count, values, out_signals);
    return STATUS_OK;
}

const struct strategy strategy_rsi_reversion = {
    .id = "rsi_reversion",
    .title = "RSI reversion",
    .description =
        "Buys at the bar whose RSI rises through the oversold level; sells, and goes short where allowed, at the "
        "bar whose RSI falls through the overbought level. An RSI that only meets a level has not crossed it.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .warmup_bars = warmup_bars,
    .check = check,
    .signals = signals,
};
