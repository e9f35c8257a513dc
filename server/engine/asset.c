#include "engine/asset.h"

#include "base/datetime.h"
#include "engine/vector.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

// What one bar of all symbols shows.
struct row_findings {
    size_t unsound; // symbols with a price that is not finite or not above 0
    size_t breaks;
};

// One walk over the bars. `before` and `after` are the last known closes of each symbol on either side of a
// bar.
struct search {
    const struct universe *universe;
    const struct str *names;
    double factor;
    struct arena *arena;
    struct error *error;
    double *before;
    double *after;
    size_t start_capacity;
    struct asset_list list;
};

// Counts rather than branches, so that it vectorises. What is absent is NaN and compares with nothing.
VECTORISED static struct row_findings look_at(const double *restrict open, const double *restrict close,
                                              const double *restrict before, size_t count, double factor,
                                              double *restrict after)
{
    struct row_findings found = {0};
    for (size_t s = 0; s < count; s++) {
        const double o = open[s], c = close[s], b = before[s];
        const bool is_there = (o == o) | (c == c);
        const bool is_sound = (o > 0) & (o <= DBL_MAX) & (c > 0) & (c <= DBL_MAX);
        found.unsound += is_there & !is_sound;
        found.breaks += (o > b * factor) | (o * factor < b);
        after[s] = c == c ? c : b;
    }
    return found;
}

static enum status refuse_prices(const struct search *search, size_t bar)
{
    const struct universe *universe = search->universe;
    const double *open = universe->open + bar * universe->symbol_count;
    const double *close = universe->close + bar * universe->symbol_count;
    size_t s = 0;
    while ((isnan(open[s]) && isnan(close[s])) ||
           (open[s] > 0 && open[s] <= DBL_MAX && close[s] > 0 && close[s] <= DBL_MAX))
        s++;
    char date[DATETIME_TEXT_MAX];
    const struct str text = datetime_format_us(universe->time[bar] * 1000000, date);
    return error_set(search->error, STATUS_INVALID, "invalid_candles",
                     "the candle of %.*s at %.*s has open %g and close %g: prices must be above 0",
                     STR_ARG(search->names[s]), STR_ARG(text), open[s], close[s]);
}

static enum status reserve_starts(struct search *search, size_t more)
{
    struct asset_list *list = &search->list;
    if (list->start_count + more <= search->start_capacity) return STATUS_OK;
    const size_t capacity = 2 * (list->start_count + more);
    struct asset_start *starts = arena_alloc_raw(search->arena, capacity, sizeof *starts);
    if (!starts) return error_no_memory(search->error);
    if (list->start_count > 0) memcpy(starts, list->starts, list->start_count * sizeof *starts);
    list->starts = starts;
    search->start_capacity = capacity;
    return STATUS_OK;
}

static enum status add_starts(struct search *search, size_t bar, size_t count)
{
    const size_t n = search->universe->symbol_count;
    const double *open = search->universe->open + bar * n;
    TRY(reserve_starts(search, count));
    for (size_t s = 0; s < n; s++) {
        const double before = search->before[s];
        if (!(open[s] > before * search->factor || open[s] * search->factor < before)) continue;
        search->list.starts[search->list.start_count++] =
            (struct asset_start){.bar = bar, .symbol = (uint32_t)s, .factor = open[s] / before};
    }
    return STATUS_OK;
}

static enum status find_starts(struct search *search)
{
    const struct universe *universe = search->universe;
    const size_t n = universe->symbol_count;
    for (size_t bar = 0; bar < universe->bar_count; bar++) {
        const struct row_findings found = look_at(universe->open + bar * n, universe->close + bar * n,
                                                  search->before, n, search->factor, search->after);
        if (found.unsound > 0) return refuse_prices(search, bar);
        if (found.breaks > 0) TRY(add_starts(search, bar, found.breaks));
        double *const next = search->before;
        search->before = search->after;
        search->after = next;
    }
    return STATUS_OK;
}

// The newest candle of a symbol that has one before `end`.
static size_t last_candle(const struct universe *universe, size_t symbol, size_t end)
{
    size_t bar = end - 1;
    while (isnan(universe->close[bar * universe->symbol_count + symbol]))
        bar--;
    return bar;
}

static int by_bar_and_symbol(const void *left, const void *right)
{
    const struct asset_end *a = left, *b = right;
    if (a->bar != b->bar) return a->bar < b->bar ? -1 : 1;
    return (a->symbol > b->symbol) - (a->symbol < b->symbol);
}

// `before` holds the last known closes of all symbols: NaN where one has no candle at all.
static enum status find_ends(struct search *search)
{
    const struct universe *universe = search->universe;
    const size_t n = universe->symbol_count, bars = universe->bar_count;
    struct asset_list *list = &search->list;
    list->ends = ARENA_ARRAY(search->arena, struct asset_end, list->start_count + n);
    if (!list->ends) return error_no_memory(search->error);
    for (size_t i = 0; i < list->start_count; i++) {
        struct asset_start *start = &list->starts[i];
        start->last = last_candle(universe, start->symbol, start->bar);
        list->ends[list->end_count++] =
            (struct asset_end){.bar = start->last, .symbol = start->symbol, .is_break = true};
    }
    for (size_t s = 0; s < n; s++) {
        if (isnan(search->before[s]) || !isnan(universe->close[(bars - 1) * n + s])) continue;
        list->ends[list->end_count++] =
            (struct asset_end){.bar = last_candle(universe, s, bars), .symbol = (uint32_t)s};
    }
    qsort(list->ends, list->end_count, sizeof *list->ends, by_bar_and_symbol);
    return STATUS_OK;
}

enum status asset_list_find(const struct universe *universe, const struct str *names, double max_gap_factor,
                            struct arena *arena, struct asset_list *out_list, struct error *error)
{
    const size_t n = universe->symbol_count;
    struct search search = {
        .universe = universe,
        .names = names,
        .factor = max_gap_factor,
        .arena = arena,
        .error = error,
        .before = arena_alloc_raw(arena, n, sizeof(double)),
        .after = arena_alloc_raw(arena, n, sizeof(double)),
    };
    if (!search.before || !search.after) return error_no_memory(error);
    for (size_t s = 0; s < n; s++)
        search.before[s] = (double)NAN;
    if (n > 0 && universe->bar_count > 0) {
        TRY(find_starts(&search));
        TRY(find_ends(&search));
    }
    *out_list = search.list;
    return STATUS_OK;
}
