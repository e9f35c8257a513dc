#include "app/scan_universe.h"

// Up to the bar that opens at `as_of`, or else the last that had ended by then.
static size_t count_until(const struct series *series, int64_t as_of)
{
    const struct candles *candles = &series->candles;
    const size_t count = candles_lower_bound(candles, as_of + 1);
    if (count == 0) return 0;
    const int64_t last = candles->time[count - 1];
    return last == as_of || interval_next(series->interval, last) <= as_of ? count : count - 1;
}

// A resampled bar whose end is not stored yet is open, too, whatever the clock says.
static size_t count_closed(const struct series *series, const struct scan_scope *scope)
{
    const struct candles *candles = &series->candles;
    size_t count = candles->count;
    if (count > 0 && series->is_last_partial) count--;
    if (scope->has_as_of) {
        const size_t before = count_until(series, scope->as_of);
        count = before < count ? before : count;
    }
    while (count > 0 && interval_next(series->interval, candles->time[count - 1]) > scope->now_s)
        count--;
    return count;
}

static enum status cut(const struct scan_scope *scope, struct arena *arena, struct scan_universe *universe,
                       struct error *error)
{
    universe->count = universe->list.count;
    universe->candles = ARENA_ARRAY(arena, struct candles, universe->count);
    if (!universe->candles) return error_no_memory(error);
    for (size_t i = 0; i < universe->count; i++) {
        const struct series *series = universe->list.items[i];
        struct candles *candles = &universe->candles[i];
        *candles = candles_slice(&series->candles, 0, count_closed(series, scope));
        if (candles->count == 0) continue;
        const int64_t last = candles->time[candles->count - 1];
        if (!universe->has_newest || last > universe->newest) universe->newest = last;
        universe->has_newest = true;
    }
    return STATUS_OK;
}

enum status scan_universe_open_list(struct market_view view, const struct scan_scope *scope,
                                    const struct symbol_list *names, struct arena *arena,
                                    struct scan_universe *out_universe, struct error *error)
{
    SCAN_UNIVERSE_SCOPE universe = {0};
    TRY(market_series_list(view, names, scope->interval, &universe.list, error));
    TRY(cut(scope, arena, &universe, error));
    *out_universe = universe;
    universe = (struct scan_universe){0};
    return STATUS_OK;
}

struct member_query scan_scope_members(const struct scan_scope *scope)
{
    return (struct member_query){
        .category = scope->category, .quote = scope->quote, .interval = scope->interval};
}

enum status scan_universe_open(struct market_view view, const struct scan_scope *scope, struct arena *arena,
                               struct scan_universe *out_universe, struct error *error)
{
    const struct member_query query = scan_scope_members(scope);
    struct symbol_list symbols;
    TRY(market_members(view, &query, arena, &symbols, error));
    return scan_universe_open_list(view, scope, &symbols, arena, out_universe, error);
}

void scan_universe_release(struct scan_universe *universe)
{
    series_list_release(&universe->list);
}
