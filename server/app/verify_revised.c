#include "app/verify_revised.h"

#include "app/category_choice.h"
#include "market/market.h"
#include "market/series_expression.h"
#include "json/decode.h"
#include "json/json.h"

#define US_PER_S INT64_C(1000000)

// What the backtest says of the time that it read.
struct data {
    int64_t first;
    int64_t last;
};

// What the run was made from.
struct origin {
    const struct verify_run *run;
    const struct catalog *catalog;
    const struct category_set *categories;
};

static bool has_changed(const struct verify_run *run)
{
    for (size_t i = 0; i < run->series_count; i++)
        if (run->series[i].state == SERIES_CHANGED) return true;
    return false;
}

static bool term_reads(const struct origin *origin, const struct series_term *term,
                       const struct symbol_info *info)
{
    if (term->kind == SERIES_TERM_SYMBOL) return str_eq(str_from_c(term->name), info->symbol);
    const struct category *category = category_set_find(origin->categories, str_from_c(term->name));
    return category && str_eq(str_from_c(term->quote), info->quote_asset) &&
           category_has(category, info->symbol);
}

static bool series_reads(const struct origin *origin, const struct verify_series *series,
                         const struct symbol_info *info, struct str stored_interval)
{
    struct series_expression expression;
    struct error ignored = {0};
    enum interval interval;
    if (series->state != SERIES_CHANGED || !interval_parse(series->interval, &interval)) return false;
    const struct stored_interval *source = symbol_info_source(info, interval);
    if (!source || !str_eq(str_from_c(interval_name(source->interval)), stored_interval)) return false;
    if (series_expression_parse(series->symbol, &expression, &ignored) != STATUS_OK) return false;
    for (size_t i = 0; i < expression.term_count; i++)
        if (term_reads(origin, &expression.terms[i], info)) return true;
    return false;
}

static bool was_read(const struct origin *origin, const struct revision_count *revision)
{
    const struct symbol_info *info = catalog_find(origin->catalog, revision->symbol);
    for (size_t i = 0; info && i < origin->run->series_count; i++)
        if (series_reads(origin, &origin->run->series[i], info, revision->interval)) return true;
    return false;
}

static enum status take(const struct origin *origin, const struct revision_counts *counts,
                        struct arena *arena, struct verification *out, struct error *error)
{
    out->revised = ARENA_ARRAY(arena, struct verify_revised, counts->count + 1);
    if (!out->revised) return error_no_memory(error);
    for (size_t i = 0; i < counts->count; i++) {
        const struct revision_count *revision = &counts->items[i];
        if (!was_read(origin, revision)) continue;
        out->revised[out->revised_count++] =
            (struct verify_revised){.symbol = str_copy(arena, revision->symbol),
                                    .interval = str_copy(arena, revision->interval),
                                    .candles = revision->candles,
                                    .first = revision->first_us / US_PER_S,
                                    .last = revision->last_us / US_PER_S};
    }
    return STATUS_OK;
}

// The time that it read, up to the end of its last bar.
static enum status read_range(const struct verify_call *call, struct provenance_query *query,
                              struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct data, first, INTEGER, .is_required = true),
        JSON_FIELD(struct data, last, INTEGER, .is_required = true),
    };
    const struct json_value *object;
    struct data data = {0};
    enum interval interval = INTERVAL_1D;
    TRY(verify_read_stored(call->row->outcome.data_json, call->arena, &object, error));
    TRY(json_decode_part(object, "", fields, sizeof fields / sizeof *fields, &data, error));
    (void)interval_parse(call->row->interval, &interval);
    *query = (struct provenance_query){.from_us = data.first * US_PER_S,
                                       .to_us = interval_next(interval, data.last) * US_PER_S,
                                       .since_us = call->row->created_at_us};
    return STATUS_OK;
}

enum status verify_find_revised(const struct verify_call *call, const struct verify_run *run,
                                struct arena *arena, struct verification *out, struct error *error)
{
    CATALOG_SCOPE catalog = NULL;
    CATEGORY_SET_SCOPE chosen = NULL;
    struct category_choice choice;
    struct provenance_query query;
    struct revision_counts counts;
    if (!has_changed(run)) return STATUS_OK;
    TRY(read_range(call, &query, error));
    TRY(category_choice_recorded(call->row->request_json, call->arena, &choice, error));
    TRY(category_choice_open(call->app, call->row->workspace_id, &choice, &chosen, error));
    TRY(market_catalog(call->app->market, &catalog, error));
    TRY(market_revision_counts(call->app->market, &query, call->arena, &counts, error));
    const struct market_view view = {.market = call->app->market, .categories = chosen};
    CATEGORY_SET_SCOPE categories = market_view_categories(view);
    const struct origin origin = {run, catalog, categories};
    return take(&origin, &counts, arena, out, error);
}
