#include "app/mark.h"

#include "base/buf.h"
#include "base/limits.h"
#include "json/decode.h"

#include <stdio.h>

#define SECOND_US ((int64_t)1000000)

const struct mark *mark_of(const struct mark_list *marks, struct str symbol)
{
    for (size_t i = 0; marks && i < marks->count; i++)
        if (marks->items[i].is_known && str_eq_ignore_case(marks->items[i].symbol, symbol))
            return &marks->items[i];
    return NULL;
}

// The end of the newest candle of an interval that has ended; false: none has.
static bool newest_end(const struct stored_interval *stored, int64_t now_s, int64_t *out_end)
{
    int64_t open = stored->last;
    if (interval_next(stored->interval, open) >
        now_s) // the one before that of now, also where the clock is behind
        open = interval_floor(stored->interval, interval_floor(stored->interval, now_s) - 1);
    *out_end = interval_next(stored->interval, open);
    return open >= stored->first && *out_end <= now_s;
}

// The interval whose newest ended candle ends last; NULL: none has ended.
static const struct stored_interval *newest_interval(const struct symbol_info *info, int64_t now_s)
{
    const struct stored_interval *newest = NULL;
    int64_t newest_s = 0, end_s;
    for (size_t i = 0; i < info->interval_count; i++) { // they ascend
        if (!newest_end(&info->intervals[i], now_s, &end_s) || (newest && end_s < newest_s)) continue;
        newest = &info->intervals[i];
        newest_s = end_s;
    }
    return newest;
}

// The newest candle of a series that has ended.
static bool mark_by_series(const struct series *series, int64_t now_s, struct mark *mark)
{
    const struct candles *candles = &series->candles;
    for (size_t i = candles->count; i-- > 0;) {
        const int64_t end_s = interval_next(series->interval, candles->time[i]);
        if (end_s > now_s) continue;
        mark->source = MARK_CANDLE;
        mark->time_us = end_s * SECOND_US;
        return decimal_from_double(candles->close[i], &mark->price) && mark->price.units > 0;
    }
    return false;
}

// Market data that cannot be read has no marks: what needs one says so.
static bool mark_by_candle(const struct app *app, const struct catalog *catalog, int64_t now_s,
                           struct mark *mark)
{
    struct error ignored = {0};
    const struct symbol_info *info = catalog_find(catalog, mark->symbol);
    const struct stored_interval *newest = info ? newest_interval(info, now_s) : NULL;
    if (!newest) return false;
    SERIES_SCOPE series = NULL;
    if (market_series(market_as_it_is(app->market), info->symbol, newest->interval, &series, &ignored) !=
        STATUS_OK)
        return false;
    return mark_by_series(series, now_s, mark);
}

enum status mark_find(const struct app *app, const struct mark_query *query, struct arena *arena,
                      struct mark_list *out_marks, struct error *error)
{
    struct error ignored = {0};
    struct mark_list marks = {ARENA_ARRAY(arena, struct mark, query->count), query->count};
    CATALOG_SCOPE catalog = NULL;
    if (!marks.items) return error_no_memory(error);
    for (size_t i = 0; i < query->count; i++) {
        struct mark *mark = &marks.items[i];
        const struct mark *given = mark_of(query->given, query->symbols[i]);
        if (given) *mark = *given;
        mark->symbol = query->symbols[i];
        if (given || !app->market) continue;
        if (!catalog && market_catalog(app->market, &catalog, &ignored) != STATUS_OK) continue;
        mark->is_known = mark_by_candle(app, catalog, query->now_us / SECOND_US, mark);
    }
    *out_marks = marks;
    return STATUS_OK;
}

enum status mark_require(const struct mark_list *marks, struct error *error)
{
    BUF_SCOPE(missing, KIB);
    for (size_t i = 0; i < marks->count && missing.len < 300; i++)
        if (!marks->items[i].is_known)
            buf_append_format(&missing, "%s%.*s", missing.len ? ", " : "", STR_ARG(marks->items[i].symbol));
    if (missing.len == 0) return STATUS_OK;
    return error_set(error, STATUS_INVALID, "no_mark_price",
                     "there is no price of %.*s: no candle is stored; give it in mark_prices",
                     STR_ARG(buf_str(&missing)));
}

static enum status read_one(const struct json_value *name, const char *pointer, struct mark *mark,
                            struct error *error)
{
    char at[ERROR_POINTER_MAX];
    (void)snprintf(at, sizeof at, "%.60s/%.*s", pointer, STR_ARG(str_prefix(name->text, 40)));
    TRY(json_decode_decimal(name + 1, at, &mark->price, error));
    if (mark->price.units <= 0)
        return error_add_field(error, at, "%.*s is no price: it must be above 0", STR_ARG(name[1].text));
    if (name->text.len == 0 || name->text.len > LIMIT_SYMBOL_BYTES)
        return error_add_field(error, at, "a symbol has 1 to %d bytes", LIMIT_SYMBOL_BYTES);
    mark->symbol = name->text;
    mark->is_known = true;
    return STATUS_OK;
}

enum status mark_read(const struct json_value *object, const char *pointer, int64_t now_us,
                      struct arena *arena, struct mark_list *out_marks, struct error *error)
{
    const uint32_t count = object ? object->count : 0;
    if (count > LIMIT_MARKS)
        return error_add_field(error, pointer, "%u prices are too many: at most %d", count, LIMIT_MARKS);
    struct mark_list marks = {ARENA_ARRAY(arena, struct mark, count), count};
    if (!marks.items) return error_no_memory(error);
    const struct json_value *name = object ? json_first(object) : NULL;
    for (uint32_t i = 0; i < count; i++, name = json_after(name + 1)) {
        marks.items[i] = (struct mark){.source = MARK_REQUEST, .time_us = now_us};
        (void)read_one(name, pointer, &marks.items[i], error);
    }
    if (error->field_count) return STATUS_INVALID;
    *out_marks = marks;
    return STATUS_OK;
}
