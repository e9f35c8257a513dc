// Closes coming back into the Bollinger bands, held to the middle or to the band across (J. Bollinger,
// Bollinger on Bollinger Bands, 2001; the entries of TradingView's built-in Bollinger Bands strategy).
#include "engine/strategies/strategies.h"

#include "engine/indicators/window.h"
#include "engine/vector.h"

#include <stdbool.h>
#include <string.h>

enum {
    BLOCK = 2 * WINDOW_CHUNK
}; // bars done at a time: their bands stay in the cache and are never written out

enum param { LENGTH, WIDTH, EXIT };
enum exit_at { EXIT_MIDDLE, EXIT_OPPOSITE };

static const char *const exits[] = {[EXIT_MIDDLE] = "middle", [EXIT_OPPOSITE] = "opposite", NULL};

static const struct strategy_param params[] = {
    [LENGTH] = {.name = "length",
                .title = "Length",
                .description = "Bars of the average and of the deviation.",
                .unit = "bars",
                .kind = STRATEGY_PARAM_INTEGER,
                .default_value = 20,
                .minimum = 2,
                .maximum = WINDOW_LENGTH_MAX},
    [WIDTH] = {.name = "width",
               .title = "Width",
               .description = "Distance of the bands from the average.",
               .unit = "standard deviations",
               .kind = STRATEGY_PARAM_NUMBER,
               .default_value = 2,
               .minimum = 0.1,
               .maximum = 100},
    [EXIT] = {.name = "exit",
              .title = "Exit",
              .description = "Out where the close crosses the average, or when it comes back from the band "
                             "across.",
              .kind = STRATEGY_PARAM_CHOICE,
              .default_value = EXIT_MIDDLE,
              .choices = exits},
};

// What rounding may make of an average of prices or of a band, as a part of them: sums of up to
// WINDOW_LENGTH_MAX values carry some 30 roundings of 2^-53, and a band is some times that wide.
static const double rounding = 1e-13;

// The bands exist from bar length - 1 on, a cross needs two bars of them.
static size_t warmup_bars(const double *values)
{
    return (size_t)values[LENGTH];
}

// Where a close stands, a bit each.
enum place { BELOW_LOWER = 1, ABOVE_UPPER = 2, ABOVE_MIDDLE = 4, PLACES = 8 };

// What becomes of the place at each bar of a block: bits that are set there, and bits that stay if they were.
struct moves {
    uint8_t set[WINDOW_LENGTH_MAX];
    uint8_t kept[WINDOW_LENGTH_MAX];
};

// Closes against their bands; beyond one by more than the slack sets its bit, less than the slack on its
// other side keeps it.
VECTORISED static void find_moves(const double *restrict close, const struct window_rows *rows, size_t count,
                                  double width, struct moves *moves)
{
    const double *restrict means = rows->means;
    const double *restrict deviations = rows->deviations;
    uint8_t *restrict set = moves->set;
    uint8_t *restrict kept = moves->kept;
    for (size_t i = 0; i < count; i++) {
        const double distance = width * deviations[i];
        const double slack = (means[i] + distance) * rounding;
        const double below = (means[i] - distance) - close[i];
        const double above = close[i] - (means[i] + distance);
        const double beyond = close[i] - means[i];
        set[i] = (uint8_t)((below > slack) * BELOW_LOWER | (above > slack) * ABOVE_UPPER |
                           (beyond > slack) * ABOVE_MIDDLE);
        kept[i] = (uint8_t)((below >= -slack) * BELOW_LOWER | (above >= -slack) * ABOVE_UPPER |
                            (beyond >= -slack) * ABOVE_MIDDLE);
    }
}

// A bar that comes back in and reaches the middle at once has nothing left to gain there.
static uint8_t signal_of(unsigned before, unsigned now, bool is_out_at_middle)
{
    const unsigned left = before & ~now;
    if (is_out_at_middle && (before ^ now) & ABOVE_MIDDLE) return SIGNAL_FLAT;
    if (left & BELOW_LOWER) return SIGNAL_LONG;
    return left & ABOVE_UPPER ? SIGNAL_SHORT : SIGNAL_HOLD;
}

// The signal of each change of place.
struct changes {
    uint8_t signals[PLACES][PLACES];
};

static struct changes list_changes(bool is_out_at_middle)
{
    struct changes changes;
    for (unsigned before = 0; before < PLACES; before++) {
        for (unsigned now = 0; now < PLACES; now++)
            changes.signals[before][now] = signal_of(before, now, is_out_at_middle);
    }
    return changes;
}

// Answers the place at the last bar.
static unsigned mark_changes(const struct moves *moves, size_t count, const struct changes *changes,
                             unsigned place, uint8_t *restrict out_signals)
{
    for (size_t i = 0; i < count; i++) {
        const unsigned now = moves->set[i] | (place & moves->kept[i]);
        out_signals[i] = changes->signals[place][now];
        place = now;
    }
    return place;
}

static void compute_rows(const double *close, size_t count, size_t length, struct window_scratch *scratch)
{
    window_deviations(close, count, length, scratch->rows.means, scratch->rows.deviations, scratch);
}

static enum status signals(const struct candles *candles, const double *values, struct arena *arena,
                           uint8_t *out_signals, struct error *error)
{
    const size_t warmup = warmup_bars(values) - 1;
    const double *close = candles->close;
    const struct changes changes = list_changes(values[EXIT] == EXIT_MIDDLE);
    const size_t block = warmup + 1 > BLOCK ? warmup + 1 : BLOCK;
    unsigned place = 0;
    struct window_scratch *scratch = arena_alloc_raw(arena, 1, sizeof *scratch);
    struct moves *moves = arena_alloc_raw(arena, 1, sizeof *moves);
    if (!scratch || !moves) return error_no_memory(error);
    for (size_t t = warmup, size; t < candles->count; t += size) {
        size = candles->count - t < block ? candles->count - t : block;
        compute_rows(close + t - warmup, size, warmup + 1, scratch);
        find_moves(close + t, &scratch->rows, size, values[WIDTH], moves);
        place = mark_changes(moves, size, &changes, place, out_signals + t);
    }
    const size_t unknown = warmup_bars(values); // the first bands have none before them
    memset(out_signals, SIGNAL_HOLD, unknown < candles->count ? unknown : candles->count);
    return STATUS_OK;
}

const struct strategy strategy_bollinger_reversion = {
    .id = "bollinger_reversion",
    .title = "Bollinger reversion",
    .description =
        "Buys at the bar whose close is back from below the lower band; goes short, where allowed, at the bar "
        "whose close is back from above the upper one. Out where the close crosses the average, or, with exit "
        "\"opposite\", at the signal of the other side.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .warmup_bars = warmup_bars,
    .signals = signals,
};
