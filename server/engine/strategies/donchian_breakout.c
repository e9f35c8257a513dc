// Breakouts of the Donchian channel with an exit by a shorter one (R. D. Donchian; lengths 20 and 10 are
// those of System 1 of the Turtles: C. Faith, The Original Turtle Trading Rules, 2003).
#include "engine/strategies/strategies.h"

#include "engine/indicators/extremes.h"
#include "engine/rounding.h"
#include "engine/vector.h"

#include <string.h>

enum { BLOCK = 2 * WINDOW_CHUNK }; // bars done at a time at least: their channels are never written out

enum param { ENTRY, EXIT };

static const struct strategy_param params[] = {
    [ENTRY] = {.name = "entry",
               .title = "Entry channel",
               .description = "Bars before the current one whose highest high is to be passed.",
               .unit = "bars",
               .kind = STRATEGY_PARAM_INTEGER,
               .default_value = 20,
               .minimum = 1,
               .maximum = WINDOW_LENGTH_MAX},
    [EXIT] = {.name = "exit",
              .title = "Exit channel",
              .description = "Bars before the current one whose lowest low ends a long position; not longer "
                             "than the entry channel.",
              .unit = "bars",
              .kind = STRATEGY_PARAM_INTEGER,
              .default_value = 10,
              .minimum = 1,
              .maximum = WINDOW_LENGTH_MAX},
};

static size_t warmup_bars(const double *values)
{
    return (size_t)values[ENTRY];
}

static enum status check(const double *values, struct error *error)
{
    if (values[EXIT] <= values[ENTRY]) return STATUS_OK;
    return error_add_field(error, "/params/exit", "exit must be at most entry (%g), not %g", values[ENTRY],
                           values[EXIT]);
}

// Of the bars before each bar of a block.
struct channels {
    double entry_high[WINDOW_LENGTH_MAX];
    double entry_low[WINDOW_LENGTH_MAX];
    double exit_high[WINDOW_LENGTH_MAX];
    double exit_low[WINDOW_LENGTH_MAX];
    uint8_t passed[WINDOW_LENGTH_MAX];
};

// What a close has passed, a bit each. The exits stand at the bit 1 + side that they end.
enum passed {
    PASSED_ENTRY_HIGH = SIGNAL_LONG,
    PASSED_ENTRY_LOW = SIGNAL_SHORT,
    PASSED_EXIT_LOW = 1 << (1 + SIGNAL_LONG),
    PASSED_EXIT_HIGH = 1 << (1 + SIGNAL_SHORT),
};

// The channels of `count` bars from `t` on.
static void compute_channels(const struct candles *candles, size_t t, size_t count, const double *values,
                             struct channels *out, struct window_scratch *scratch)
{
    const size_t entry = (size_t)values[ENTRY];
    const size_t exit = (size_t)values[EXIT];
    extremes_highest(candles->high + t - entry, count, entry, out->entry_high, scratch);
    extremes_lowest(candles->low + t - entry, count, entry, out->entry_low, scratch);
    extremes_highest(candles->high + t - exit, count, exit, out->exit_high, scratch);
    extremes_lowest(candles->low + t - exit, count, exit, out->exit_low, scratch);
}

// A close has passed a channel where it is beyond it by more than rounding.
VECTORISED static void compare(const double *restrict close, size_t count, struct channels *channels)
{
    const double *restrict entry_high = channels->entry_high;
    const double *restrict entry_low = channels->entry_low;
    const double *restrict exit_high = channels->exit_high;
    const double *restrict exit_low = channels->exit_low;
    uint8_t *restrict passed = channels->passed;
    for (size_t i = 0; i < count; i++) {
        const double least = close[i] * (1 - SAME_PRICE), most = close[i] * (1 + SAME_PRICE);
        passed[i] =
            (uint8_t)((least > entry_high[i]) * PASSED_ENTRY_HIGH | (most < entry_low[i]) * PASSED_ENTRY_LOW |
                      (most < exit_low[i]) * PASSED_EXIT_LOW | (least > exit_high[i]) * PASSED_EXIT_HIGH);
    }
}

// An entry is said at every close that makes one, an exit once. Answers the side at the last bar.
static unsigned mark_signals(const uint8_t *restrict passed, size_t count, unsigned side,
                             uint8_t *restrict out_signals)
{
    for (size_t i = 0; i < count; i++) {
        const unsigned entry = passed[i] & (PASSED_ENTRY_HIGH | PASSED_ENTRY_LOW);
        const unsigned is_out = passed[i] >> (1 + side) & 1;
        const unsigned signal = entry ? entry : is_out * SIGNAL_FLAT;
        out_signals[i] = (uint8_t)signal;
        side = signal ? signal : side;
    }
    return side;
}

static enum status signals(const struct candles *candles, const double *values, struct arena *arena,
                           uint8_t *out_signals, struct error *error)
{
    const size_t entry = (size_t)values[ENTRY];
    const size_t block = entry > BLOCK ? entry : BLOCK;
    unsigned side = SIGNAL_FLAT;
    struct window_scratch *scratch = arena_alloc_raw(arena, 1, sizeof *scratch);
    struct channels *channels = arena_alloc_raw(arena, 1, sizeof *channels);
    if (!scratch || !channels) return error_no_memory(error);
    memset(out_signals, SIGNAL_HOLD, entry < candles->count ? entry : candles->count);
    for (size_t t = entry, size; t < candles->count; t += size) {
        size = candles->count - t < block ? candles->count - t : block;
        compute_channels(candles, t, size, values, channels, scratch);
        compare(candles->close + t, size, channels);
        side = mark_signals(channels->passed, size, side, out_signals + t);
    }
    return STATUS_OK;
}

const struct strategy strategy_donchian_breakout = {
    .id = "donchian_breakout",
    .title = "Donchian breakout",
    .description =
        "Buys at a close above the highest high of the entry channel, which ends at the bar before; out at a "
        "close below the lowest low of the exit channel. Goes short, where allowed, at a close below the lowest "
        "low of the entry channel; out at a close above the highest high of the exit channel.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .warmup_bars = warmup_bars,
    .check = check,
    .signals = signals,
};
