#include "market/market_fetch.h"

#include "base/buf.h"
#include "market/candle_reader.h"
#include "market/resample.h"

#include <stdio.h>

enum {
    FIRST_READ_PATIENCE_MS = 5000, // while an importer has the file locked
    VERSION_TRIES = 4,             // to get both sides of a ratio from one version of the file
};

// One call of market_fetch: what the loads below it share.
struct fetch {
    const struct market_source *source;
    const struct symbol_info *terms[SERIES_TERMS_MAX];
    struct str name; // of the whole expression
    enum interval interval;
};

// A wish for one stored symbol.
struct leg {
    const struct market_source *source;
    const struct symbol_info *info;
    enum interval interval;
    uint64_t data_version;
    int64_t patience_ms;
};

static enum status unavailable(const struct error *cause, struct error *error)
{
    const bool is_own = cause->status == STATUS_NO_MEMORY || cause->status == STATUS_TOO_LARGE;
    return error_set(error, is_own ? cause->status : STATUS_UNAVAILABLE,
                     is_own ? NULL : "market_data_unavailable", "the market data cannot be read: %s",
                     cause->message);
}

static enum status no_candles(const struct symbol_info *info, enum interval interval, struct error *error)
{
    BUF_SCOPE(stored, ERROR_MESSAGE_MAX);
    for (size_t i = 0; i < info->interval_count; i++)
        buf_append_format(&stored, "%s%s", i ? ", " : "", interval_name(info->intervals[i].interval));
    return error_set(error, STATUS_NOT_FOUND, "no_candles",
                     "%.*s has no candles of %s, nor of an interval that divides it; stored: %.*s",
                     STR_ARG(info->symbol), interval_name(interval), STR_ARG(buf_str(&stored)));
}

static enum status read_in_session(const struct leg *leg, const struct candle_session *session,
                                   const struct series **out_series, struct error *error)
{
    const struct stored_interval *stored = symbol_info_interval(leg->info, leg->interval);
    SERIES_BUILDER_SCOPE builder = {0};
    TRY(series_builder_reserve(&builder, (size_t)stored->count, error));
    TRY(candle_reader_series(session->connection, leg->info->symbol, leg->interval, &builder, error));
    TRY(series_builder_order(&builder, error));
    struct series description = {.interval = leg->interval, .data_version = session->data_version};
    (void)str_to_c(leg->info->symbol, description.name, sizeof description.name);
    return series_builder_finish(&builder, &description, out_series, error);
}

static enum status read_stored(const struct leg *leg, const struct series **out_series, struct error *error)
{
    struct error cause = {0};
    CANDLE_SESSION_SCOPE session = {0};
    enum status status = candle_session_begin(leg->source->file, leg->patience_ms, &session, &cause);
    if (status == STATUS_OK) status = read_in_session(leg, &session, out_series, &cause);
    return status == STATUS_OK ? STATUS_OK : unavailable(&cause, error);
}

static enum status get_leg(const struct leg *leg, const struct series **out_series, struct error *error);

// Puts bars of the leg's interval together from the largest stored interval that divides it.
static enum status resample_stored(const struct leg *leg, const struct series **out_series,
                                   struct error *error)
{
    const struct stored_interval *source = NULL; // intervals ascend
    for (size_t i = 0; i < leg->info->interval_count; i++)
        if (interval_divides(leg->info->intervals[i].interval, leg->interval))
            source = &leg->info->intervals[i];
    if (!source) return no_candles(leg->info, leg->interval, error);
    struct leg fine_leg = *leg;
    fine_leg.interval = source->interval;
    SERIES_SCOPE fine = NULL;
    TRY(get_leg(&fine_leg, &fine, error));
    return series_resample(fine, leg->interval, out_series, error);
}

static enum status load_leg(void *context, bool has_older, const struct series **out_series,
                            struct error *error)
{
    struct leg leg = *(const struct leg *)context;
    if (has_older) leg.patience_ms = 0;
    if (symbol_info_interval(leg.info, leg.interval)) return read_stored(&leg, out_series, error);
    return resample_stored(&leg, out_series, error);
}

// A part of something larger: never older than wanted, so that the whole is of one version.
static enum status get_leg(const struct leg *leg, const struct series **out_series, struct error *error)
{
    struct leg context = *leg;
    const struct series_request request = {.name = leg->info->symbol,
                                           .interval = leg->interval,
                                           .data_version = leg->data_version,
                                           .load = load_leg,
                                           .context = &context};
    return series_cache_get(leg->source->cache, &request, out_series, error);
}

static struct leg leg_of(const struct fetch *fetch, size_t term)
{
    return (struct leg){.source = fetch->source,
                        .info = fetch->terms[term],
                        .interval = fetch->interval,
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
    struct leg legs[SERIES_TERMS_MAX] = {leg_of(fetch, 0), leg_of(fetch, 1)};
    for (int i = 0; i < VERSION_TRIES; i++) {
        if (has_older) legs[0].patience_ms = legs[1].patience_ms = 0;
        SERIES_SCOPE above = NULL;
        SERIES_SCOPE below = NULL;
        TRY(get_leg(&legs[0], &above, error));
        TRY(get_leg(&legs[1], &below, error));
        if (above->data_version == below->data_version) return divide(fetch, above, below, out_series, error);
        // the file changed in between: read the older side again
        legs[0].data_version = below->data_version;
        legs[1].data_version = above->data_version;
    }
    return error_set(error, STATUS_UNAVAILABLE, "market_data_unavailable",
                     "the market data changes faster than it can be read");
}

static enum status load_symbol(void *context, bool has_older, const struct series **out_series,
                               struct error *error)
{
    struct leg leg = leg_of(context, 0);
    return load_leg(&leg, has_older, out_series, error);
}

// Names that come close; for "BTC/USDT" the market BTCUSDT before all others.
static enum status unknown_symbol(const struct catalog *catalog, const struct series_expression *expression,
                                  size_t term, struct error *error)
{
    const char *name = expression->terms[term].name;
    char joined[2 * LIMIT_SYMBOL_BYTES + 1] = "";
    const struct symbol_info *market = NULL;
    if (expression->term_count == 2) {
        (void)snprintf(joined, sizeof joined, "%s%s", expression->terms[0].name, expression->terms[1].name);
        market = catalog_find(catalog, str_from_c(joined));
    }
    struct error near = {0};
    if (market)
        error_add_near(&near, market->symbol);
    else
        catalog_add_near(catalog, str_from_c(name), &near);
    BUF_SCOPE(list, ERROR_MESSAGE_MAX);
    for (size_t i = 0; i < near.near_count; i++)
        buf_append_format(&list, "%s%s", i ? ", " : "; did you mean ", near.near[i]);
    for (size_t i = 0; error && i < near.near_count; i++)
        error_add_near(error, str_from_c(near.near[i]));
    return error_set(error, STATUS_NOT_FOUND, "unknown_symbol", "there is no symbol %s%.*s", name,
                     STR_ARG(buf_str(&list)));
}

// The expression as it is stored: every term found in the catalogue and spelled as there.
static enum status resolve(const struct market_source *source, const struct series_expression *expression,
                           struct fetch *fetch, struct series_expression *stored, struct error *error)
{
    *stored = *expression;
    for (size_t i = 0; i < expression->term_count; i++) {
        struct series_term *term = &stored->terms[i];
        fetch->terms[i] = catalog_find(source->catalog, str_from_c(term->name));
        if (!fetch->terms[i]) return unknown_symbol(source->catalog, expression, i, error);
        (void)str_to_c(fetch->terms[i]->symbol, term->name, sizeof term->name);
    }
    return STATUS_OK;
}

enum status market_fetch(const struct market_source *source, const struct series_expression *expression,
                         enum interval interval, const struct series **out_series, struct error *error)
{
    struct fetch fetch = {.source = source, .interval = interval};
    struct series_expression stored;
    TRY(resolve(source, expression, &fetch, &stored, error));
    char name[LIMIT_SERIES_EXPRESSION_BYTES + 1];
    fetch.name = series_expression_text(&stored, name);
    const struct series_request request = {.name = fetch.name,
                                           .interval = interval,
                                           .data_version = source->catalog->data_version,
                                           .is_older_welcome = true,
                                           .load = stored.term_count == 2 ? load_ratio : load_symbol,
                                           .context = &fetch};
    return series_cache_get(source->cache, &request, out_series, error);
}
