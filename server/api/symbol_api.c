#include "api/handlers.h"

#include "api/category_query.h"
#include "api/cursor.h"
#include "api/query.h"
#include "api/reply.h"
#include "base/limits.h"
#include "json/writer.h"

struct symbol_filter {
    struct str quote;
    const struct category *category; // NULL: any or none
    struct str text;
    bool has_interval;
    enum interval interval;
    struct str after; // symbols behind this one
    size_t limit;
};

static bool has_interval(const struct symbol_info *info, enum interval interval)
{
    for (size_t i = 0; i < info->interval_count; i++)
        if (info->intervals[i].interval == interval) return true;
    return false;
}

static bool contains_ignore_case(struct str text, struct str part)
{
    for (size_t i = 0; i + part.len <= text.len; i++)
        if (str_eq_ignore_case(str_slice(text, i, part.len), part)) return true;
    return part.len == 0;
}

static bool is_wanted(const struct symbol_info *info, const struct symbol_filter *filter)
{
    return str_compare(info->symbol, filter->after) > 0 &&
           (!filter->quote.ptr || str_eq_ignore_case(info->quote_asset, filter->quote)) &&
           (!filter->category || category_has(filter->category, info->symbol)) &&
           (!filter->has_interval || has_interval(info, filter->interval)) &&
           (!filter->text.ptr || contains_ignore_case(info->symbol, filter->text));
}

static void put_interval(struct json_writer *w, const struct stored_interval *stored)
{
    json_begin_object(w);
    json_put_c(w, "interval", interval_name(stored->interval));
    json_put_int(w, "first", stored->first);
    json_put_int(w, "last", stored->last);
    json_put_int(w, "count", stored->count);
    json_put_int(w, "gaps", stored->gaps);
    json_end_object(w);
}

// `entry` is NULL where no category knows the symbol.
static void put_categories(struct json_writer *w, const struct category_entry *entry)
{
    json_begin_array(w);
    for (size_t i = 0; entry && i < entry->category_count; i++)
        json_str(w, entry->categories[i]);
    json_end_array(w);
}

static void put_symbol(struct json_writer *w, const struct symbol_info *info,
                       const struct category_entry *entry)
{
    json_begin_object(w);
    json_put_str(w, "symbol", info->symbol);
    json_put_str(w, "base_asset", info->base_asset);
    json_key(w, "quote_asset");
    json_str(w, info->quote_asset); // empty where no known quote asset ends the name
    json_key(w, "categories");
    put_categories(w, entry);
    json_key(w, "intervals");
    json_begin_array(w);
    for (size_t i = 0; i < info->interval_count; i++)
        put_interval(w, &info->intervals[i]);
    json_end_array(w);
    json_put_double(w, "last_close", info->last_close);
    json_put_double(w, "change_24h", info->change_24h);
    json_put_double(w, "change_7d", info->change_7d);
    json_put_double(w, "change_30d", info->change_30d);
    json_end_object(w);
}

// *out_category: its name, where one is asked for.
static enum status read_filter(struct api_call *call, bool is_csv, struct symbol_filter *out_filter,
                               struct str *out_category)
{
    struct str key;
    bool has_cursor;
    out_filter->limit = LIMIT_PAGE;
    out_filter->has_interval = http_request_query_count(call->request, STR("interval")) > 0;
    (void)query_text(call, "quote", LIMIT_ASSET_BYTES, &out_filter->quote);
    (void)query_text(call, "category", LIMIT_CATEGORY_BYTES, out_category);
    (void)query_interval(call, "interval", &out_filter->interval);
    (void)query_text(call, "q", 64, &out_filter->text);
    (void)query_limit(call, is_csv, LIMIT_PAGE, &out_filter->limit);
    (void)cursor_read(call, 's', &has_cursor, &key, &out_filter->after);
    return query_finish(call);
}

// The symbols of a page.
struct symbol_page {
    const struct category_set *set;
    const struct symbol_info **symbols;
    size_t count;
    struct str next_cursor; // ptr NULL: none are behind them
};

static enum status find_page(struct api_call *call, const struct catalog *catalog,
                             const struct symbol_filter *filter, struct symbol_page *page)
{
    page->symbols = ARENA_ARRAY(call->arena, const struct symbol_info *, filter->limit);
    if (!page->symbols) return error_no_memory(call->error);
    for (size_t i = 0; i < catalog->symbol_count; i++) {
        if (!is_wanted(&catalog->symbols[i], filter)) continue;
        if (page->count == filter->limit) {
            page->next_cursor =
                cursor_write(call->arena, 's', STR(""), page->symbols[page->count - 1]->symbol);
            return STATUS_OK;
        }
        page->symbols[page->count++] = &catalog->symbols[i];
    }
    return STATUS_OK;
}

static void reply_symbols(struct api_call *call, const struct symbol_page *page)
{
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "symbols");
    json_begin_array(&w);
    for (size_t i = 0; i < page->count; i++)
        put_symbol(&w, page->symbols[i], category_set_entry(page->set, page->symbols[i]->symbol));
    json_end_array(&w);
    reply_next_cursor(&w, page->next_cursor);
    json_end_object(&w);
}

// What stands in each line of a symbol before its interval; the categories as a JSON array.
static void put_line_head(struct buf *buf, const struct symbol_info *info, const struct category_entry *entry)
{
    BUF_SCOPE(categories, LIMIT_JSON_BODY_BYTES);
    struct json_writer w = json_writer_on(&categories);
    put_categories(&w, entry);
    reply_csv_text(buf, info->symbol);
    buf_append_char(buf, ',');
    reply_csv_text(buf, info->base_asset);
    buf_append_char(buf, ',');
    reply_csv_text(buf, info->quote_asset);
    buf_append_char(buf, ',');
    reply_csv_text(buf, buf_str(&categories));
    buf->failed = buf->failed || categories.failed;
}

static void put_line(struct buf *buf, const struct symbol_info *info, const struct stored_interval *stored)
{
    buf_append_format(buf, ",%s,%lld,%lld,%lld,%lld", interval_name(stored->interval),
                      (long long)stored->first, (long long)stored->last, (long long)stored->count,
                      (long long)stored->gaps);
    reply_csv_number(buf, info->last_close);
    reply_csv_number(buf, info->change_24h);
    reply_csv_number(buf, info->change_7d);
    reply_csv_number(buf, info->change_30d);
    buf_append_char(buf, '\n');
}

// A line for each stored interval of each symbol.
static void reply_symbols_csv(struct api_call *call, const struct symbol_page *page)
{
    struct buf *buf = &call->response->body;
    BUF_SCOPE(head, LIMIT_JSON_BODY_BYTES);
    reply_csv(call, page->next_cursor);
    buf_append_str(buf, STR("symbol,base_asset,quote_asset,categories,interval,first,last,count,gaps,"
                            "last_close,change_24h,change_7d,change_30d\n"));
    for (size_t i = 0; i < page->count; i++) {
        const struct symbol_info *info = page->symbols[i];
        buf_clear(&head);
        put_line_head(&head, info, category_set_entry(page->set, info->symbol));
        buf->failed = buf->failed || head.failed;
        for (size_t k = 0; k < info->interval_count; k++) {
            buf_append_str(buf, buf_str(&head));
            put_line(buf, info, &info->intervals[k]);
        }
    }
}

enum status symbols_list(struct api_call *call)
{
    const bool is_csv = query_wants_csv(call);
    struct symbol_filter filter = {0};
    CATALOG_SCOPE catalog = NULL;
    CATEGORY_SET_SCOPE set = NULL;
    struct str category = {0};
    TRY(read_filter(call, is_csv, &filter, &category));
    TRY(category_query_open(call, &set));
    if (category.ptr) filter.category = category_set_find(set, category);
    if (category.ptr && !filter.category) return category_set_unknown(set, category, call->error);
    TRY(market_catalog(call->api->app->market, &catalog, call->error));
    struct symbol_page page = {.set = set};
    TRY(find_page(call, catalog, &filter, &page));
    reply_market_etag(call, (struct market_versions){catalog->data_version, set->version},
                      is_csv ? "csv" : "json");
    (is_csv ? reply_symbols_csv : reply_symbols)(call, &page);
    return STATUS_OK;
}

static bool is_stored(const struct catalog *catalog, enum interval interval)
{
    for (size_t i = 0; catalog && i < catalog->symbol_count; i++)
        if (has_interval(&catalog->symbols[i], interval)) return true;
    return false;
}

static void reply_intervals(struct api_call *call, const struct catalog *catalog)
{
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "intervals");
    json_begin_array(&w);
    for (int i = 0; i < INTERVAL_COUNT; i++) {
        const enum interval interval = (enum interval)i;
        json_begin_object(&w);
        json_put_c(&w, "interval", interval_name(interval));
        json_key(&w, "seconds");
        if (interval_seconds(interval))
            json_int(&w, interval_seconds(interval));
        else
            json_null(&w);
        json_put_bool(&w, "stored", is_stored(catalog, interval));
        json_end_object(&w);
    }
    json_end_array(&w);
    reply_next_cursor(&w, (struct str){0});
    json_end_object(&w);
}

static void reply_intervals_csv(struct api_call *call, const struct catalog *catalog)
{
    struct buf *buf = &call->response->body;
    reply_csv(call, (struct str){0});
    buf_append_str(buf, STR("interval,seconds,stored\n"));
    for (int i = 0; i < INTERVAL_COUNT; i++) {
        const enum interval interval = (enum interval)i;
        buf_append_format(buf, "%s,", interval_name(interval));
        if (interval_seconds(interval)) buf_append_format(buf, "%lld", (long long)interval_seconds(interval));
        buf_append_str(buf, is_stored(catalog, interval) ? STR(",true\n") : STR(",false\n"));
    }
}

enum status intervals_list(struct api_call *call)
{
    const bool is_csv = query_wants_csv(call);
    CATALOG_SCOPE catalog = NULL;
    TRY(query_finish(call));
    TRY(market_catalog(call->api->app->market, &catalog, call->error));
    (is_csv ? reply_intervals_csv : reply_intervals)(call, catalog);
    return STATUS_OK;
}
