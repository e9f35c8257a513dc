// Crosses of a fast moving average over a slow one, on closes (backtests.md; vectorbt, backtesting.py and
// backtrader agree to the cent).
#include "engine/strategies/strategies.h"

#include "engine/indicators/ema.h"
#include "engine/indicators/window.h"
#include "engine/strategies/ma_cross_sides.h"
#include "engine/vector.h"

#include <stdbool.h>
#include <string.h>

enum { BLOCK = WINDOW_CHUNK }; // bars whose averages are compared at a time

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

// How two columns are compared: above where fast · fast_scale > slow · slow_scale.
struct comparison {
    double fast_scale;
    double slow_scale;
    bool is_above; // at the last bar so far
};

// Signals of at most BLOCK bars.
VECTORISED static void mark_crosses(const double *restrict fast, const double *restrict slow, size_t count,
                                    struct comparison *comparison, uint8_t *restrict out_signals)
{
    const double fast_scale = comparison->fast_scale;
    const double slow_scale = comparison->slow_scale;
    uint8_t above[BLOCK + 1] UNINITIALISED;
    above[0] = comparison->is_above;
    for (size_t i = 0; i < count; i++)
        above[i + 1] = fast[i] * fast_scale > slow[i] * slow_scale;
    for (size_t i = 0; i < count; i++) {
        const unsigned now = above[i + 1];
        const unsigned before = above[i];
        out_signals[i] = (uint8_t)(SIGNAL_LONG * (now & ~before) | SIGNAL_SHORT * (before & ~now));
    }
    comparison->is_above = above[count];
}

static size_t block_size(size_t bar, size_t count)
{
    return count - bar < BLOCK ? count - bar : BLOCK;
}

// Block by block: sums are compared, each by its scale, while they are in the cache and never
// written out.
static void cross_simple(const double *close, size_t count, const double *values,
                         struct window_scratch *scratch, uint8_t *out_signals)
{
    double fast[BLOCK] UNINITIALISED;
    double slow[BLOCK] UNINITIALISED;
    const size_t longest = (size_t)values[SLOW];
    const struct window windows[] = {
        {.length = (size_t)values[FAST], .sums = fast},
        {.length = longest, .sums = slow},
    };
    struct comparison comparison = {
        .fast_scale = ma_cross_fast_scale(values[FAST]),
        .slow_scale = ma_cross_slow_scale(values[SLOW]),
    };
    for (size_t bar = longest - 1, size; bar < count; bar += size) {
        size = block_size(bar, count);
        window_sums(close + bar - (longest - 1), size, windows, 2, scratch);
        mark_crosses(fast, slow, size, &comparison, out_signals + bar);
    }
}

static enum status cross_exponential(const double *close, size_t count, const double *values,
                                     struct arena *arena, uint8_t *out_signals, struct error *error)
{
    double *fast = arena_alloc_raw(arena, count, sizeof *fast);
    double *slow = arena_alloc_raw(arena, count, sizeof *slow);
    if (!fast || !slow) return error_no_memory(error);
    ema_run(close, count, (size_t)values[FAST], fast);
    ema_run(close, count, (size_t)values[SLOW], slow);
    struct comparison comparison = {.fast_scale = ma_cross_fast_scale(1),
                                    .slow_scale = ma_cross_slow_scale(1)};
    for (size_t bar = (size_t)values[SLOW] - 1, size; bar < count; bar += size) {
        size = block_size(bar, count);
        mark_crosses(fast + bar, slow + bar, size, &comparison, out_signals + bar);
    }
    return STATUS_OK;
}

static enum status signals(const struct candles *candles, const double *values, struct arena *arena,
                           uint8_t *out_signals, struct error *error)
{
    const size_t count = candles->count;
    const size_t warmup = warmup_bars(values);
    if (values[KIND] == KIND_EMA) {
        TRY(cross_exponential(candles->close, count, values, arena, out_signals, error));
    } else {
        struct window_scratch *scratch = arena_alloc_raw(arena, 1, sizeof *scratch);
        if (!scratch) return error_no_memory(error);
        cross_simple(candles->close, count, values, scratch, out_signals);
    }
    memset(out_signals, SIGNAL_HOLD,
           warmup < count ? warmup : count); // the first averages have none before them
    return STATUS_OK;
}

static bool is_simple(const double *values)
{
    return values[KIND] == KIND_SMA;
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
