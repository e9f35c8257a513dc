#include "market/members.h"

#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

enum {
    VERSION_TRIES = 250, // with the pauses in between as long as a first read waits for the file
    VERSION_PAUSE_MS = 20,
};

// `category` is NULL for the whole market.
static bool is_member(const struct symbol_info *info, const struct category *category,
                      const struct member_query *query)
{
    return (query->quote.len == 0 || str_eq_ignore_case(info->quote_asset, query->quote)) &&
           symbol_info_offers(info, query->interval) && (!category || category_has(category, info->symbol));
}

enum status market_members(struct market_view view, const struct member_query *query, struct arena *arena,
                           struct symbol_list *out_members, struct error *error)
{
    CATALOG_SCOPE catalog = NULL;
    TRY(market_catalog(view.market, &catalog, error));
    CATEGORY_SET_SCOPE set = market_view_categories(view);
    const struct category *category = NULL;
    if (query->category.len) {
        category = category_set_find(set, query->category);
        if (!category) return category_set_unknown(set, query->category, error);
    }
    struct str *items = ARENA_ARRAY(arena, struct str, catalog->symbol_count);
    if (!items) return error_no_memory(error);
    size_t count = 0;
    for (size_t i = 0; i < catalog->symbol_count; i++) { // ordered by symbol
        if (!is_member(&catalog->symbols[i], category, query)) continue;
        items[count] = str_copy(arena, catalog->symbols[i].symbol);
        if (!items[count++].ptr) return error_no_memory(error);
    }
    *out_members = (struct symbol_list){.items = items, .count = count};
    return STATUS_OK;
}

// Drops the series, keeps the room.
static void release_items(struct series_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        series_release(&list->items[i]);
    list->count = 0;
}

void series_list_release(struct series_list *list)
{
    release_items(list);
    free(list->items);
    *list = (struct series_list){0};
}

// Sets *is_mixed when they are of several versions.
static enum status fetch_all(struct market_view view, const struct symbol_list *symbols,
                             enum interval interval, struct series_list *list, bool *is_mixed,
                             struct error *error)
{
    *is_mixed = false;
    for (size_t i = 0; i < symbols->count; i++) {
        const struct series *series;
        TRY(market_series(view, symbols->items[i], interval, &series, error));
        list->items[list->count++] = series;
        *is_mixed |= series->data_version != list->items[0]->data_version;
    }
    if (list->count > 0) list->data_version = list->items[0]->data_version;
    return STATUS_OK;
}

// An importer is at work: what was read before is of the version before, what was not is of the new one.
static void pause_for_file(void)
{
    const struct timespec pause = {.tv_nsec = VERSION_PAUSE_MS * 1000000L};
    (void)clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
}

enum status market_series_list(struct market_view view, const struct symbol_list *symbols,
                               enum interval interval, struct series_list *out_list, struct error *error)
{
    SERIES_LIST_SCOPE list = {.items = calloc(symbols->count + 1, sizeof(struct series *))};
    if (!list.items) return error_no_memory(error);
    for (int i = 0; i < VERSION_TRIES; i++) {
        bool is_mixed;
        if (i > 0) pause_for_file();
        release_items(&list);
        market_preload(view.market, symbols, interval);
        TRY(fetch_all(view, symbols, interval, &list, &is_mixed, error));
        if (is_mixed) continue;
        *out_list = list;
        list = (struct series_list){0};
        return STATUS_OK;
    }
    return error_set(error, STATUS_UNAVAILABLE, "market_data_unavailable",
                     "the market data changes faster than it can be read");
}
