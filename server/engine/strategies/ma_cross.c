// Crosses of a fast moving average over a slow one, on closes (backtests.md; vectorbt, backtesting.py and
// backtrader agree to the cent).
#include "engine/strategies/strategies.h"

#include "engine/indicators/window.h"
#include "engine/strategies/ma_cross_sides.h"

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

static bool is_simple(const double *values)
{
    return values[KIND] == KIND_SMA;
}

// The sides from the first bar of the slow average on; a cross needs the bar before it.
static enum status signals(const struct candles *candles, const double *values, struct arena *arena,
                           uint8_t *out_signals, struct error *error)
{
    const size_t count = candles->count, warmup = warmup_bars(values);
    memset(out_signals, SIGNAL_HOLD, count);
    if (count <= warmup) return STATUS_OK;
    uint64_t *words = arena_alloc_raw(arena, side_groups(count - (warmup - 1)) * SIDE_WORDS, sizeof *words);
    struct side_turns found = {.turns =
                                   arena_alloc_raw(arena, count + SIDE_TURNS_SPARE, sizeof *found.turns)};
    if (!words || !found.turns) return error_no_memory(error);
    const enum status status = is_simple(values)
                                   ? ma_cross_find_side(candles, values, arena, words)
                                   : ma_cross_find_exponential_side(candles, values, arena, words);
    if (status != STATUS_OK) return error_no_memory(error);
    const struct side_words sides = {.words = words, .from = warmup - 1};
    const struct side_range range = {.from = warmup, .to = count};
    side_words_turns(sides, range, 0, candles->open, &found);
    for (size_t i = 0; i < found.count; i++)
        out_signals[found.turns[i].bar] = (uint8_t)found.turns[i].signal;
    return STATUS_OK;
}

static const struct strategy_sides sides = {.is_of_kind = is_simple, .find = ma_cross_find_sides};

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
    .sides = &sides,
};
