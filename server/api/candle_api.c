#include "api/handlers.h"

#include "api/candle_page.h"
#include "api/category_query.h"
#include "api/indicator_query.h"
#include "api/query.h"
#include "api/reply.h"
#include "base/digits.h"
#include "base/limits.h"
#include "base/number.h"
#include "market/series_expression.h"

#include <inttypes.h>

// A page ready to be written.
struct page {
    const struct series *series;
    struct candle_query query;
    struct candle_window window;
    struct indicator_set indicators; // columns of the whole series
};

// Index of the k-th row shown.
static size_t row_at(const struct page *page, size_t k)
{
    return page->query.is_descending ? page->window.end - 1 - k : page->window.begin + k;
}

static size_t row_count(const struct page *page)
{
    return page->window.end - page->window.begin;
}

static char *put(char *at, struct str text)
{
    memcpy(at, text.ptr, text.len);
    return at + text.len;
}

static char *put_number(char *at, struct str name, double value)
{
    at = put(at, name);
    return at + number_format(value, at);
}

// Room for one candle of the longest numbers with its names: the fast path reserves once a row.
enum { CANDLE_BYTES_MAX = 6 * NUMBER_TEXT_MAX + 64 };

static void put_candle(struct buf *buf, const struct candles *candles, size_t row, bool is_first)
{
    if (!buf_reserve(buf, CANDLE_BYTES_MAX)) return;
    char *at = buf->data + buf->len;
    at = put(at, is_first ? STR("{\"time\":") : STR(",{\"time\":"));
    at = digits_put_signed(at, candles->time[row]);
    at = put_number(at, STR(",\"open\":"), candles->open[row]);
    at = put_number(at, STR(",\"high\":"), candles->high[row]);
    at = put_number(at, STR(",\"low\":"), candles->low[row]);
    at = put_number(at, STR(",\"close\":"), candles->close[row]);
    at = put_number(at, STR(",\"volume\":"), candles->volume[row]);
    *at++ = '}';
    buf->len = (size_t)(at - buf->data);
}

static void put_objects(struct json_writer *w, const struct page *page)
{
    json_key(w, "candles");
    json_begin_array(w);
    for (size_t k = 0; k < row_count(page); k++)
        put_candle(w->buf, &page->series->candles, row_at(page, k), k == 0);
    json_end_array(w);
}

static void put_values(struct json_writer *w, const struct page *page, const double *column)
{
    if (!page->query.is_descending) {
        json_double_array(w, column + page->window.begin, row_count(page));
        return;
    }
    json_begin_array(w);
    for (size_t k = 0; k < row_count(page); k++)
        json_double(w, column[row_at(page, k)]);
    json_end_array(w);
}

static void put_column(struct json_writer *w, const char *name, const struct page *page, const double *column)
{
    json_key(w, name);
    put_values(w, page, column);
}

static void put_columns(struct json_writer *w, const struct page *page)
{
    const struct candles *candles = &page->series->candles;
    json_key(w, "columns");
    json_begin_object(w);
    json_key(w, "time");
    json_begin_array(w);
    for (size_t k = 0; k < row_count(page); k++)
        json_int(w, candles->time[row_at(page, k)]);
    json_end_array(w);
    put_column(w, "open", page, candles->open);
    put_column(w, "high", page, candles->high);
    put_column(w, "low", page, candles->low);
    put_column(w, "close", page, candles->close);
    put_column(w, "volume", page, candles->volume);
    json_end_object(w);
}

static void put_members(struct json_writer *w, const struct page *page)
{
    if (!page->series->member_counts) return;
    json_key(w, "members");
    json_begin_array(w);
    for (size_t k = 0; k < row_count(page); k++)
        json_int(w, page->series->member_counts[row_at(page, k)]);
    json_end_array(w);
}

static void put_indicator(struct json_writer *w, const struct page *page,
                          const struct indicator_request *request)
{
    const struct indicator *indicator = request->indicator;
    json_key_str(w, request->text);
    if (indicator->output_count == 1) {
        put_values(w, page, request->columns[0]);
        return;
    }
    json_begin_object(w);
    for (size_t i = 0; i < indicator->output_count; i++)
        put_column(w, indicator->outputs[i], page, request->columns[i]);
    json_end_object(w);
}

static void put_indicators(struct json_writer *w, const struct page *page)
{
    if (!page->query.indicators.len) return;
    json_key(w, "indicators");
    json_begin_object(w);
    for (size_t i = 0; i < page->indicators.count; i++)
        put_indicator(w, page, &page->indicators.items[i]);
    json_end_object(w);
}

static void reply_json_page(struct api_call *call, const struct page *page)
{
    const struct series *series = page->series;
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_put_c(&w, "symbol", page->series->name);
    json_put_c(&w, "interval", interval_name(series->interval));
    json_put_c(&w, "resampled_from", series->is_resampled ? interval_name(series->resampled_from) : NULL);
    if (page->query.format == CANDLE_COLUMNS)
        put_columns(&w, page);
    else
        put_objects(&w, page);
    put_members(&w, page);
    put_indicators(&w, page);
    reply_next_cursor(&w, page->window.next_cursor);
    json_end_object(&w);
}

// "sma:20" for the one line of an indicator, "bbands:20:2.upper" for one of several.
static void put_csv_header(struct buf *buf, const struct page *page)
{
    buf_append_str(buf, STR("time,open,high,low,close,volume"));
    if (page->series->member_counts) buf_append_str(buf, STR(",members"));
    for (size_t i = 0; i < page->indicators.count; i++) {
        const struct indicator_request *request = &page->indicators.items[i];
        for (size_t k = 0; k < request->indicator->output_count; k++) {
            buf_append_format(buf, ",%.*s", STR_ARG(request->text));
            if (request->indicator->output_count > 1)
                buf_append_format(buf, ".%s", request->indicator->outputs[k]);
        }
    }
    buf_append_char(buf, '\n');
}

static void put_csv_row(struct buf *buf, const struct page *page, size_t row)
{
    const struct candles *candles = &page->series->candles;
    buf_append_format(buf, "%lld", (long long)candles->time[row]);
    reply_csv_number(buf, candles->open[row]);
    reply_csv_number(buf, candles->high[row]);
    reply_csv_number(buf, candles->low[row]);
    reply_csv_number(buf, candles->close[row]);
    reply_csv_number(buf, candles->volume[row]);
    if (page->series->member_counts) buf_append_format(buf, ",%u", page->series->member_counts[row]);
    for (size_t i = 0; i < page->indicators.count; i++)
        for (size_t k = 0; k < page->indicators.items[i].indicator->output_count; k++)
            reply_csv_number(buf, page->indicators.items[i].columns[k][row]);
    buf_append_char(buf, '\n');
}

static void reply_csv_page(struct api_call *call, const struct page *page)
{
    struct buf *buf = &call->response->body;
    reply_csv(call, page->window.next_cursor);
    put_csv_header(buf, page);
    for (size_t k = 0; k < row_count(page); k++)
        put_csv_row(buf, page, row_at(page, k));
}

// What an expression is of. `blamed` is the parameter at fault when the text is none.
struct wanted {
    const struct category_set *categories;
    struct str symbol;
    const char *blamed;
};

static enum status make_series(struct api_call *call, const struct wanted *wanted,
                               const struct candle_query *query, struct market_versions *out_versions)
{
    static const char *const representations[] = {"objects", "columns", "csv"};
    ARENA_SCOPE(columns, LIMIT_INDICATOR_BYTES); // indicators are computed over the whole series
    SERIES_SCOPE series = NULL;
    struct page page = {.query = *query};
    TRY(indicator_query_parse(call, query->indicators, &page.indicators));
    const enum status status = market_series(category_query_view(call, wanted->categories), wanted->symbol,
                                             query->interval, &series, call->error);
    TRY(query_blame(call, status, wanted->blamed));
    TRY(indicator_query_run(&page.indicators, &series->candles, &columns, call->error));
    page.series = series;
    page.window = candle_window_find(query, &series->candles, call->arena);
    *out_versions = (struct market_versions){series->data_version, series->categories_version};
    reply_market_etag(call, *out_versions, representations[query->format]);
    if (query->format == CANDLE_CSV)
        reply_csv_page(call, &page);
    else
        reply_json_page(call, &page);
    return STATUS_OK;
}

// What is in effect now.
static enum status find_versions(struct api_call *call, const struct wanted *wanted,
                                 struct market_versions *out_versions)
{
    const struct market_view view = category_query_view(call, wanted->categories);
    CATEGORY_SET_SCOPE categories = market_view_categories(view);
    CATALOG_SCOPE catalog = NULL;
    TRY(market_catalog(view.market, &catalog, call->error));
    *out_versions = (struct market_versions){catalog->data_version, categories->version};
    return STATUS_OK;
}

// What was answered before is answered again while candles and categories are the same.
static enum status reply_series(struct api_call *call, const struct wanted *wanted,
                                const struct candle_query *query)
{
    struct market_versions now, made;
    TRY(find_versions(call, wanted, &now));
    const struct str state =
        str_format(call->arena, "%" PRIx64 " %" PRIx64 " %d", now.data, now.categories, (int)query->format);
    if (http_response_again(call->request, state, call->response)) return STATUS_OK;
    TRY(make_series(call, wanted, query, &made));
    if (made.data == now.data && (made.categories == 0 || made.categories == now.categories))
        http_response_keep(call->request, state, call->response);
    return STATUS_OK;
}

enum status candles_list(struct api_call *call)
{
    CATEGORY_SET_SCOPE set = NULL;
    struct str symbol;
    struct candle_query query;
    (void)query_required_text(call, "symbol", LIMIT_SERIES_EXPRESSION_BYTES, &symbol);
    TRY(candle_query_read(call, &query));
    TRY(category_query_open(call, &set));
    return reply_series(call, &(struct wanted){set, symbol, "?symbol"}, &query);
}

static enum status read_term(struct api_call *call, const char *name, struct str *out_text)
{
    TRY(query_required_text(call, name, LIMIT_SERIES_TERM_BYTES, out_text));
    return query_check_term(call, name, *out_text);
}

enum status ratios_list(struct api_call *call)
{
    CATEGORY_SET_SCOPE set = NULL;
    struct str base, quote;
    struct candle_query query;
    (void)read_term(call, "base", &base);
    (void)read_term(call, "quote", &quote);
    TRY(candle_query_read(call, &query));
    TRY(category_query_open(call, &set));
    const struct str ratio = str_format(call->arena, "%.*s/%.*s", STR_ARG(base), STR_ARG(quote));
    return reply_series(call, &(struct wanted){set, ratio, "?base"}, &query);
}

// "CAT:name@quote" of a category that there is: names are looked up before they become part of an expression.
static enum status index_name(struct api_call *call, const struct category_set *set, struct str category,
                              struct str quote, struct str *out_name)
{
    if (!category_set_find(set, category)) return category_set_unknown(set, category, call->error);
    *out_name =
        str_format(call->arena, SERIES_CATEGORY_PREFIX "%.*s@%.*s", STR_ARG(category), STR_ARG(quote));
    return out_name->ptr ? STATUS_OK : error_no_memory(call->error);
}

enum status categories_index(struct api_call *call)
{
    CATEGORY_SET_SCOPE set = NULL;
    struct str quote = STR(SERIES_DEFAULT_QUOTE), symbol = {0};
    struct candle_query query;
    (void)query_text(call, "quote", LIMIT_ASSET_BYTES, &quote);
    TRY(candle_query_read(call, &query));
    TRY(category_query_open(call, &set));
    TRY(index_name(call, set, call->params[0], quote, &symbol));
    return reply_series(call, &(struct wanted){set, symbol, "?quote"}, &query);
}

enum status categories_ratios(struct api_call *call)
{
    CATEGORY_SET_SCOPE set = NULL;
    struct str base, quote, asset = STR(SERIES_DEFAULT_QUOTE), above = {0}, below = {0};
    struct candle_query query;
    (void)query_required_text(call, "base", LIMIT_CATEGORY_BYTES, &base);
    (void)query_required_text(call, "quote", LIMIT_CATEGORY_BYTES, &quote);
    (void)query_text(call, "quote_asset", LIMIT_ASSET_BYTES, &asset);
    TRY(candle_query_read(call, &query));
    TRY(category_query_open(call, &set));
    TRY(index_name(call, set, base, asset, &above));
    TRY(index_name(call, set, quote, asset, &below));
    const struct str symbol = str_format(call->arena, "%.*s/%.*s", STR_ARG(above), STR_ARG(below));
    return reply_series(call, &(struct wanted){set, symbol, "?quote_asset"}, &query);
}
