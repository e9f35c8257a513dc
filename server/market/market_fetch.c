#include "market/market_fetch.h"

#include "base/buf.h"
#include "market/category_index.h"
#include "market/market.h"
#include "market/market_leg.h"
#include "market/resample.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    FIRST_READ_PATIENCE_MS = 5000, // while an importer has the file locked
    VERSION_TRIES = 4,             // to get all parts of a series from one version of the file
};

// What a term of the expression turned out to be.
struct found_term {
    const struct symbol_info *symbol; // or NULL
    const struct category *category;  // or NULL
    const char *quote;                // that members of the category are priced in
};

// One call of market_fetch: what the loads below it share.
struct fetch {
    const struct market_source *source;
    struct found_term terms[SERIES_TERMS_MAX];
    struct str names[SERIES_TERMS_MAX]; // of the terms
    struct str name;                    // of the whole expression
    enum interval interval;
};

// A wish for one term of it.
struct part {
    const struct fetch *fetch;
    size_t term;
    uint64_t data_version; // at least
    int64_t patience_ms;
};

static enum status too_restless(struct error *error)
{
    return error_set(error, STATUS_UNAVAILABLE, "market_data_unavailable",
                     "the market data changes faster than it can be read");
}

static struct market_leg leg_of(const struct part *part, const struct symbol_info *info)
{
    return (struct market_leg){.source = part->fetch->source,
                               .info = info,
                               .interval = part->fetch->interval,
                               .data_version = part->data_version,
                               .patience_ms = part->patience_ms};
}

// ---- the index of a category

struct members {
    const struct symbol_info **infos;
    const struct series **series;
    size_t count;
    size_t series_count; // fetched so far
    size_t bar_count;
};

static void release_series(struct members *members)
{
    for (size_t i = 0; i < members->series_count; i++)
        series_release(&members->series[i]);
    members->series_count = members->bar_count = 0;
}

static void members_done(struct members *members)
{
    release_series(members);
    free(members->infos);
    free(members->series);
}
#define MEMBERS_SCOPE __attribute__((cleanup(members_done))) struct members

// In the order of the catalogue: the order of sums is part of the result.
static enum status find_members(const struct part *part, struct members *members, struct error *error)
{
    const struct fetch *fetch = part->fetch;
    const struct catalog *catalog = fetch->source->catalog;
    const struct found_term *term = &fetch->terms[part->term];
    members->infos = calloc(catalog->symbol_count + 1, sizeof(struct symbol_info *));
    members->series = calloc(catalog->symbol_count + 1, sizeof(struct series *));
    if (!members->infos || !members->series) return error_no_memory(error);
    for (size_t i = 0; i < catalog->symbol_count; i++) {
        const struct symbol_info *info = &catalog->symbols[i];
        if (str_eq(info->quote_asset, str_from_c(term->quote)) && symbol_info_offers(info, fetch->interval) &&
            category_has(term->category, info->symbol))
            members->infos[members->count++] = info;
    }
    if (members->count > 0) return STATUS_OK;
    return error_set(error, STATUS_NOT_FOUND, "no_candles",
                     "no symbol of the category %.*s that is priced in %s has candles of %s",
                     STR_ARG(term->category->name), term->quote, interval_name(fetch->interval));
}

static enum status count_bars(struct members *members, const struct series *series, struct error *error)
{
    members->bar_count += series->candles.count;
    if (members->bar_count <= LIMIT_CATEGORY_INDEX_BARS) return STATUS_OK;
    return error_set(error, STATUS_TOO_LARGE, NULL,
                     "the members have more than %d candles of %s in all: choose a longer interval",
                     LIMIT_CATEGORY_INDEX_BARS, interval_name(series->interval));
}

// Raises the version wanted to the newest that came; *is_mixed when they are of several.
static enum status fetch_members(struct part *part, struct members *members, bool *is_mixed,
                                 struct error *error)
{
    *is_mixed = false;
    for (size_t i = 0; i < members->count; i++) {
        const struct market_leg leg = leg_of(part, members->infos[i]);
        TRY(market_leg_get(&leg, &members->series[i], error));
        members->series_count++;
        TRY(count_bars(members, members->series[i], error));
        const uint64_t version = members->series[i]->data_version;
        *is_mixed |= version != members->series[0]->data_version;
        if (version > part->data_version) part->data_version = version;
    }
    return STATUS_OK;
}

static enum status make_index(const struct part *part, const struct members *members,
                              const struct series **out_series, struct error *error)
{
    struct series description = {.interval = part->fetch->interval,
                                 .categories_version = part->fetch->source->categories->version,
                                 .data_version = members->series[0]->data_version};
    (void)str_to_c(part->fetch->names[part->term], description.name, sizeof description.name);
    return category_index(members->series, members->count, &description, out_series, error);
}

static enum status load_index(void *context, bool has_older, const struct series **out_series,
                              struct error *error)
{
    struct part part = *(const struct part *)context;
    MEMBERS_SCOPE members = {0};
    if (has_older) part.patience_ms = 0;
    TRY(find_members(&part, &members, error));
    for (int i = 0; i < VERSION_TRIES; i++) {
        bool is_mixed;
        release_series(&members);
        TRY(fetch_members(&part, &members, &is_mixed, error));
        if (!is_mixed) return make_index(&part, &members, out_series, error);
    }
    return too_restless(error);
}

// ---- terms and ratios

static enum status load_term(void *context, bool has_older, const struct series **out_series,
                             struct error *error)
{
    const struct part *part = context;
    const struct found_term *term = &part->fetch->terms[part->term];
    if (term->category) return load_index(context, has_older, out_series, error);
    struct market_leg leg = leg_of(part, term->symbol);
    return market_leg_load(&leg, has_older, out_series, error);
}

static uint64_t categories_version(const struct fetch *fetch, size_t term)
{
    return fetch->terms[term].category ? fetch->source->categories->version : 0;
}

// A part of a ratio: never older than wanted.
static enum status get_part(const struct part *part, const struct series **out_series, struct error *error)
{
    struct part context = *part;
    const struct fetch *fetch = part->fetch;
    const struct series_request request = {.name = fetch->names[part->term],
                                           .interval = fetch->interval,
                                           .categories_version = categories_version(fetch, part->term),
                                           .data_version = part->data_version,
                                           .load = load_term,
                                           .context = &context};
    return series_cache_get(fetch->source->cache, &request, out_series, error);
}

static struct part part_of(const struct fetch *fetch, size_t term)
{
    return (struct part){.fetch = fetch,
                         .term = term,
                         .data_version = fetch->source->catalog->data_version,
                         .patience_ms = FIRST_READ_PATIENCE_MS};
}

static enum status divide(const struct fetch *fetch, const struct series *above, const struct series *below,
                          const struct series **out_series, struct error *error)
{
    SERIES_SCOPE ratio = NULL;
    TRY(series_ratio(above, below, fetch->name, &ratio, error));
    if (ratio->candles.count == 0)
        return error_set(error, STATUS_NOT_FOUND, "no_candles", "%s and %s have no candles of %s in common",
                         above->name, below->name, interval_name(fetch->interval));
    *out_series = series_retain(ratio);
    return STATUS_OK;
}

static enum status load_ratio(void *context, bool has_older, const struct series **out_series,
                              struct error *error)
{
    const struct fetch *fetch = context;
    struct part parts[SERIES_TERMS_MAX] = {part_of(fetch, 0), part_of(fetch, 1)};
    for (int i = 0; i < VERSION_TRIES; i++) {
        if (has_older) parts[0].patience_ms = parts[1].patience_ms = 0;
        SERIES_SCOPE above = NULL;
        SERIES_SCOPE below = NULL;
        TRY(get_part(&parts[0], &above, error));
        TRY(get_part(&parts[1], &below, error));
        if (above->data_version == below->data_version) return divide(fetch, above, below, out_series, error);
        // the file changed in between: read the older side again
        parts[0].data_version = below->data_version;
        parts[1].data_version = above->data_version;
    }
    return too_restless(error);
}

static enum status load_single(void *context, bool has_older, const struct series **out_series,
                               struct error *error)
{
    struct part part = part_of(context, 0);
    return load_term(&part, has_older, out_series, error);
}

// Names that come close; for "BTC/USDT" the market BTCUSDT before all others.
static enum status unknown_symbol(const struct catalog *catalog, const struct series_expression *expression,
                                  size_t term, struct error *error)
{
    const char *name = expression->terms[term].name;
    char joined[sizeof expression->terms[0].name * SERIES_TERMS_MAX] = "";
    const struct symbol_info *market = NULL;
    if (expression->term_count == 2) {
        (void)snprintf(joined, sizeof joined, "%s%s", expression->terms[0].name, expression->terms[1].name);
        market = catalog_find(catalog, str_from_c(joined));
    }
    return catalog_unknown(catalog, str_from_c(name), market, error);
}

// Finds a symbol in the catalogue, a category in the set, and spells the term as there.
static enum status resolve_term(const struct fetch *fetch, const struct series_expression *expression,
                                size_t i, struct found_term *out_found, struct series_term *stored,
                                struct error *error)
{
    const struct market_source *source = fetch->source;
    const struct str name = str_from_c(expression->terms[i].name);
    struct str spelled = {0};
    switch (expression->terms[i].kind) {
    case SERIES_TERM_SYMBOL:
        out_found->symbol = catalog_find(source->catalog, name);
        if (!out_found->symbol) return unknown_symbol(source->catalog, expression, i, error);
        spelled = out_found->symbol->symbol;
        break;
    case SERIES_TERM_CATEGORY:
        out_found->category = category_set_find(source->categories, name);
        if (!out_found->category) return category_set_unknown(source->categories, name, error);
        out_found->quote = stored->quote;
        spelled = out_found->category->name;
        break;
    }
    (void)str_to_c(spelled, stored->name, sizeof stored->name);
    return STATUS_OK;
}

// Texts of a resolved expression and of its terms.
struct names {
    char whole[LIMIT_SERIES_EXPRESSION_BYTES + 1];
    char terms[SERIES_TERMS_MAX][LIMIT_SERIES_EXPRESSION_BYTES + 1];
};

static void set_names(struct fetch *fetch, const struct series_expression *stored, struct names *names)
{
    fetch->name = series_expression_text(stored, names->whole);
    for (size_t i = 0; i < stored->term_count; i++) {
        const struct series_expression term = {.terms = {stored->terms[i]}, .term_count = 1};
        fetch->names[i] = series_expression_text(&term, names->terms[i]);
    }
}

enum status market_fetch(const struct market_source *source, const struct series_expression *expression,
                         enum interval interval, const struct series **out_series, struct error *error)
{
    struct fetch fetch = {.source = source, .interval = interval};
    struct series_expression stored = *expression;
    struct names names;
    uint64_t version = 0;
    for (size_t i = 0; i < expression->term_count; i++) {
        TRY(resolve_term(&fetch, expression, i, &fetch.terms[i], &stored.terms[i], error));
        if (fetch.terms[i].category) version = source->categories->version;
    }
    set_names(&fetch, &stored, &names);
    const struct series_request request = {.name = fetch.name,
                                           .interval = interval,
                                           .categories_version = version,
                                           .data_version = source->catalog->data_version,
                                           .is_older_welcome = true,
                                           .load = stored.term_count == 2 ? load_ratio : load_single,
                                           .context = &fetch};
    return series_cache_get(source->cache, &request, out_series, error);
}

enum status market_find_stored(const struct catalog *catalog, struct str text,
                               const struct symbol_info **out_info, struct error *error)
{
    struct series_expression expression;
    TRY(series_expression_parse(text, &expression, error));
    if (expression.term_count > 1 || expression.terms[0].kind != SERIES_TERM_SYMBOL)
        return error_set(error, STATUS_INVALID, "invalid_symbol",
                         "%.*s is computed, not stored; coverage and provenance are of stored symbols",
                         STR_ARG(str_prefix(text, LIMIT_SERIES_EXPRESSION_BYTES)));
    const struct symbol_info *info = catalog_find(catalog, str_from_c(expression.terms[0].name));
    if (!info) return unknown_symbol(catalog, &expression, 0, error);
    *out_info = info;
    return STATUS_OK;
}
