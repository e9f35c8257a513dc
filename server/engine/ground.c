#include "engine/ground.h"

#include "base/datetime.h"
#include "engine/step_sums.h"
#include "engine/vector.h"

#include <float.h>
#include <math.h>

struct price_faults {
    size_t unsound; // bars with a price that is not finite or not above 0
    size_t breaks;
};

static bool is_sound(double price)
{
    return price > 0 && price <= DBL_MAX;
}

// One pass: both prices of a bar, and the step to the next. Counts rather than branches, so that it
// vectorises.
VECTORISED static struct price_faults find_faults(const struct candles *candles, double factor)
{
    const double *restrict open = candles->open;
    const double *restrict close = candles->close;
    const size_t last = candles->count - 1;
    struct price_faults faults = {.unsound = !is_sound(open[last]) || !is_sound(close[last])};
    for (size_t bar = 0; bar < last; bar++) {
        faults.unsound +=
            !((open[bar] > 0) & (open[bar] <= DBL_MAX) & (close[bar] > 0) & (close[bar] <= DBL_MAX));
        faults.breaks += (open[bar + 1] > close[bar] * factor) | (open[bar + 1] * factor < close[bar]);
    }
    return faults;
}

// The first bar that only sound ones follow.
static size_t find_sound(const struct candles *candles)
{
    size_t bar = candles->count;
    while (bar > 0 && is_sound(candles->open[bar - 1]) && is_sound(candles->close[bar - 1]))
        bar--;
    return bar;
}

static enum status list_breaks(struct ground *ground, size_t most, struct arena *arena, struct error *error)
{
    const struct candles *candles = ground->candles;
    ground->breaks = ARENA_ARRAY(arena, size_t, most);
    if (!ground->breaks) return error_no_memory(error);
    for (size_t bar = ground->sound_from + 1; bar < candles->count && ground->break_count < most; bar++) {
        if (ground_is_break(candles->close[bar - 1], candles->open[bar], ground->max_gap_factor))
            ground->breaks[ground->break_count++] = bar;
    }
    return STATUS_OK;
}

static enum status list_cuts(struct ground *ground, struct arena *arena, struct error *error)
{
    size_t before = 0;
    while (before < ground->break_count && ground->breaks[before] <= ground->first)
        before++;
    ground->cut_count = ground->break_count - before;
    ground->cuts = ARENA_ARRAY(arena, size_t, ground->cut_count);
    if (!ground->cuts) return error_no_memory(error);
    for (size_t i = 0; i < ground->cut_count; i++)
        ground->cuts[i] = ground->breaks[before + i] - ground->first;
    return STATUS_OK;
}

enum status ground_find(const struct candles *candles, size_t first, double max_gap_factor,
                        struct arena *arena, struct ground *out_ground, struct error *error)
{
    struct ground ground = {.candles = candles, .first = first, .max_gap_factor = max_gap_factor};
    const struct price_faults faults = find_faults(candles, max_gap_factor);
    ground.sound_from = faults.unsound > 0 ? find_sound(candles) : 0;
    TRY(list_breaks(&ground, faults.breaks, arena, error));
    TRY(list_cuts(&ground, arena, error));
    *out_ground = ground;
    return STATUS_OK;
}

enum status ground_check(const struct candles *candles, struct error *error)
{
    const struct price_faults faults = find_faults(candles, (double)INFINITY);
    return faults.unsound > 0 ? ground_refuse(candles, 0, error) : STATUS_OK;
}

enum status ground_refuse(const struct candles *candles, size_t from, struct error *error)
{
    size_t bar = from;
    while (is_sound(candles->open[bar]) && is_sound(candles->close[bar]))
        bar++;
    char date[DATETIME_TEXT_MAX];
    const struct str text = datetime_format_us(candles->time[bar] * 1000000, date);
    return error_set(error, STATUS_INVALID, "invalid_candles",
                     "the candle of %.*s has open %g and close %g: prices must be above 0", STR_ARG(text),
                     candles->open[bar], candles->close[bar]);
}

// Bars [start, end) of the test: the i-th asset.
struct stretch_of_asset {
    size_t start, end;
};

static struct stretch_of_asset asset_at(const struct ground *ground, size_t i)
{
    return (struct stretch_of_asset){
        .start = i > 0 ? ground->cuts[i - 1] : 0,
        .end = i < ground->cut_count ? ground->cuts[i] : ground->bar_count,
    };
}

// In four lanes.
struct step_totals {
    quad sum;
    quad squares;
    quad highest;
};

VECTORISED static void add_asset(const double *restrict close, size_t count, double pivot,
                                 double *restrict steps, struct step_totals *totals)
{
    struct step_totals now = *totals;
    size_t i = 1;
    for (; i + QUAD <= count; i += QUAD) {
        const quad price = QUAD_AT(close + i);
        const quad step = price / QUAD_AT(close + i - 1) - 1;
        const quad x = step - pivot;
        *(quad *)(steps + i) = step;
        now.sum += x;
        now.squares += x * x;
        now.highest = QUAD_MAX(price, now.highest);
    }
    for (size_t k = 0; i < count; i++, k++) {
        const double step = close[i] / close[i - 1] - 1;
        const double x = step - pivot;
        steps[i] = step;
        now.sum[k] += x;
        now.squares[k] += x * x;
        now.highest[k] = close[i] > now.highest[k] ? close[i] : now.highest[k];
    }
    *totals = now;
}

static double steady_growth(const struct ground *ground)
{
    double growth = 1;
    for (size_t i = 0; i <= ground->cut_count; i++) {
        const struct stretch_of_asset asset = asset_at(ground, i);
        growth *= ground->close[asset.end - 1] / ground->close[asset.start];
    }
    return step_steady(1, growth, ground->bar_count - 1);
}

static void sum_steps(struct ground *ground)
{
    struct step_totals totals = {0};
    const double n = (double)(ground->bar_count - 1);
    for (size_t i = 0; i <= ground->cut_count; i++) {
        const struct stretch_of_asset asset = asset_at(ground, i);
        const double *close = ground->close + asset.start;
        totals.highest = (quad){0} + close[0];
        ground->steps[asset.start] = 0;
        if (i > 0) {
            totals.sum[0] -= ground->pivot;
            totals.squares[0] += ground->pivot * ground->pivot;
        }
        add_asset(close, asset.end - asset.start, ground->pivot, ground->steps + asset.start, &totals);
        ground->highest[i] = quad_highest(&totals.highest);
    }
    ground->step_sum = QUAD_SUM(totals.sum);
    const double apart = ground->step_sum / n; // from the pivot to the mean
    ground->square_sum = n > 0 ? fmax(QUAD_SUM(totals.squares) - n * apart * apart, 0) : 0;
}

enum status ground_measure(struct ground *ground, struct arena *arena, struct error *error)
{
    const struct candles *candles = ground->candles;
    ground->bar_count = candles->count - ground->first;
    ground->close = candles->close + ground->first;
    ground->highest = arena_alloc_raw(arena, ground->cut_count + 1, sizeof *ground->highest);
    ground->steps = arena_alloc_raw(arena, ground->bar_count + QUAD, sizeof *ground->steps);
    if (!ground->highest || !ground->steps) return error_no_memory(error);
    for (size_t i = 0; i < QUAD; i++)
        ground->steps[ground->bar_count + i] = 0;
    ground->pivot = steady_growth(ground);
    sum_steps(ground);
    return STATUS_OK;
}

VECTORISED static void make_blocks(const struct ground *ground, size_t count, struct step_block *out)
{
    for (size_t i = 0; i < count; i++)
        step_block_make(ground->close + i * BLOCK_BARS, ground->steps + i * BLOCK_BARS, ground->pivot,
                        &out[i]);
}

enum status ground_make_blocks(struct ground *ground, struct arena *arena, struct error *error)
{
    const size_t count = ground->bar_count / BLOCK_BARS;
    struct step_block *blocks = arena_alloc_raw(arena, count, sizeof *blocks);
    if (!blocks) return error_no_memory(error);
    make_blocks(ground, count, blocks);
    ground->blocks = blocks;
    return STATUS_OK;
}

enum status ground_sort_lows(struct ground *ground, double fraction, struct arena *arena, struct error *error)
{
    return low_steps_sort(ground->steps, ground->bar_count, fraction, arena, &ground->lows, error);
}

VECTORISED static void scale(const double *restrict values, size_t count, double factor, double *restrict out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = values[i] * factor;
}

void ground_benchmark(const struct ground *ground, double initial_capital, double *out_curve)
{
    double value = initial_capital;
    for (size_t i = 0; i <= ground->cut_count; i++) {
        const struct stretch_of_asset asset = asset_at(ground, i);
        const double *close = ground->close + asset.start;
        scale(close, asset.end - asset.start, value / close[0], out_curve + asset.start);
        out_curve[asset.start] = value; // not a rounding beside it
        value = out_curve[asset.end - 1];
    }
}

bool ground_benchmark_is_finite(const struct ground *ground, double initial_capital)
{
    double value = initial_capital;
    for (size_t i = 0; i <= ground->cut_count; i++) {
        const struct stretch_of_asset asset = asset_at(ground, i);
        if (asset.end - asset.start == 1) continue; // its one bar has the value of the one before
        const double factor = value / ground->close[asset.start];
        if (!(ground->highest[i] * factor <= DBL_MAX)) return false;
        value = factor * ground->close[asset.end - 1];
    }
    return true;
}
