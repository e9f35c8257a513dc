#include "api/handlers.h"

#include "api/cursor.h"
#include "api/query.h"
#include "api/reply.h"
#include "base/datetime.h"
#include "base/limits.h"
#include "market/market.h"

enum { DEFAULT_PROVENANCE_PAGE = 100, US_PER_S = 1000000 };

enum provenance_part { SHOW_SOURCES, SHOW_REVISIONS };
static const char *const parts[] = {"sources", "revisions", NULL};

// What is asked for; a page of one more than is shown tells whether there are more.
struct wanted {
    struct provenance_query query;
    size_t limit;
    int part;
    bool is_csv;
};

static enum status read_cursor(struct api_call *call, struct wanted *wanted)
{
    int64_t key = 0, revision = 0;
    bool is_given = false;
    struct str id = {0};
    TRY(cursor_read_int(call, wanted->part == SHOW_SOURCES ? 'o' : 'v', &is_given, &key, &id));
    wanted->query.after_time_us = INT64_MIN;
    if (!is_given) return STATUS_OK;
    if (!str_to_int64(id, &revision))
        return error_add_field(call->error, "?cursor", "is none that this list gave");
    wanted->query.after_time_us = key;
    wanted->query.after_revision = revision;
    return STATUS_OK;
}

static enum status read_query(struct api_call *call, struct wanted *wanted, struct str *out_symbol)
{
    bool has_from = false, has_to = false;
    int64_t from = 0, to = 0;
    wanted->limit = DEFAULT_PROVENANCE_PAGE;
    wanted->is_csv = query_wants_csv(call);
    wanted->query.interval = INTERVAL_1D;
    wanted->query.since_us = INT64_MIN;
    (void)query_required_text(call, "symbol", LIMIT_SERIES_EXPRESSION_BYTES, out_symbol);
    (void)query_interval(call, "interval", &wanted->query.interval);
    (void)query_time(call, "from", &has_from, &from);
    (void)query_time(call, "to", &has_to, &to);
    (void)query_limit(call, wanted->is_csv, LIMIT_PAGE, &wanted->limit);
    (void)query_choice(call, "part", parts, &wanted->part);
    (void)read_cursor(call, wanted);
    wanted->query.from_us = has_from ? from * US_PER_S : INT64_MIN;
    wanted->query.to_us = has_to ? to * US_PER_S : INT64_MAX;
    wanted->query.limit = wanted->limit + 1;
    return query_finish(call);
}

static enum status find_series(struct api_call *call, const struct catalog *catalog, struct str symbol,
                               struct wanted *wanted)
{
    const struct symbol_info *info;
    TRY(query_blame(call, market_find_stored(catalog, symbol, &info, call->error), "?symbol"));
    wanted->query.symbol = info->symbol;
    if (symbol_info_interval(info, wanted->query.interval)) return STATUS_OK;
    return error_set(call->error, STATUS_NOT_FOUND, "no_candles", "%.*s has no candles of %s stored",
                     STR_ARG(info->symbol), interval_name(wanted->query.interval));
}

// ---- JSON

static void put_file(struct json_writer *w, struct str file_name, struct str sha256)
{
    json_put_str(w, "file_name", file_name.len ? file_name : (struct str){0});
    json_put_str(w, "sha256", sha256.len ? sha256 : (struct str){0});
}

static void put_source(struct json_writer *w, const struct candle_origin *origin)
{
    json_begin_object(w);
    json_put_int(w, "revision", origin->revision);
    put_file(w, origin->file_name, origin->sha256);
    json_put_int(w, "rows", origin->rows);
    json_put_time_us(w, "imported_at", origin->imported_at_us);
    json_put_int(w, "first", origin->first_us / US_PER_S);
    json_put_int(w, "last", origin->last_us / US_PER_S);
    json_put_int(w, "added", origin->added);
    json_put_int(w, "revised", origin->revised);
    json_end_object(w);
}

static void put_values(struct json_writer *w, const char *name, const struct candle_values *values)
{
    json_key(w, name);
    json_begin_object(w);
    json_put_double(w, "open", values->open);
    json_put_double(w, "high", values->high);
    json_put_double(w, "low", values->low);
    json_put_double(w, "close", values->close);
    json_put_double(w, "volume", values->volume);
    json_end_object(w);
}

static void put_revision(struct json_writer *w, const struct candle_revision *revision)
{
    json_begin_object(w);
    json_put_int(w, "time", revision->time_us / US_PER_S);
    json_put_int(w, "revision", revision->revision);
    put_file(w, revision->file_name, revision->sha256);
    json_put_time_us(w, "replaced_at", revision->replaced_at_us);
    put_values(w, "before", &revision->before);
    put_values(w, "now", &revision->now);
    json_end_object(w);
}

static void reply_list(struct api_call *call, const struct wanted *wanted, const struct provenance_page *page,
                       struct str cursor)
{
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_put_str(&w, "symbol", wanted->query.symbol);
    json_put_c(&w, "interval", interval_name(wanted->query.interval));
    json_key(&w, parts[wanted->part]);
    json_begin_array(&w);
    for (size_t i = 0; i < page->count; i++)
        if (wanted->part == SHOW_SOURCES)
            put_source(&w, &page->origins[i]);
        else
            put_revision(&w, &page->revisions[i]);
    json_end_array(&w);
    reply_next_cursor(&w, cursor);
    json_end_object(&w);
}

// ---- CSV

static void put_csv_time(struct buf *buf, int64_t time_us)
{
    char text[DATETIME_TEXT_MAX];
    buf_append_char(buf, ',');
    if (time_us) buf_append_str(buf, datetime_format_us(time_us, text));
}

static void put_csv_source(struct buf *buf, const struct candle_origin *origin)
{
    buf_append_format(buf, "%lld,", (long long)origin->revision);
    reply_csv_text(buf, origin->file_name);
    buf_append_format(buf, ",%.*s,%lld", STR_ARG(origin->sha256), (long long)origin->rows);
    put_csv_time(buf, origin->imported_at_us);
    buf_append_format(buf, ",%lld,%lld,%lld,%lld\n", (long long)(origin->first_us / US_PER_S),
                      (long long)(origin->last_us / US_PER_S), (long long)origin->added,
                      (long long)origin->revised);
}

static void put_csv_values(struct buf *buf, const struct candle_values *values)
{
    reply_csv_number(buf, values->open);
    reply_csv_number(buf, values->high);
    reply_csv_number(buf, values->low);
    reply_csv_number(buf, values->close);
    reply_csv_number(buf, values->volume);
}

static void put_csv_revision(struct buf *buf, const struct candle_revision *revision)
{
    buf_append_format(buf, "%lld,%lld,", (long long)(revision->time_us / US_PER_S),
                      (long long)revision->revision);
    reply_csv_text(buf, revision->file_name);
    buf_append_format(buf, ",%.*s", STR_ARG(revision->sha256));
    put_csv_time(buf, revision->replaced_at_us);
    put_csv_values(buf, &revision->before);
    put_csv_values(buf, &revision->now);
    buf_append_char(buf, '\n');
}

static void reply_csv_list(struct api_call *call, const struct wanted *wanted,
                           const struct provenance_page *page, struct str cursor)
{
    struct buf *buf = &call->response->body;
    reply_csv(call, cursor);
    buf_append_str(buf,
                   wanted->part == SHOW_SOURCES
                       ? STR("revision,file_name,sha256,rows,imported_at,first,last,added,revised\n")
                       : STR("time,revision,file_name,sha256,replaced_at,before_open,before_high,before_low,"
                             "before_close,before_volume,now_open,now_high,now_low,now_close,now_volume\n"));
    for (size_t i = 0; i < page->count; i++)
        if (wanted->part == SHOW_SOURCES)
            put_csv_source(buf, &page->origins[i]);
        else
            put_csv_revision(buf, &page->revisions[i]);
}

// Drops the row beyond the page; the cursor stands behind the last one that is left.
static struct str cut_page(struct api_call *call, const struct wanted *wanted, struct provenance_page *page)
{
    if (page->count <= wanted->limit) return (struct str){0};
    page->count = wanted->limit;
    const bool is_sources = wanted->part == SHOW_SOURCES;
    const int64_t time = is_sources ? 0 : page->revisions[page->count - 1].time_us;
    const int64_t revision =
        is_sources ? page->origins[page->count - 1].revision : page->revisions[page->count - 1].revision;
    return cursor_write_int(call->arena, is_sources ? 'o' : 'v', time,
                            str_format(call->arena, "%lld", (long long)revision));
}

enum status candles_provenance(struct api_call *call)
{
    struct wanted wanted = {0};
    struct str symbol;
    struct provenance_page page;
    CATALOG_SCOPE catalog = NULL;
    struct market *market = call->api->app->market;
    TRY(read_query(call, &wanted, &symbol));
    TRY(market_catalog(market, &catalog, call->error));
    TRY(find_series(call, catalog, symbol, &wanted));
    TRY((wanted.part == SHOW_SOURCES ? market_origins : market_revisions)(market, &wanted.query, call->arena,
                                                                          &page, call->error));
    const struct str cursor = cut_page(call, &wanted, &page);
    reply_market_etag(call, (struct market_versions){.data = page.data_version},
                      wanted.is_csv ? "csv" : "json");
    (wanted.is_csv ? reply_csv_list : reply_list)(call, &wanted, &page, cursor);
    return STATUS_OK;
}
