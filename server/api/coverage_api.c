#include "api/handlers.h"

#include "api/cursor.h"
#include "api/query.h"
#include "api/reply.h"
#include "base/datetime.h"
#include "base/limits.h"
#include "market/market.h"
#include "market/repair.h"

#include <stdlib.h>

enum { DEFAULT_COVERAGE_PAGE = 100 };

enum coverage_sort { BY_SYMBOL, BY_SCORE, BY_MISSING, BY_LAST, BY_REVISIONS };
static const char *const sorts[] = {"symbol", "score", "missing", "last", "revisions", NULL};

struct coverage_query {
    struct str symbol; // ptr NULL: all
    struct str quote;
    bool has_interval;
    enum interval interval;
    size_t limit;
    int64_t offset;
    int sort;
    bool is_csv;
};

// A series and what the list is put in order by.
struct listed {
    const struct coverage_series *series;
    double key; // ascending
    size_t index;
};

static double key_of(const struct coverage_series *series, int sort)
{
    switch ((enum coverage_sort)sort) {
    case BY_SYMBOL: return 0;
    case BY_SCORE: return series->quality.score;
    case BY_MISSING: return -(double)series->quality.missing;
    case BY_LAST: return (double)series->quality.last;
    case BY_REVISIONS: return -(double)series->revisions;
    }
    return 0;
}

static int by_key(const void *left, const void *right)
{
    const struct listed *a = left, *b = right;
    if (a->key != b->key) return a->key < b->key ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

static bool is_wanted(const struct coverage_series *series, const struct coverage_query *query,
                      const struct symbol_info *info)
{
    return (!info || str_eq(series->symbol, info->symbol)) &&
           (!query->quote.ptr || str_eq_ignore_case(series->quote_asset, query->quote)) &&
           (!query->has_interval || series->interval == query->interval);
}

static enum status read_query(struct api_call *call, struct coverage_query *query)
{
    bool has_cursor = false;
    struct str none;
    query->limit = DEFAULT_COVERAGE_PAGE;
    query->is_csv = query_wants_csv(call);
    query->has_interval = http_request_query_count(call->request, STR("interval")) > 0;
    (void)query_text(call, "symbol", LIMIT_SERIES_EXPRESSION_BYTES, &query->symbol);
    (void)query_text(call, "quote", LIMIT_ASSET_BYTES, &query->quote);
    (void)query_interval(call, "interval", &query->interval);
    (void)query_limit(call, query->is_csv, LIMIT_PAGE, &query->limit);
    (void)query_choice(call, "sort", sorts, &query->sort);
    (void)cursor_read_int(call, 'c', &has_cursor, &query->offset, &none);
    if (query->offset < 0) (void)error_add_field(call->error, "?cursor", "is none that this list gave");
    return query_finish(call);
}

static enum status list_series(struct api_call *call, const struct coverage *coverage,
                               const struct coverage_query *query, const struct symbol_info *info,
                               struct listed **out_listed, size_t *out_count)
{
    size_t count = 0;
    struct listed *listed = ARENA_ARRAY(call->arena, struct listed, coverage->count);
    if (!listed) return error_no_memory(call->error);
    for (size_t i = 0; i < coverage->count; i++) {
        const struct coverage_series *series = &coverage->series[i];
        if (!is_wanted(series, query, info)) continue;
        listed[count++] = (struct listed){series, key_of(series, query->sort), i};
    }
    if (count > 1) qsort(listed, count, sizeof *listed, by_key);
    *out_listed = listed;
    *out_count = count;
    return STATUS_OK;
}

// ---- JSON

static void put_gaps(struct json_writer *w, const struct coverage_series *series, struct arena *arena)
{
    json_key(w, "largest_gaps");
    json_begin_array(w);
    for (size_t i = 0; i < series->quality.largest_count; i++) {
        const struct quality_gap *gap = &series->quality.largest[i];
        json_begin_object(w);
        json_put_int(w, "start", gap->start);
        json_put_int(w, "end", gap->end);
        json_put_int(w, "bars", gap->bars);
        json_put_str(w, "repair", repair_command(series->symbol, series->interval, gap, arena));
        json_end_object(w);
    }
    json_end_array(w);
}

static void put_marks(struct json_writer *w, const struct quality *quality)
{
    json_key(w, "marks");
    json_begin_array(w);
    for (size_t i = 0; i < quality->mark_count; i++) {
        const struct quality_mark *mark = &quality->marks[i];
        json_begin_object(w);
        json_put_c(w, "kind", quality_mark_name(mark->kind));
        json_put_int(w, "time", mark->time);
        json_put_int(w, "bars", mark->bars);
        json_put_double(w, "factor", mark->factor);
        json_end_object(w);
    }
    json_end_array(w);
}

static void put_score(struct json_writer *w, const struct quality *quality)
{
    json_put_double(w, "score", quality->score);
    json_key(w, "score_parts");
    json_begin_object(w);
    for (unsigned i = 0; i < QUALITY_PARTS; i++)
        json_put_double(w, quality_part_name((enum quality_part)i), quality->parts[i]);
    json_end_object(w);
}

static void put_counts(struct json_writer *w, const struct quality *quality)
{
    for (size_t i = 0; i < QUALITY_COUNTS; i++)
        json_put_int(w, quality_count_name(i), quality_count(quality, i));
    json_put_bool(w, "last_unfinished", quality->is_last_unfinished);
}

static void put_series(struct json_writer *w, const struct coverage_series *series, struct arena *arena)
{
    json_begin_object(w);
    json_put_str(w, "symbol", series->symbol);
    json_key(w, "quote_asset");
    json_str(w, series->quote_asset);
    json_put_c(w, "interval", interval_name(series->interval));
    put_counts(w, &series->quality);
    json_put_time_us(w, "last_import", series->last_import_us);
    json_put_int(w, "files", series->files);
    json_put_int(w, "revisions", series->revisions);
    json_put_int(w, "without_source", series->without_source);
    put_score(w, &series->quality);
    put_gaps(w, series, arena);
    put_marks(w, &series->quality);
    json_end_object(w);
}

static void reply_list(struct api_call *call, const struct listed *listed, size_t count, struct str cursor)
{
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "coverage");
    json_begin_array(&w);
    for (size_t i = 0; i < count; i++)
        put_series(&w, listed[i].series, call->arena);
    json_end_array(&w);
    reply_next_cursor(&w, cursor);
    json_end_object(&w);
}

// ---- CSV

static void put_csv_row(struct buf *buf, const struct coverage_series *series)
{
    const struct quality *q = &series->quality;
    char time[DATETIME_TEXT_MAX];
    reply_csv_text(buf, series->symbol);
    buf_append_format(buf, ",%s", interval_name(series->interval));
    for (size_t i = 0; i < QUALITY_COUNTS; i++)
        buf_append_format(buf, ",%lld", (long long)quality_count(q, i));
    buf_append_char(buf, ',');
    if (series->last_import_us) buf_append_str(buf, datetime_format_us(series->last_import_us, time));
    buf_append_format(buf, ",%lld,%lld,%lld", (long long)series->files, (long long)series->revisions,
                      (long long)series->without_source);
    reply_csv_number(buf, q->score);
    for (unsigned i = 0; i < QUALITY_PARTS; i++)
        reply_csv_number(buf, q->parts[i]);
    buf_append_char(buf, '\n');
}

static void reply_csv_list(struct api_call *call, const struct listed *listed, size_t count,
                           struct str cursor)
{
    struct buf *buf = &call->response->body;
    reply_csv(call, cursor);
    buf_append_str(buf, STR("symbol,interval"));
    for (size_t i = 0; i < QUALITY_COUNTS; i++)
        buf_append_format(buf, ",%s", quality_count_name(i));
    buf_append_str(buf, STR(",last_import,files,revisions,without_source,score"));
    for (unsigned i = 0; i < QUALITY_PARTS; i++)
        buf_append_format(buf, ",score_%s", quality_part_name((enum quality_part)i));
    buf_append_char(buf, '\n');
    for (size_t i = 0; i < count; i++)
        put_csv_row(buf, listed[i].series);
}

static enum status reply_page(struct api_call *call, const struct coverage *coverage,
                              const struct coverage_query *query, const struct symbol_info *info)
{
    struct listed *listed;
    size_t count;
    TRY(list_series(call, coverage, query, info, &listed, &count));
    const size_t begin = (uint64_t)query->offset < count ? (size_t)query->offset : count;
    const size_t shown = count - begin < query->limit ? count - begin : query->limit;
    struct str cursor = {0};
    if (begin + shown < count) cursor = cursor_write_int(call->arena, 'c', (int64_t)(begin + shown), STR(""));
    reply_market_etag(call, (struct market_versions){.data = coverage->data_version},
                      query->is_csv ? "csv" : "json");
    (query->is_csv ? reply_csv_list : reply_list)(call, listed + begin, shown, cursor);
    return STATUS_OK;
}

enum status coverage_list(struct api_call *call)
{
    struct coverage_query query = {0};
    CATALOG_SCOPE catalog = NULL;
    COVERAGE_SCOPE coverage = NULL;
    const struct symbol_info *info = NULL;
    TRY(read_query(call, &query));
    TRY(market_catalog(call->api->app->market, &catalog, call->error));
    if (query.symbol.ptr)
        TRY(query_blame(call, market_find_stored(catalog, query.symbol, &info, call->error), "?symbol"));
    TRY(market_coverage(call->api->app->market, &coverage, call->error));
    return reply_page(call, coverage, &query, info);
}
