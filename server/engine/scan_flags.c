#include "engine/scan_flags.h"

#include "engine/near_sums.h"

#include <math.h>
#include <string.h>

enum {
    STRETCH = 2048, // bars whose sums are taken from one start; more would let roundings add up
    BLOCK = 256,    // bars at a time
    LINE = 8,       // closes of a cache line
};

// Some bars of a series, the first min_candles - 1 of which are only looked back at.
struct stretch {
    const double *close;
    uint8_t *flags;
    size_t count;
    double *sums;        // sums[i] is that of the first i closes, nearly; so is the difference of two of them
    const double *ahead; // closes that are looked at next: fetched into the cache meanwhile
};

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

INLINED double lesser(double a, double b)
{
    return a < b ? a : b;
}

INLINED double greater(double a, double b)
{
    return a > b ? a : b;
}

// Mean of the window that ends at a bar; *sums is the sum up to it.
INLINED double mean_at(const double *sums, size_t window, double scale)
{
    return (sums[0] - *(sums - window)) * scale;
}

// By how much the condition that is nearest to failing holds at each bar from *close on; below 0 where one
// fails. Answers how many of them are too near to 0 to tell.
VECTORISED static size_t find_margins(const struct measures *measures, const double *restrict close,
                                      const double *restrict sums, size_t count, double *restrict out_margins)
{
    const struct measures m = *measures;
    size_t unsure = 0;
    for (size_t i = 0; i < count; i++) {
        const double *now = close + i, *up_to = sums + i;
        const double sma_medium = mean_at(up_to, m.medium_window, m.medium_scale);
        const double sma_long = mean_at(up_to, m.long_window, m.long_scale);
        const double medium_before = mean_at(up_to - m.lag, m.medium_window, m.medium_scale);
        const double long_before = mean_at(up_to - m.lag, m.long_window, m.long_scale);
        const double below_close = greater(greater(*(now - m.recent), *(now - m.past)), sma_medium);
        const double below_medium = greater(greater(sma_long, medium_before), *now * m.extension_scale);
        const double short_over = mean_at(up_to, m.short_window, m.short_scale) - sma_medium;
        const double least = lesser(*now - below_close, sma_medium - below_medium);
        const double margin = lesser(least, lesser(short_over, sma_long - long_before));
        out_margins[i] = margin;
        unsure += !(fabs(margin) > m.tolerance);
    }
    return unsure;
}

VECTORISED static void put_flags(const double *restrict margins, size_t count, uint8_t *restrict flags)
{
    for (size_t i = 0; i < count; i++)
        flags[i] = margins[i] > 0;
}

static void settle_unsure(const struct scan_plan *plan, const struct stretch *stretch, size_t bar,
                          const double *margins, size_t count, double tolerance)
{
    struct scan_figures unused;
    for (size_t i = 0; i < count; i++)
        if (!(fabs(margins[i]) > tolerance))
            stretch->flags[bar + i] = scan_bar(plan, stretch->close + bar + i, &unused);
}

// The closes that are looked at next come into the cache meanwhile.
static void fetch(const double *closes)
{
    for (size_t i = 0; i < BLOCK; i += LINE)
        __builtin_prefetch(closes + i);
}

// Bars from min_candles - 1 on.
static void flag_bars(const struct scan_plan *plan, const struct stretch *stretch,
                      const struct measures *measures)
{
    const size_t first = plan->min_candles - 1;
    double margins[BLOCK] UNINITIALISED;
    for (size_t bar = first, size; bar < stretch->count; bar += size) {
        size = stretch->count - bar < BLOCK ? stretch->count - bar : BLOCK;
        fetch(stretch->ahead + (bar - first));
        const size_t unsure =
            find_margins(measures, stretch->close + bar, stretch->sums + bar + 1, size, margins);
        put_flags(margins, size, stretch->flags + bar);
        if (unsure > 0) settle_unsure(plan, stretch, bar, margins, size, measures->tolerance);
    }
}

static void flag_stretch(const struct scan_plan *plan, const struct stretch *stretch)
{
    const double tolerance =
        near_sums(stretch->close, stretch->count, plan->rules.short_window, stretch->sums);
    const struct measures measures = measures_of(&plan->rules, tolerance);
    flag_bars(plan, stretch, &measures);
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
        if (left > lead + STRETCH) stretch->ahead = stretch->close + lead + STRETCH;
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
    for (size_t i = 0; i < column_count; i++) {
        stretch.ahead = columns[i + 1 < column_count ? i + 1 : i].close;
        flag_column(plan, &columns[i], &stretch);
    }
    return STATUS_OK;
}
