#include "app/momentum_window.h"

#include "base/datetime.h"
#include "base/limits.h"
#include "market/series_expression.h"

#include <stdio.h>
#include <stdlib.h>

// One call of momentum_window_find.
struct search {
    const struct app *app;
    struct market_view market;
    struct momentum_request *request;
    struct arena *arena;
    struct error *error;
    struct momentum_window *window;
};

void momentum_window_done(struct momentum_window *window)
{
    series_list_release(&window->series);
    shared_universe_release(&window->universe);
}

static int by_name(const void *left, const void *right)
{
    return str_compare(*(const struct str *)left, *(const struct str *)right);
}

// Ratios and categories are computed from what is stored; a ranking takes that itself.
static bool is_computed(struct str symbol)
{
    const struct str prefix = STR(SERIES_CATEGORY_PREFIX);
    return str_contains(symbol, STR("/")) || str_eq_ignore_case(str_prefix(symbol, prefix.len), prefix);
}

static void no_candles(const struct search *search, const struct symbol_info *info, const char *pointer)
{
    BUF_SCOPE(text, ERROR_MESSAGE_MAX);
    symbol_info_tell_missing(info, search->request->interval, &text);
    (void)error_add_field(search->error, pointer, "%.*s", STR_ARG(buf_str(&text)));
}

// One of the symbols that the request names, as the catalogue has it.
static enum status take_symbol(struct search *search, const struct catalog *catalog, size_t index,
                               struct str *out_symbol)
{
    const struct momentum_request *request = search->request;
    const struct str asked = request->symbols[index];
    const struct symbol_info *info = catalog_find(catalog, asked);
    char pointer[ERROR_POINTER_MAX];
    (void)snprintf(pointer, sizeof pointer, "/symbols/%zu", index);
    if (!info && is_computed(asked))
        return error_add_field(search->error, pointer,
                               "\"%.*s\": a run across symbols takes stored symbols, no ratios or categories",
                               STR_ARG(asked));
    if (!info) return catalog_unknown(catalog, asked, NULL, search->error);
    if (!str_eq_ignore_case(info->quote_asset, request->quote_asset))
        (void)error_add_field(search->error, pointer, "%.*s is priced in \"%.*s\", not in %.*s",
                              STR_ARG(info->symbol), STR_ARG(info->quote_asset),
                              STR_ARG(request->quote_asset));
    else if (!symbol_info_offers(info, request->interval))
        no_candles(search, info, pointer);
    *out_symbol = str_copy(search->arena, info->symbol);
    return out_symbol->ptr ? STATUS_OK : error_no_memory(search->error);
}

static enum status take_symbols(struct search *search)
{
    const size_t count = search->request->symbol_count;
    CATALOG_SCOPE catalog = NULL;
    TRY(market_catalog(search->market.market, &catalog, search->error));
    struct str *symbols = ARENA_ARRAY(search->arena, struct str, count);
    if (!symbols) return error_no_memory(search->error);
    for (size_t i = 0; i < count; i++)
        TRY(take_symbol(search, catalog, i, &symbols[i]));
    if (search->error->field_count) return STATUS_INVALID;
    qsort(symbols, count, sizeof *symbols, by_name);
    for (size_t i = 1; i < count; i++)
        if (str_eq(symbols[i - 1], symbols[i]))
            return error_add_field(search->error, "/symbols", "%.*s stands twice", STR_ARG(symbols[i]));
    search->window->symbols = (struct symbol_list){.items = symbols, .count = count};
    return STATUS_OK;
}

// Names the intervals that some member can be had in.
static enum status no_members(const struct search *search, struct member_query query)
{
    const struct momentum_request *request = search->request;
    BUF_SCOPE(offered, ERROR_MESSAGE_MAX);
    for (int i = 0; i < INTERVAL_COUNT; i++) {
        struct symbol_list members = {0};
        query.interval = (enum interval)i;
        TRY(market_members(search->market, &query, search->arena, &members, search->error));
        if (members.count > 0)
            buf_append_format(&offered, "%s%s", buf_str(&offered).len ? ", " : "; there are ",
                              interval_name(query.interval));
    }
    return error_set(search->error, STATUS_INVALID, "not_enough_candles",
                     "the category \"%.*s\" has no symbol priced in %.*s with %s candles%.*s",
                     STR_ARG(request->category), STR_ARG(request->quote_asset),
                     interval_name(request->interval), STR_ARG(buf_str(&offered)));
}

// The category as its set spells it.
static enum status take_category(struct search *search)
{
    struct momentum_request *request = search->request;
    request->category =
        str_copy(search->arena, category_set_spelling(search->market.categories, request->category));
    if (!request->category.ptr) return error_no_memory(search->error);
    const struct member_query query = {
        .category = request->category, .quote = request->quote_asset, .interval = request->interval};
    TRY(market_members(search->market, &query, search->arena, &search->window->symbols, search->error));
    const size_t count = search->window->symbols.count;
    if (count == 0) return no_members(search, query);
    if (count > LIMIT_UNIVERSE_SYMBOLS)
        return error_set(search->error, STATUS_INVALID, "invalid_input",
                         "the category has %zu symbols, a backtest takes at most %d", count,
                         LIMIT_UNIVERSE_SYMBOLS);
    return STATUS_OK;
}

// A time from which the calendar has at least `bars` bars before `from`, where there are so many: the latest
// that one of the symbols by itself has. Where none has so many, the first candle of all.
static int64_t warm_up_from(const struct series_list *series, int64_t from, size_t bars)
{
    int64_t latest = INT64_MIN, earliest = from;
    for (size_t i = 0; i < series->count; i++) {
        const struct candles *candles = &series->items[i]->candles;
        const size_t before = candles_lower_bound(candles, from);
        if (before == 0) continue;
        if (before >= bars && candles->time[before - bars] > latest) latest = candles->time[before - bars];
        if (candles->time[0] < earliest) earliest = candles->time[0];
    }
    return latest != INT64_MIN ? latest : earliest;
}

// The bars that are read: as many before the test as the first ranking needs, where there are so many.
static enum status find_bars(struct search *search)
{
    const struct momentum_request *request = search->request;
    struct momentum_window *window = search->window;
    const size_t warmup = request->rules.lookback + request->rules.skip;
    window->to = request->has_to ? request->to : INT64_MAX;
    window->from = request->has_from ? warm_up_from(&window->series, request->from, warmup) : INT64_MIN;
    const struct universe_range range = {.from = window->from, .to = window->to};
    TRY(universe_cache_get(search->app->universes, &window->series, range, &window->universe, search->error));
    const struct universe calendar = shared_universe_calendar(window->universe);
    const struct candles times = {.count = calendar.bar_count, .time = calendar.time};
    const size_t first = request->has_from ? candles_lower_bound(&times, request->from) : 0;
    if (first < times.count) {
        window->first = first < warmup ? first : warmup;
        window->from = calendar.time[first - window->first];
        window->begin = calendar.time[first];
    }
    window->bar_count = times.count - (first - window->first);
    return STATUS_OK;
}

// Whether any of the candles are of the time that is asked for.
static enum status check_range(const struct search *search)
{
    const struct momentum_request *request = search->request;
    char from[DATETIME_TEXT_MAX], end[DATETIME_TEXT_MAX];
    int64_t last = INT64_MIN;
    for (size_t i = 0; i < search->window->series.count; i++) {
        const struct candles *candles = &search->window->series.items[i]->candles;
        if (candles->count > 0 && candles->time[candles->count - 1] > last)
            last = candles->time[candles->count - 1];
    }
    if (!request->has_from || request->from <= last || last == INT64_MIN) return STATUS_OK;
    const struct str begin = datetime_format_date(request->from, from);
    const struct str newest = datetime_format_date(last, end);
    return error_set(search->error, STATUS_INVALID, "not_enough_candles",
                     "the newest candle of these symbols is of %.*s, before from, %.*s", STR_ARG(newest),
                     STR_ARG(begin));
}

// As momentum_check, before the prices are put side by side.
static enum status check(const struct search *search)
{
    const struct momentum_window *window = search->window;
    const struct universe universe = {.symbol_count = window->symbols.count, .bar_count = window->bar_count};
    const struct momentum_input input = {
        .universe = &universe, .first = window->first, .rules = search->request->rules};
    return momentum_check(&input, search->error);
}

enum status momentum_window_find(const struct app *app, struct str workspace_id,
                                 struct momentum_request *request, struct arena *arena,
                                 struct momentum_window *out_window, struct error *error)
{
    CATEGORY_SET_SCOPE categories = NULL;
    TRY(category_choice_open(app, workspace_id, &request->categories, &categories, error));
    const struct market_view market = {.market = app->market, .categories = categories};
    MOMENTUM_WINDOW_SCOPE window = {0};
    struct search search = {
        .app = app, .market = market, .request = request, .arena = arena, .error = error, .window = &window};
    TRY(request->symbol_count ? take_symbols(&search) : take_category(&search));
    TRY(market_series_list(market, &window.symbols, request->interval, &window.series, error));
    TRY(check_range(&search));
    TRY(find_bars(&search));
    TRY(check(&search));
    *out_window = window;
    window = (struct momentum_window){0};
    return STATUS_OK;
}

enum status momentum_window_load(const struct app *app, struct momentum_window *window,
                                 struct universe *out_universe, struct error *error)
{
    const struct universe_range range = {.from = window->from, .to = window->to};
    struct universe whole;
    if (!window->universe)
        TRY(universe_cache_get(app->universes, &window->series, range, &window->universe, error));
    TRY(shared_universe_prices(window->universe, &window->series, &whole, error));
    const struct candles times = {.count = whole.bar_count, .time = whole.time};
    *out_universe = universe_from(&whole, candles_lower_bound(&times, window->from));
    return STATUS_OK;
}
