#include "api/candle_page.h"

#include "api/cursor.h"
#include "api/query.h"
#include "api/reply.h"
#include "base/limits.h"

enum { DEFAULT_CANDLES = 1000, INDICATORS_TEXT_MAX = 512 };

static bool goes_forward(const struct candle_query *query)
{
    return query->has_from && !query->is_descending;
}

static enum status read_cursor(struct api_call *call, struct candle_query *query)
{
    struct str unused;
    return cursor_read_int(call, goes_forward(query) ? 'f' : 'p', &query->has_cursor, &query->cursor,
                           &unused);
}

enum status candle_query_read(struct api_call *call, struct candle_query *out_query)
{
    static const char *const orders[] = {"asc", "desc", NULL};
    static const char *const formats[] = {"objects", "columns", "csv", NULL};
    struct candle_query query = {.interval = INTERVAL_1D, .limit = DEFAULT_CANDLES};
    int order = 0, format = reply_wants_csv(call) ? CANDLE_CSV : CANDLE_OBJECTS;
    (void)query_interval(call, "interval", &query.interval);
    (void)query_time(call, "from", &query.has_from, &query.from);
    (void)query_time(call, "to", &query.has_to, &query.to);
    (void)query_count(call, "limit", LIMIT_CANDLES, &query.limit);
    (void)query_choice(call, "order", orders, &order);
    (void)query_choice(call, "format", formats, &format);
    (void)query_text(call, "indicators", INDICATORS_TEXT_MAX, &query.indicators);
    query.is_descending = order == 1;
    query.format = (enum candle_format)format;
    (void)read_cursor(call, &query);
    if (query.has_from && query.has_to && query.from >= query.to)
        (void)error_add_field(call->error, "?to", "%lld must be after from, %lld", (long long)query.to,
                              (long long)query.from);
    TRY(query_finish(call));
    *out_query = query;
    return STATUS_OK;
}

struct candle_window candle_window_find(const struct candle_query *query, const struct candles *candles,
                                        struct arena *arena)
{
    struct candle_window window = {
        .begin = query->has_from ? candles_lower_bound(candles, query->from) : 0,
        .end = query->has_to ? candles_lower_bound(candles, query->to) : candles->count,
    };
    const size_t at = query->has_cursor ? candles_lower_bound(candles, query->cursor) : 0;
    if (goes_forward(query)) {
        if (query->has_cursor && at > window.begin) window.begin = at < window.end ? at : window.end;
        if (window.end - window.begin <= query->limit) return window;
        window.end = window.begin + query->limit;
        window.next_cursor = cursor_write_int(arena, 'f', candles->time[window.end], STR(""));
    } else {
        if (query->has_cursor && at < window.end) window.end = at > window.begin ? at : window.begin;
        if (window.end - window.begin <= query->limit) return window;
        window.begin = window.end - query->limit;
        window.next_cursor = cursor_write_int(arena, 'p', candles->time[window.begin], STR(""));
    }
    return window;
}
