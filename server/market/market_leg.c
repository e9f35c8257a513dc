#include "market/market_leg.h"

#include "base/buf.h"
#include "market/candle_reader.h"
#include "market/resample.h"

static enum status unavailable(const struct error *cause, struct error *error)
{
    const bool is_own = cause->status == STATUS_NO_MEMORY || cause->status == STATUS_TOO_LARGE;
    return error_set(error, is_own ? cause->status : STATUS_UNAVAILABLE,
                     is_own ? NULL : "market_data_unavailable", "the market data cannot be read: %s",
                     cause->message);
}

static enum status no_candles(const struct symbol_info *info, enum interval interval, struct error *error)
{
    BUF_SCOPE(text, ERROR_MESSAGE_MAX);
    symbol_info_tell_missing(info, interval, &text);
    return error_set(error, STATUS_NOT_FOUND, "no_candles", "%.*s", STR_ARG(buf_str(&text)));
}

static enum status read_in_session(const struct market_leg *leg, const struct candle_session *session,
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

static enum status read_stored(const struct market_leg *leg, const struct series **out_series,
                               struct error *error)
{
    struct error cause = {0};
    CANDLE_SESSION_SCOPE session = {0};
    enum status status = candle_session_begin(leg->source->file, leg->patience_ms, &session, &cause);
    if (status == STATUS_OK) status = read_in_session(leg, &session, out_series, &cause);
    return status == STATUS_OK ? STATUS_OK : unavailable(&cause, error);
}

// Puts bars of the leg's interval together from the largest stored interval that divides it.
static enum status resample_stored(const struct market_leg *leg, const struct series **out_series,
                                   struct error *error)
{
    const struct stored_interval *source = symbol_info_source(leg->info, leg->interval);
    if (!source) return no_candles(leg->info, leg->interval, error);
    struct market_leg fine_leg = *leg;
    fine_leg.interval = source->interval;
    SERIES_SCOPE fine = NULL;
    TRY(market_leg_get(&fine_leg, &fine, error));
    return series_resample(fine, leg->interval, out_series, error);
}

enum status market_leg_load(void *context, bool has_older, const struct series **out_series,
                            struct error *error)
{
    struct market_leg leg = *(const struct market_leg *)context;
    if (has_older) leg.patience_ms = 0;
    if (symbol_info_interval(leg.info, leg.interval)) return read_stored(&leg, out_series, error);
    return resample_stored(&leg, out_series, error);
}

enum status market_leg_get(const struct market_leg *leg, const struct series **out_series,
                           struct error *error)
{
    struct market_leg context = *leg;
    const struct series_request request = {.name = leg->info->symbol,
                                           .interval = leg->interval,
                                           .data_version = leg->data_version,
                                           .load = market_leg_load,
                                           .context = &context};
    return series_cache_get(leg->source->cache, &request, out_series, error);
}
