#include "engine/scan_flags.h"

#include "engine/scan_screen.h"

#include <math.h>
#include <string.h>

enum { STRETCH = 2048 }; // bars whose sums are taken from one start; more would let roundings add up

// Some bars of a series, the first min_candles - 1 of which are only looked back at.
struct stretch {
    const double *close;
    uint8_t *flags;
    size_t count;
    double *sums; // sums[i] is that of the first i closes, nearly; so is the difference of two of them
};

// Sums of a quad's first, first two, … values.
INLINED void scan_quad(const quad *values, quad *out)
{
    const quad none = {0};
    const quad pairs = *values + __builtin_shufflevector(none, *values, 0, 4, 5, 6);
    *out = pairs + __builtin_shufflevector(none, pairs, 0, 1, 4, 5);
}

// Writes the sums and answers the greatest close.
VECTORISED static double sum_up(const double *restrict close, size_t count, double *restrict sums)
{
    quad before = {0}, greatest = {0};
    size_t i = 0;
    sums[0] = 0;
    for (; i + QUAD <= count; i += QUAD) {
        const quad values = QUAD_AT(close + i);
        quad inside;
        scan_quad(&values, &inside);
        *(quad *)(sums + 1 + i) = before + inside;
        before += __builtin_shufflevector(inside, inside, 3, 3, 3, 3);
        greatest = QUAD_MAX(values, greatest);
    }
    for (; i < count; i++) {
        sums[i + 1] = sums[i] + close[i];
        greatest[0] = close[i] > greatest[0] ? close[i] : greatest[0];
    }
    const double even = greatest[0] > greatest[2] ? greatest[0] : greatest[2];
    const double odd = greatest[1] > greatest[3] ? greatest[1] : greatest[3];
    return even > odd ? even : odd;
}

// The windows' numbers as the loop over the bars takes them.
struct measures {
    size_t short_window, medium_window, long_window, lag;
    size_t recent, past;
    double short_scale, medium_scale, long_scale; // from a sum to a mean
    double extension_scale;                       // from a close to the least mean that it may be above
    double tolerance;
};

static struct measures measures_of(const struct scan_rules *rules, double tolerance)
{
    return (struct measures){
        .short_window = rules->short_window,
        .medium_window = rules->medium_window,
        .long_window = rules->long_window,
        .lag = rules->slope_window,
        .recent = rules->recent_return_window,
        .past = rules->long_return_window,
        .short_scale = 1 / (double)rules->short_window,
        .medium_scale = 1 / (double)rules->medium_window,
        .long_scale = 1 / (double)rules->long_window,
        .extension_scale = 1 / (1 + rules->max_extension),
        .tolerance = tolerance,
    };
}

// Mean of the windows that end at four bars; sums[0] is the sum before the second of them.
INLINED void mean_at(const double *sums, size_t window, double scale, quad *out_mean)
{
    *out_mean = (QUAD_AT(sums) - QUAD_AT(sums - window)) * scale;
}

// Four bars from *close on; *sums is the sum up to the first of them.
INLINED void judge_bars(const struct measures *m, const double *close, const double *sums,
                        const quad_mask *passing, quad_mask *screens)
{
    const quad now = QUAD_AT(close), recent = QUAD_AT(close - m->recent), past = QUAD_AT(close - m->past);
    const quad ceiling = now * m->extension_scale;
    quad sma_short, sma_medium, sma_long, medium_before, long_before;
    mean_at(sums, m->short_window, m->short_scale, &sma_short);
    mean_at(sums, m->medium_window, m->medium_scale, &sma_medium);
    mean_at(sums, m->long_window, m->long_scale, &sma_long);
    mean_at(sums - m->lag, m->medium_window, m->medium_scale, &medium_before);
    mean_at(sums - m->lag, m->long_window, m->long_scale, &long_before);
    const quad returns = QUAD_MAX(recent, past), below_close = QUAD_MAX(sma_medium, returns);
    const quad means = QUAD_MAX(sma_long, medium_before), below_medium = QUAD_MAX(ceiling, means);
    const quad close_over = now - below_close, medium_over = sma_medium - below_medium;
    const quad short_over = sma_short - sma_medium, long_over = sma_long - long_before;
    const quad one = QUAD_MIN(close_over, medium_over), other = QUAD_MIN(short_over, long_over);
    const quad least = QUAD_MIN(one, other);
    const quad_mask passes = least > m->tolerance, fails = least < -m->tolerance;
    *screens |= (passes & *passing) | (~(passes | fails) & (*passing + *passing));
}

static bool is_any_unsure(uint64_t screens)
{
    return (screens & 0x0202020202020202) != 0;
}

static uint8_t flag_exactly(const struct scan_plan *plan, const double *close)
{
    struct scan_figures unused;
    return scan_bar(plan, close, &unused);
}

// Eight flags of bars from *close on.
INLINED void put_flags(const struct scan_plan *plan, const double *close, uint64_t screens,
                       uint8_t *out_flags)
{
    memcpy(out_flags, &screens, LANES);
    for (size_t i = 0; is_any_unsure(screens) && i < LANES; i++)
        if (out_flags[i] == SCREEN_UNSURE) out_flags[i] = flag_exactly(plan, close + i);
}

// Bars from min_candles - 1 on, eight at a time; the last eight may overlap those before.
VECTORISED static void screen_bars(const struct scan_plan *plan, const struct stretch *stretch,
                                   const struct measures *measures)
{
    const struct measures m = *measures;
    const size_t last = stretch->count - LANES;
    for (size_t next = plan->min_candles - 1; next < stretch->count; next += LANES) {
        const size_t bar = next < last ? next : last;
        const double *close = stretch->close + bar, *sums = stretch->sums + bar + 1;
        quad_mask screens = {0};
        judge_bars(&m, close, sums, &screen_left, &screens);
        judge_bars(&m, close + QUAD, sums + QUAD, &screen_right, &screens);
        put_flags(plan, close, screen_bytes(&screens), stretch->flags + bar);
    }
}

// Each sum is off by at most a rounding of all closes for each of them. Sums that are no numbers tell
// nothing.
static double tolerance_of(const struct scan_plan *plan, const struct stretch *stretch, double greatest)
{
    if (!isfinite(stretch->sums[stretch->count])) return (double)INFINITY;
    return greatest * screen_tolerance(stretch->count * stretch->count / plan->rules.short_window);
}

static void flag_stretch(const struct scan_plan *plan, const struct stretch *stretch)
{
    const size_t first = plan->min_candles - 1;
    if (stretch->count < first + LANES) {
        for (size_t bar = first; bar < stretch->count; bar++)
            stretch->flags[bar] = flag_exactly(plan, stretch->close + bar);
        return;
    }
    const double greatest = sum_up(stretch->close, stretch->count, stretch->sums);
    const struct measures measures = measures_of(&plan->rules, tolerance_of(plan, stretch, greatest));
    screen_bars(plan, stretch, &measures);
}

// The stretch comes with room for its sums.
static void flag_column(const struct scan_plan *plan, const struct scan_column *column,
                        struct stretch *stretch)
{
    const size_t lead = plan->min_candles - 1;
    memset(column->flags, 0, column->count < lead ? column->count : lead);
    for (size_t from = 0; from + lead < column->count; from += STRETCH) {
        const size_t left = column->count - from;
        stretch->close = column->close + from;
        stretch->flags = column->flags + from;
        stretch->count = left < lead + STRETCH ? left : lead + STRETCH;
        flag_stretch(plan, stretch);
    }
}

enum status scan_flags(const struct scan_plan *plan, const struct scan_column *columns, size_t column_count,
                       struct arena *arena)
{
    struct stretch stretch = {.sums = arena_alloc_raw(arena, plan->min_candles + STRETCH, sizeof(double))};
    if (!stretch.sums) return STATUS_NO_MEMORY;
    for (size_t i = 0; i < column_count; i++)
        flag_column(plan, &columns[i], &stretch);
    return STATUS_OK;
}
