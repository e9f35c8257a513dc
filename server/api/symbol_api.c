#include "api/handlers.h"

#include "api/category_query.h"
#include "api/cursor.h"
#include "api/query.h"
#include "api/reply.h"
#include "base/limits.h"

struct symbol_filter {
    struct str quote;
    const struct category *category; // NULL: any or none
    struct str text;
    bool has_interval;
    enum interval interval;
    struct str after; // symbols behind this one
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
    json_key(w, "categories");
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
static enum status read_filter(struct api_call *call, struct symbol_filter *out_filter,
                               struct str *out_category, size_t *out_limit)
{
    struct str key;
    bool has_cursor;
    out_filter->has_interval = http_request_query_count(call->request, STR("interval")) > 0;
    (void)query_text(call, "quote", LIMIT_ASSET_BYTES, &out_filter->quote);
    (void)query_text(call, "category", LIMIT_CATEGORY_BYTES, out_category);
    (void)query_interval(call, "interval", &out_filter->interval);
    (void)query_text(call, "q", 64, &out_filter->text);
    (void)query_count(call, "limit", LIMIT_PAGE, out_limit);
    (void)cursor_read(call, 's', &has_cursor, &key, &out_filter->after);
    return query_finish(call);
}

// Writes the page; answers the last symbol shown when there are more behind it.
static const struct symbol_info *put_page(struct json_writer *w, const struct catalog *catalog,
                                          const struct category_set *set, const struct symbol_filter *filter,
                                          size_t limit)
{
    const struct symbol_info *last = NULL;
    size_t shown = 0;
    for (size_t i = 0; i < catalog->symbol_count; i++) {
        if (!is_wanted(&catalog->symbols[i], filter)) continue;
        if (shown++ == limit) return last;
        last = &catalog->symbols[i];
        put_symbol(w, last, category_set_entry(set, last->symbol));
    }
    return NULL;
}

enum status symbols_list(struct api_call *call)
{
    struct symbol_filter filter = {0};
    size_t limit = LIMIT_PAGE;
    CATALOG_SCOPE catalog = NULL;
    CATEGORY_SET_SCOPE set = NULL;
    struct str category = {0};
    TRY(read_filter(call, &filter, &category, &limit));
    TRY(category_query_open(call, &set));
    if (category.ptr) filter.category = category_set_find(set, category);
    if (category.ptr && !filter.category) return category_set_unknown(set, category, call->error);
    TRY(market_catalog(call->api->app->market, &catalog, call->error));
    reply_market_etag(call, (struct market_versions){catalog->data_version, set->version}, "json");
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "symbols");
    json_begin_array(&w);
    const struct symbol_info *last = put_page(&w, catalog, set, &filter, limit);
    json_end_array(&w);
    reply_next_cursor(&w, last ? cursor_write(call->arena, 's', STR(""), last->symbol) : (struct str){0});
    json_end_object(&w);
    return STATUS_OK;
}

static bool is_stored(const struct catalog *catalog, enum interval interval)
{
    for (size_t i = 0; catalog && i < catalog->symbol_count; i++)
        if (has_interval(&catalog->symbols[i], interval)) return true;
    return false;
}

enum status intervals_list(struct api_call *call)
{
    CATALOG_SCOPE catalog = NULL;
    TRY(market_catalog(call->api->app->market, &catalog, call->error));
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
    return STATUS_OK;
}
