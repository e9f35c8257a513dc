#include "app/scan_top.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

enum { SPARE = 256 };

const char *scan_sort_name(enum scan_sort sort)
{
    static const char *const names[] = {
        [SCAN_BY_SCORE] = "score",
        [SCAN_BY_SYMBOL] = "symbol",
        [SCAN_BY_CLOSE] = "close",
        [SCAN_BY_RECENT_RETURN] = "recent_return",
        [SCAN_BY_LONG_RETURN] = "long_return",
        [SCAN_BY_EXTENSION] = "extension",
        [SCAN_BY_SLOPE_MEDIUM] = "slope_medium",
        [SCAN_BY_SLOPE_LONG] = "slope_long",
        [SCAN_BY_QUOTE_VOLUME] = "quote_volume",
    };
    return names[sort];
}

double scan_key(enum scan_sort sort, const struct scan_figures *figures, double score, double quote_volume)
{
    switch (sort) {
    case SCAN_BY_SCORE: return score;
    case SCAN_BY_CLOSE: return figures->close;
    case SCAN_BY_RECENT_RETURN: return figures->recent_return;
    case SCAN_BY_LONG_RETURN: return figures->long_return;
    case SCAN_BY_EXTENSION: return figures->extension;
    case SCAN_BY_SLOPE_MEDIUM: return figures->slope_medium;
    case SCAN_BY_SLOPE_LONG: return figures->slope_long;
    case SCAN_BY_QUOTE_VOLUME: return quote_volume;
    case SCAN_BY_SYMBOL:
    case SCAN_SORTS: break;
    }
    return 0;
}

enum status scan_top_init(struct scan_top *top, const struct scan_request *request,
                          const struct scan_universe *universe, struct arena *arena)
{
    const size_t wanted = request->limit + 1, capacity = 2 * wanted + SPARE;
    struct scan_hit *hits = arena_alloc_raw(arena, capacity, sizeof *hits);
    if (!hits) return STATUS_NO_MEMORY;
    *top = (struct scan_top){
        .request = request, .universe = universe, .hits = hits, .capacity = capacity, .wanted = wanted};
    return STATUS_OK;
}

// Keys in the order that is asked for: below 0 when a comes first.
static int compare_keys(const struct scan_request *request, double a, double b)
{
    const int order = (a > b) - (a < b);
    return request->is_ascending ? order : -order;
}

static struct str quote_name(const struct scan_universe *universe, uint32_t quote)
{
    return quote == SCAN_NO_QUOTE ? STR("") : scan_universe_name(universe, quote);
}

static int compare_names(const struct scan_universe *universe, const struct scan_hit *hit, struct str base,
                         struct str quote)
{
    const int order = str_compare(scan_universe_name(universe, hit->base), base);
    return order ? order : str_compare(quote_name(universe, hit->quote), quote);
}

static int compare_hits(const void *left, const void *right, void *context)
{
    const struct scan_hit *a = left, *b = right;
    const struct scan_top *top = context;
    const int order = compare_keys(top->request, a->key, b->key);
    return order ? order
                 : compare_names(top->universe, a, scan_universe_name(top->universe, b->base),
                                 quote_name(top->universe, b->quote));
}

static bool is_behind(const struct scan_top *top, const struct scan_hit *hit)
{
    const struct scan_place *after = &top->request->after;
    const int order = compare_keys(top->request, hit->key, after->key);
    return order ? order > 0 : compare_names(top->universe, hit, after->base, after->quote) > 0;
}

static void keep_first(struct scan_top *top)
{
    qsort_r(top->hits, top->count, sizeof *top->hits, compare_hits, top);
    top->count = top->count < top->wanted ? top->count : top->wanted;
}

// No number counts as beyond all others, so that such rows come last.
static double sortable(const struct scan_request *request, double key)
{
    if (isnan(key)) return request->is_ascending ? DBL_MAX : -DBL_MAX;
    return key > DBL_MAX ? DBL_MAX : key < -DBL_MAX ? -DBL_MAX : key;
}

void scan_top_add(struct scan_top *top, struct scan_hit hit)
{
    hit.key = sortable(top->request, hit.key);
    if (top->request->has_after && !is_behind(top, &hit)) return;
    if (top->count == top->capacity) keep_first(top);
    top->hits[top->count++] = hit;
}

size_t scan_top_finish(struct scan_top *top)
{
    keep_first(top);
    return top->count;
}
