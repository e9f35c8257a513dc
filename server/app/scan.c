#include "app/scan.h"

#include "app/scan_top.h"
#include "base/limits.h"
#include "engine/scan_ratio.h"

#include <math.h>
#include <stdlib.h>

// One scan on its way.
struct scan {
    const struct scan_request *request;
    struct arena *arena;
    struct error *error;
    struct scan_universe universe;
    struct scan_plan plan;
    struct scan_top top;
    struct scan_outcome outcome;
    uint32_t *bases; // of ratios: indices of series
    uint32_t *quotes;
    size_t base_count;
    size_t quote_count;
};

// The newest closes of a symbol or a ratio, oldest first, and when their bars opened.
struct closes {
    const double *close;
    const int64_t *time;
    size_t count;
};

static double newest_quote_volume(const struct candles *candles)
{
    return candles->close[candles->count - 1] * candles->volume[candles->count - 1];
}

static bool is_stale(const struct scan *scan, const struct candles *candles)
{
    return candles->count > 0 && candles->time[candles->count - 1] < scan->universe.newest;
}

static bool is_low(const struct scan *scan, const struct candles *candles)
{
    return scan->request->min_quote_volume > 0 && candles->count > 0 &&
           !(newest_quote_volume(candles) >= scan->request->min_quote_volume);
}

// Counts a symbol that is skipped.
static bool is_evaluated(struct scan *scan, const struct candles *candles)
{
    if (is_stale(scan, candles)) {
        scan->outcome.stale++;
    } else if (candles->count < scan->plan.min_candles) {
        scan->outcome.too_short++;
    } else if (is_low(scan, candles)) {
        scan->outcome.low_volume++;
    } else {
        scan->outcome.evaluated++;
        return true;
    }
    return false;
}

static void add_symbol(struct scan *scan, uint32_t index, const struct scan_figures *figures)
{
    const struct scan_request *request = scan->request;
    double parts[SCAN_PARTS];
    scan->outcome.passing += figures->conditions == SCAN_PASSES;
    const double score = scan_score(&request->rules, figures, parts);
    const double quote_volume = newest_quote_volume(&scan->universe.candles[index]);
    scan_top_add(&scan->top, (struct scan_hit){.key = scan_key(request->sort, figures, score, quote_volume),
                                               .base = index,
                                               .quote = SCAN_NO_QUOTE});
}

static void add_passing(struct scan *scan, const double *const *closes, const uint32_t *symbols,
                        uint32_t *positions, struct scan_figures *figures)
{
    const size_t count = scan_passing(&scan->plan, closes, scan->outcome.evaluated, positions, figures);
    for (size_t i = 0; i < count; i++)
        add_symbol(scan, symbols[positions[i]], &figures[i]);
}

static void add_all(struct scan *scan, const double *const *closes, const uint32_t *symbols)
{
    struct scan_figures figures;
    for (size_t i = 0; i < scan->outcome.evaluated; i++) {
        (void)scan_bar(&scan->plan, closes[i], &figures);
        add_symbol(scan, symbols[i], &figures);
    }
}

static enum status scan_symbols(struct scan *scan)
{
    const size_t count = scan->universe.count;
    const double **closes = ARENA_ARRAY(scan->arena, const double *, count);
    struct scan_figures *figures = ARENA_ARRAY(scan->arena, struct scan_figures, count);
    uint32_t *symbols = ARENA_ARRAY(scan->arena, uint32_t, count);
    uint32_t *positions = ARENA_ARRAY(scan->arena, uint32_t, count);
    if (!closes || !figures || !symbols || !positions) return error_no_memory(scan->error);
    for (size_t i = 0; i < count; i++) {
        const struct candles *candles = &scan->universe.candles[i];
        const size_t at = scan->outcome.evaluated;
        if (!is_evaluated(scan, candles)) continue;
        closes[at] = candles->close + candles->count - 1;
        symbols[at] = (uint32_t)i;
    }
    if (scan->request->takes_all)
        add_all(scan, closes, symbols);
    else
        add_passing(scan, closes, symbols, positions, figures);
    return STATUS_OK;
}

// How many bars in a row pass, the newest last.
static size_t count_passing(const struct scan_plan *plan, const struct closes *closes)
{
    struct scan_figures unused;
    size_t count = 0;
    while (count < LIMIT_SCAN_RUN && closes->count - count >= plan->min_candles &&
           scan_bar(plan, closes->close + closes->count - 1 - count, &unused))
        count++;
    return count;
}

static enum status copy_sparkline(struct scan *scan, const struct closes *closes, struct scan_row *row)
{
    const size_t wanted = scan->request->sparkline;
    row->close_count = wanted < closes->count ? wanted : closes->count;
    row->closes = ARENA_ARRAY(scan->arena, double, row->close_count);
    if (!row->closes) return error_no_memory(scan->error);
    for (size_t i = 0; i < row->close_count; i++)
        row->closes[i] = closes->close[closes->count - row->close_count + i];
    return STATUS_OK;
}

static enum status fill_row(struct scan *scan, const struct closes *closes, struct scan_row *row)
{
    const size_t last = closes->count - 1;
    (void)scan_bar(&scan->plan, closes->close + last, &row->figures);
    row->time = closes->time[last];
    row->score = scan_score(&scan->plan.rules, &row->figures, row->parts);
    row->passing_bars = count_passing(&scan->plan, closes);
    if (row->passing_bars > 0) row->passing_since = closes->time[closes->count - row->passing_bars];
    return copy_sparkline(scan, closes, row);
}

static enum status fill_symbol(struct scan *scan, uint32_t index, struct scan_row *row)
{
    const struct candles *candles = &scan->universe.candles[index];
    const struct closes closes = {candles->close, candles->time, candles->count};
    row->base = str_copy(scan->arena, scan_universe_name(&scan->universe, index));
    row->quote_volume = newest_quote_volume(candles);
    row->bars = candles->count;
    return row->base.ptr ? fill_row(scan, &closes, row) : error_no_memory(scan->error);
}

static enum status fill_ratio(struct scan *scan, struct scan_hit hit, struct scan_row *row)
{
    const struct candles *base = &scan->universe.candles[hit.base],
                         *quote = &scan->universe.candles[hit.quote];
    const size_t wanted = scan->plan.min_candles + LIMIT_SCAN_RUN;
    ARENA_SCOPE(scratch, LIMIT_SCAN_ARENA_BYTES);
    double *close = arena_alloc_raw(&scratch, wanted, sizeof *close);
    int64_t *time = arena_alloc_raw(&scratch, wanted, sizeof *time);
    if (!close || !time) return error_no_memory(scan->error);
    const size_t found = scan_ratio_bars(base, quote, wanted, close, time);
    const struct closes closes = {close + wanted - found, time + wanted - found, found};
    row->base = str_copy(scan->arena, scan_universe_name(&scan->universe, hit.base));
    row->quote = str_copy(scan->arena, scan_universe_name(&scan->universe, hit.quote));
    row->quote_volume = (double)NAN;
    row->bars = found < wanted ? found : scan_ratio_bars(base, quote, SIZE_MAX, NULL, NULL);
    return row->base.ptr && row->quote.ptr ? fill_row(scan, &closes, row) : error_no_memory(scan->error);
}

static enum status fill_rows(struct scan *scan)
{
    const size_t found = scan_top_finish(&scan->top);
    struct scan_outcome *outcome = &scan->outcome;
    outcome->has_more = found > scan->request->limit;
    outcome->row_count = outcome->has_more ? scan->request->limit : found;
    struct scan_row *rows = ARENA_ARRAY(scan->arena, struct scan_row, outcome->row_count);
    if (!rows) return error_no_memory(scan->error);
    for (size_t i = 0; i < outcome->row_count; i++) {
        const struct scan_hit hit = scan->top.hits[i];
        TRY(hit.quote == SCAN_NO_QUOTE ? fill_symbol(scan, hit.base, &rows[i])
                                       : fill_ratio(scan, hit, &rows[i]));
        outcome->last = (struct scan_place){.key = hit.key, .base = rows[i].base, .quote = rows[i].quote};
    }
    outcome->rows = rows;
    return STATUS_OK;
}

static enum status begin(struct scan *scan)
{
    scan_plan_make(&scan->request->rules, &scan->plan);
    scan->outcome.has_as_of = scan->universe.has_newest;
    scan->outcome.as_of = scan->universe.newest;
    scan->outcome.data_version = scan->universe.list.data_version;
    if (scan_top_init(&scan->top, scan->request, &scan->universe, scan->arena) == STATUS_OK) return STATUS_OK;
    return error_no_memory(scan->error);
}

static enum status finish_uptrends(struct scan *scan)
{
    TRY(begin(scan));
    TRY(scan_symbols(scan));
    return fill_rows(scan);
}

enum status scan_uptrends(struct market_view view, const struct scan_request *request, struct arena *arena,
                          struct scan_outcome *out_outcome, struct error *error)
{
    struct scan scan = {.request = request, .arena = arena, .error = error};
    TRY(scan_universe_open(view, &request->scope, arena, &scan.universe, error));
    const enum status status = finish_uptrends(&scan);
    scan_universe_release(&scan.universe);
    if (status == STATUS_OK) *out_outcome = scan.outcome;
    return status;
}

static int compare_texts(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

// Both lists in one, by bytes, each name once.
static enum status join_lists(const struct symbol_list *a, const struct symbol_list *b, struct arena *arena,
                              struct symbol_list *out_joined)
{
    struct str *items = ARENA_ARRAY(arena, struct str, a->count + b->count);
    size_t count = 0;
    if (!items) return STATUS_NO_MEMORY;
    for (size_t i = 0; i < a->count + b->count; i++)
        items[i] = i < a->count ? a->items[i] : b->items[i - a->count];
    qsort(items, a->count + b->count, sizeof *items, compare_texts);
    for (size_t i = 0; i < a->count + b->count; i++)
        if (count == 0 || !str_eq(items[count - 1], items[i])) items[count++] = items[i];
    *out_joined = (struct symbol_list){.items = items, .count = count};
    return STATUS_OK;
}

// Where the names of a list stand among all, each once.
static enum status find_indices(const struct symbol_list *list, const struct symbol_list *all,
                                struct arena *arena, uint32_t **out_indices, size_t *out_count)
{
    struct symbol_list own;
    TRY(join_lists(list, &(struct symbol_list){0}, arena, &own));
    uint32_t *indices = ARENA_ARRAY(arena, uint32_t, own.count);
    if (!indices) return STATUS_NO_MEMORY;
    for (size_t i = 0, at = 0; i < own.count; i++) {
        while (!str_eq(all->items[at], own.items[i]))
            at++;
        indices[i] = (uint32_t)at;
    }
    *out_indices = indices;
    *out_count = own.count;
    return STATUS_OK;
}

// Lists that are not given are all symbols of the scope.
static enum status open_pairs(struct market_view view, struct scan *scan)
{
    const struct scan_request *request = scan->request;
    const struct member_query query = scan_scope_members(&request->scope);
    struct symbol_list members = {0}, all;
    if (request->bases.count == 0 || request->quotes.count == 0)
        TRY(market_members(view, &query, scan->arena, &members, scan->error));
    const struct symbol_list *bases = request->bases.count ? &request->bases : &members;
    const struct symbol_list *quotes = request->quotes.count ? &request->quotes : &members;
    if (join_lists(bases, quotes, scan->arena, &all) != STATUS_OK ||
        find_indices(bases, &all, scan->arena, &scan->bases, &scan->base_count) != STATUS_OK ||
        find_indices(quotes, &all, scan->arena, &scan->quotes, &scan->quote_count) != STATUS_OK)
        return error_no_memory(scan->error);
    if (scan->base_count * scan->quote_count > LIMIT_SCAN_PAIRS)
        return error_add_field(scan->error, "?bases",
                               "%zu bases and %zu quotes are more than %zu pairs; name fewer of them",
                               scan->base_count, scan->quote_count, (size_t)LIMIT_SCAN_PAIRS);
    return scan_universe_open_list(view, &request->scope, &all, scan->arena, &scan->universe, scan->error);
}

static enum status add_pair(void *context, struct scan_pair pair, const struct scan_figures *figures)
{
    struct scan *scan = context;
    double parts[SCAN_PARTS];
    const double score = scan_score(&scan->plan.rules, figures, parts);
    scan_top_add(&scan->top,
                 (struct scan_hit){.key = scan_key(scan->request->sort, figures, score, (double)NAN),
                                   .base = pair.base,
                                   .quote = pair.quote});
    return STATUS_OK;
}

static size_t keep_traded(const struct scan *scan, uint32_t *indices, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!is_low(scan, &scan->universe.candles[indices[i]])) indices[kept++] = indices[i];
    return kept;
}

static size_t count_pairs(const struct scan *scan)
{
    size_t pairs = scan->base_count * scan->quote_count;
    for (size_t b = 0, q = 0; b < scan->base_count && q < scan->quote_count;) { // both ascend
        pairs -= scan->bases[b] == scan->quotes[q];
        if (scan->bases[b] <= scan->quotes[q])
            b++;
        else
            q++;
    }
    return pairs;
}

static enum status scan_pairs(struct scan *scan)
{
    const size_t all = count_pairs(scan);
    scan->base_count = keep_traded(scan, scan->bases, scan->base_count);
    scan->quote_count = keep_traded(scan, scan->quotes, scan->quote_count);
    scan->outcome.low_volume = all - count_pairs(scan);
    const struct scan_ratio_input input = {
        .plan = &scan->plan,
        .series = scan->universe.candles,
        .series_count = scan->universe.count,
        .newest = scan->universe.newest,
        .bases = scan->bases,
        .quotes = scan->quotes,
        .base_count = scan->base_count,
        .quote_count = scan->quote_count,
        .takes_all = scan->request->takes_all,
    };
    struct scan_ratio_counts counts;
    ARENA_SCOPE(scratch, LIMIT_SCAN_ARENA_BYTES);
    if (scan_ratios(&input, &scratch, add_pair, scan, &counts) != STATUS_OK)
        return error_no_memory(scan->error);
    scan->outcome.evaluated = counts.evaluated;
    scan->outcome.passing = counts.passing;
    scan->outcome.too_short = counts.too_short;
    scan->outcome.stale = counts.stale;
    return STATUS_OK;
}

static enum status finish_ratio_uptrends(struct scan *scan)
{
    TRY(begin(scan));
    TRY(scan_pairs(scan));
    return fill_rows(scan);
}

enum status scan_ratio_uptrends(struct market_view view, const struct scan_request *request,
                                struct arena *arena, struct scan_outcome *out_outcome, struct error *error)
{
    struct scan scan = {.request = request, .arena = arena, .error = error};
    TRY(open_pairs(view, &scan));
    const enum status status = finish_ratio_uptrends(&scan);
    scan_universe_release(&scan.universe);
    if (status == STATUS_OK) *out_outcome = scan.outcome;
    return status;
}
