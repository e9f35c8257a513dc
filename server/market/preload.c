#include "market/preload.h"

#include "base/limits.h"
#include "market/candle_reader.h"

#include <stdlib.h>

enum { WORTH_A_PASS = 8 }; // fewer are read one by one

// A series that is read.
struct wish {
    const struct symbol_info *info;
    struct series_builder builder;
};

struct preload {
    const struct market_source *source;
    enum interval interval;
    struct wish *wishes; // in the order of their symbols
    size_t count;
    size_t row_count;     // of them all
    struct wish *current; // whose rows come; NULL: of nobody
};

static struct series_request request_of(const struct preload *preload, const struct symbol_info *info)
{
    return (struct series_request){.name = info->symbol,
                                   .interval = preload->interval,
                                   .data_version = preload->source->catalog->data_version};
}

static void add_wish(struct preload *preload, const struct symbol_info *info)
{
    const struct stored_interval *stored = info ? symbol_info_interval(info, preload->interval) : NULL;
    if (!stored) return;
    const struct series_request request = request_of(preload, info);
    if (series_cache_has(preload->source->cache, &request)) return;
    preload->wishes[preload->count++].info = info;
    preload->row_count += (size_t)stored->count;
}

static int by_symbol(const void *left, const void *right)
{
    const struct wish *a = left, *b = right;
    return str_compare(a->info->symbol, b->info->symbol);
}

static int compare_name(const void *name, const void *wish)
{
    return str_compare(*(const struct str *)name, ((const struct wish *)wish)->info->symbol);
}

static enum status visit(void *context, const struct candle_point *point, struct error *error)
{
    struct preload *preload = context;
    if (!point->is_same_series)
        preload->current =
            bsearch(&point->symbol, preload->wishes, preload->count, sizeof *preload->wishes, compare_name);
    if (!preload->current) return STATUS_OK;
    return series_builder_append(&preload->current->builder, point->candle, error);
}

static enum status take(void *context, bool has_older, const struct series **out_series, struct error *error)
{
    const struct series **ready = context;
    (void)has_older, (void)error;
    *out_series = *ready;
    *ready = NULL;
    return STATUS_OK;
}

// Hands a series that was read to the cache, which may have it from somebody else by now.
static enum status keep(struct preload *preload, struct wish *wish, uint64_t data_version,
                        struct error *error)
{
    struct series description = {.interval = preload->interval, .data_version = data_version};
    SERIES_SCOPE ready = NULL;
    SERIES_SCOPE kept = NULL;
    (void)str_to_c(wish->info->symbol, description.name, sizeof description.name);
    TRY(series_builder_order(&wish->builder, error));
    TRY(series_builder_finish(&wish->builder, &description, &ready, error));
    struct series_request request = request_of(preload, wish->info);
    request.load = take;
    request.context = &ready;
    return series_cache_get(preload->source->cache, &request, &kept, error);
}

static enum status read_all(struct preload *preload, struct error *error)
{
    const struct candle_visitor visitor = {.visit = visit, .context = preload};
    CANDLE_SESSION_SCOPE session = {0};
    TRY(candle_session_begin(preload->source->file, 0, &session, error));
    for (size_t i = 0; i < preload->count; i++) {
        const struct symbol_info *info = preload->wishes[i].info;
        const size_t count = (size_t)symbol_info_interval(info, preload->interval)->count;
        TRY(series_builder_reserve(&preload->wishes[i].builder, count, error));
    }
    TRY(candle_reader_scan_candles(session.connection, preload->interval, &visitor, error));
    for (size_t i = 0; i < preload->count; i++)
        TRY(keep(preload, &preload->wishes[i], session.data_version, error));
    return STATUS_OK;
}

void market_preload_series(const struct market_source *source, const struct symbol_list *symbols,
                           enum interval interval)
{
    struct error ignored = {0};
    struct preload preload = {
        .source = source, .interval = interval, .wishes = calloc(symbols->count + 1, sizeof(struct wish))};
    for (size_t i = 0; preload.wishes && i < symbols->count; i++)
        add_wish(&preload, catalog_find(source->catalog, symbols->items[i]));
    if (preload.count >= WORTH_A_PASS && preload.row_count <= LIMIT_PRELOAD_ROWS) {
        qsort(preload.wishes, preload.count, sizeof *preload.wishes, by_symbol);
        (void)read_all(&preload, &ignored);
    }
    for (size_t i = 0; i < preload.count; i++)
        series_builder_done(&preload.wishes[i].builder);
    free(preload.wishes);
}
