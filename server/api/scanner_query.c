#include "api/scanner_query.h"

#include "api/cursor.h"
#include "api/query.h"
#include "api/reply.h"
#include "base/limits.h"
#include "base/number.h"

enum { DEFAULT_ROWS = 50, QUOTE_BYTES_MAX = 20, US_PER_S = 1000000 };

void scanner_query_read_scope(struct api_call *call, struct scan_scope *scope)
{
    *scope = (struct scan_scope){
        .interval = INTERVAL_1D, .quote = STR("USDT"), .now_s = call->request->now_us / US_PER_S};
    (void)query_interval(call, "interval", &scope->interval);
    (void)query_text(call, "category", LIMIT_CATEGORY_BYTES, &scope->category);
    (void)query_text(call, "quote", QUOTE_BYTES_MAX, &scope->quote);
    scope->quote = str_upper(call->arena, scope->quote);
    (void)query_time(call, "as_of", &scope->has_as_of, &scope->as_of);
}

void scanner_query_read_rules(struct api_call *call, struct scan_rules *rules)
{
    *rules = scan_rules_default();
    (void)query_count(call, "short_window", LIMIT_SCAN_WINDOW, &rules->short_window);
    (void)query_count(call, "medium_window", LIMIT_SCAN_WINDOW, &rules->medium_window);
    (void)query_count(call, "long_window", LIMIT_SCAN_WINDOW, &rules->long_window);
    (void)query_count(call, "slope_window", LIMIT_SCAN_WINDOW, &rules->slope_window);
    (void)query_count(call, "recent_return_window", LIMIT_SCAN_WINDOW, &rules->recent_return_window);
    (void)query_count(call, "long_return_window", LIMIT_SCAN_WINDOW, &rules->long_return_window);
    (void)query_number(call, "max_extension", 0, &rules->max_extension);
    (void)scan_rules_check(rules, call->error);
}

static void read_sort(struct api_call *call, struct scan_request *request)
{
    const char *names[2 * SCAN_SORTS + 1] = {0};
    int choice = SCAN_SORTS + SCAN_BY_SCORE;
    for (int i = 0; i < SCAN_SORTS; i++) {
        names[i] = scan_sort_name((enum scan_sort)i);
        names[SCAN_SORTS + i] = str_format(call->arena, "-%s", names[i]).ptr;
    }
    (void)query_choice(call, "sort", names, &choice);
    request->sort = (enum scan_sort)(choice % SCAN_SORTS);
    request->is_ascending = choice < SCAN_SORTS;
    if (request->sort == SCAN_BY_SYMBOL) request->is_ascending = true;
}

static void read_cursor(struct api_call *call, struct scan_request *request)
{
    struct str key, name;
    if (cursor_read(call, 'u', &request->has_after, &key, &name) != STATUS_OK || !request->has_after) return;
    if (!number_parse(key, &request->after.key)) {
        (void)error_add_field(call->error, "?cursor",
                              "is not a next_cursor of this list; start again without it");
        return;
    }
    (void)str_split(&name, '/', &request->after.base);
    request->after.quote = name.ptr ? name : STR("");
}

static void read_shared(struct api_call *call, struct scanner_query *query)
{
    struct scan_request *request = &query->request;
    bool passing_only = true;
    *query = (struct scanner_query){.wants_csv = query_wants_csv(call)};
    request->limit = query->wants_csv ? LIMIT_SCAN_ROWS : DEFAULT_ROWS; // a file is kept, a page looked at
    scanner_query_read_scope(call, &request->scope);
    scanner_query_read_rules(call, &request->rules);
    (void)query_number(call, "min_quote_volume", 0, &request->min_quote_volume);
    (void)query_bool(call, "passing_only", &passing_only);
    (void)query_count(call, "limit", LIMIT_PAGE, &request->limit);
    read_sort(call, request);
    read_cursor(call, request);
    (void)query_count_or_zero(call, "sparkline", LIMIT_SCAN_SPARKLINE, &request->sparkline);
    request->takes_all = !passing_only;
    if (query->wants_csv) request->sparkline = 0; // which has no column
}

enum status scanner_query_read(struct api_call *call, struct scanner_query *out_query)
{
    struct scanner_query query;
    read_shared(call, &query);
    TRY(query_finish(call));
    *out_query = query;
    return STATUS_OK;
}

static void upper(char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] >= 'a' && text[i] <= 'z') text[i] = (char)(text[i] - ('a' - 'A'));
}

// "btcusdt,ETHUSDT": symbols are found whatever the case, and each is taken once.
static enum status read_names(struct api_call *call, const char *name, struct symbol_list *out_list)
{
    struct str rest = {0}, part;
    const char *pointer = str_format(call->arena, "?%s", name).ptr;
    TRY(query_text(call, name, LIMIT_SCAN_NAMES_BYTES, &rest));
    struct str *items = ARENA_ARRAY(call->arena, struct str, LIMIT_SCAN_NAMES);
    if (!items || !pointer) return error_no_memory(call->error);
    size_t count = 0;
    while (str_split(&rest, ',', &part)) {
        char *copy = str_copy_c(call->arena, str_trim(part));
        if (!copy) return error_no_memory(call->error);
        if (!copy[0] || strchr(copy, '/'))
            return error_add_field(call->error, pointer, "\"%.64s\" is no symbol; names stand between commas",
                                   copy);
        TRY(query_check_term(call, name, str_from_c(copy)));
        if (count == LIMIT_SCAN_NAMES)
            return error_add_field(call->error, pointer, "are more than %d names", LIMIT_SCAN_NAMES);
        upper(copy, strlen(copy));
        items[count++] = str_from_c(copy);
    }
    *out_list = (struct symbol_list){.items = items, .count = count};
    return STATUS_OK;
}

static void read_quote_symbol(struct api_call *call, struct scan_request *request)
{
    struct symbol_list list = {0};
    if (read_names(call, "quote_symbol", &list) != STATUS_OK || list.count == 0) return;
    if (list.count > 1)
        (void)error_add_field(call->error, "?quote_symbol", "is one symbol; several go into quotes");
    else if (request->quotes.count > 0)
        (void)error_add_field(call->error, "?quote_symbol", "goes without quotes, which already name %zu",
                              request->quotes.count);
    request->quotes = list;
}

enum status scanner_query_read_ratios(struct api_call *call, struct scanner_query *out_query)
{
    struct scanner_query query;
    read_shared(call, &query);
    (void)read_names(call, "bases", &query.request.bases);
    (void)read_names(call, "quotes", &query.request.quotes);
    read_quote_symbol(call, &query.request);
    TRY(query_finish(call));
    *out_query = query;
    return STATUS_OK;
}

struct str scanner_query_cursor(struct api_call *call, const struct scan_outcome *outcome)
{
    char key[NUMBER_TEXT_MAX];
    if (!outcome->has_more) return (struct str){0};
    const struct scan_place *last = &outcome->last;
    const size_t len = number_format(last->key, key);
    const struct str name = str_format(call->arena, "%.*s%s%.*s", STR_ARG(last->base),
                                       last->quote.len ? "/" : "", STR_ARG(last->quote));
    return cursor_write(call->arena, 'u', (struct str){.ptr = key, .len = len}, name);
}

void scanner_put_rules(struct json_writer *w, const struct scan_rules *rules)
{
    json_put_int(w, "short_window", (int64_t)rules->short_window);
    json_put_int(w, "medium_window", (int64_t)rules->medium_window);
    json_put_int(w, "long_window", (int64_t)rules->long_window);
    json_put_int(w, "slope_window", (int64_t)rules->slope_window);
    json_put_int(w, "recent_return_window", (int64_t)rules->recent_return_window);
    json_put_int(w, "long_return_window", (int64_t)rules->long_return_window);
    json_put_double(w, "max_extension", rules->max_extension);
    json_put_int(w, "min_candles", (int64_t)scan_min_candles(rules));
}

void scanner_put_etag(struct api_call *call, struct market_versions versions, int64_t as_of, bool is_csv)
{
    const struct str kind = str_format(call->arena, "%s-%lld", is_csv ? "csv" : "json", (long long)as_of);
    reply_market_etag(call, versions, kind.ptr ? kind.ptr : "");
}
