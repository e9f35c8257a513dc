#include "api/handlers.h"

#include "api/category_query.h"
#include "api/query.h"
#include "api/reply.h"
#include "base/limits.h"
#include "market/category_performance.h"
#include "market/series_expression.h"

// What the routes here are asked.
struct category_query {
    struct str quote;
    bool is_csv;
    int period; // enum category_period
};

// What they answer from, of one set of categories.
struct answer {
    struct category_query query;
    const struct category_set *set;
    struct category_performance *performances; // one for each category of the set
    struct market_versions versions;
};

static enum status read_query(struct api_call *call, bool has_period, struct category_query *out_query)
{
    struct category_query query = {
        .quote = STR(SERIES_DEFAULT_QUOTE), .is_csv = query_wants_csv(call), .period = PERIOD_1D};
    (void)query_text(call, "quote", LIMIT_ASSET_BYTES, &query.quote);
    if (has_period) (void)query_choice(call, "period", category_period_names, &query.period);
    TRY(query_finish(call));
    *out_query = query;
    return STATUS_OK;
}

static enum status find_performance(struct api_call *call, const struct answer *answer,
                                    const struct category *category, struct category_performance *out)
{
    return query_blame(call,
                       category_performance_find(category_query_view(call, answer->set), category,
                                                 answer->query.quote, call->arena, out, call->error),
                       "?quote");
}

// The answer is as old as its oldest part: an ETag must not promise more.
static void age(struct answer *answer, const struct category_performance *performance)
{
    if (performance->member_count > 0 && performance->data_version < answer->versions.data)
        answer->versions.data = performance->data_version;
}

static enum status begin(struct api_call *call, const struct category_set *set, struct answer *answer)
{
    CATALOG_SCOPE catalog = NULL;
    TRY(market_catalog(call->api->app->market, &catalog, call->error));
    answer->set = set;
    answer->versions = (struct market_versions){catalog->data_version, set->version};
    return STATUS_OK;
}

static enum status find_all(struct api_call *call, struct answer *answer)
{
    answer->performances = ARENA_ARRAY(call->arena, struct category_performance, answer->set->category_count);
    if (!answer->performances) return error_no_memory(call->error);
    for (size_t i = 0; i < answer->set->category_count; i++) {
        struct category_performance *performance = &answer->performances[i];
        TRY(find_performance(call, answer, &answer->set->categories[i], performance));
        age(answer, performance);
    }
    return STATUS_OK;
}

static void reply_version(struct api_call *call, const struct answer *answer, const char *what)
{
    const char *representation = str_copy_c(
        call->arena, str_format(call->arena, "%s-%s", what, answer->query.is_csv ? "csv" : "json"));
    if (representation) reply_market_etag(call, answer->versions, representation);
}

static void put_time(struct json_writer *w, const char *name, int64_t time)
{
    if (time)
        json_put_int(w, name, time);
    else
        json_put_null(w, name);
}

static void put_changes(struct json_writer *w, const double *change)
{
    static const char *const names[PERIOD_COUNT] = {"change_1d", "change_7d", "change_30d", "change_90d",
                                                    "change_ytd"};
    for (size_t period = 0; period < PERIOD_COUNT; period++)
        json_put_double(w, names[period], change[period]);
}

static void put_time_cell(struct buf *buf, int64_t time)
{
    buf_append_char(buf, ',');
    if (time) buf_append_format(buf, "%lld", (long long)time);
}

static void put_change_cells(struct buf *buf, const double *change)
{
    for (size_t period = 0; period < PERIOD_COUNT; period++)
        reply_csv_number(buf, change[period]);
}

// ---- GET /categories

static void put_summary(struct json_writer *w, const struct category *category,
                        const struct category_performance *performance)
{
    json_put_str(w, "name", category->name);
    json_put_int(w, "listed", (int64_t)category->symbol_count);
    json_put_int(w, "members", (int64_t)performance->member_count);
    put_time(w, "time", performance->time);
    put_changes(w, performance->change);
    json_put_double(w, "breadth", performance->breadth);
}

static void put_list(struct api_call *call, const struct answer *answer)
{
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_put_str(&w, "quote", answer->query.quote);
    json_key(&w, "categories");
    json_begin_array(&w);
    for (size_t i = 0; i < answer->set->category_count; i++) {
        json_begin_object(&w);
        put_summary(&w, &answer->set->categories[i], &answer->performances[i]);
        json_end_object(&w);
    }
    json_end_array(&w);
    reply_next_cursor(&w, (struct str){0});
    json_end_object(&w);
}

static void put_list_csv(struct api_call *call, const struct answer *answer)
{
    struct buf *buf = &call->response->body;
    reply_csv(call, (struct str){0});
    buf_append_str(
        buf, STR("name,listed,members,time,change_1d,change_7d,change_30d,change_90d,change_ytd,breadth\n"));
    for (size_t i = 0; i < answer->set->category_count; i++) {
        const struct category *category = &answer->set->categories[i];
        const struct category_performance *performance = &answer->performances[i];
        reply_csv_text(buf, category->name);
        buf_append_format(buf, ",%zu,%zu", category->symbol_count, performance->member_count);
        put_time_cell(buf, performance->time);
        put_change_cells(buf, performance->change);
        reply_csv_number(buf, performance->breadth);
        buf_append_char(buf, '\n');
    }
}

enum status categories_list(struct api_call *call)
{
    struct answer answer = {0};
    CATEGORY_SET_SCOPE set = NULL;
    TRY(read_query(call, false, &answer.query));
    TRY(category_query_open(call, &set));
    TRY(begin(call, set, &answer));
    TRY(find_all(call, &answer));
    reply_version(call, &answer, "categories");
    if (answer.query.is_csv)
        put_list_csv(call, &answer);
    else
        put_list(call, &answer);
    return STATUS_OK;
}

// ---- GET /categories/{name}

static void put_member(struct json_writer *w, const struct member_performance *member)
{
    json_begin_object(w);
    json_put_str(w, "symbol", member->symbol);
    put_time(w, "time", member->time);
    json_put_double(w, "last_close", member->last_close);
    json_put_double(w, "turnover", member->turnover);
    put_changes(w, member->change);
    json_put_double(w, "sma50_distance", member->distance);
    json_put_double(w, "weight", member->weight);
    json_put_double(w, "contribution", member->contribution);
    json_end_object(w);
}

static void put_category(struct api_call *call, const struct answer *answer, const struct category *category,
                         const struct category_performance *performance)
{
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_put_str(&w, "name", category->name);
    json_put_str(&w, "quote", answer->query.quote);
    json_put_int(&w, "listed", (int64_t)category->symbol_count);
    put_time(&w, "time", performance->time);
    put_changes(&w, performance->change);
    json_put_double(&w, "breadth", performance->breadth);
    json_key(&w, "members");
    json_begin_array(&w);
    for (size_t i = 0; i < performance->member_count; i++)
        put_member(&w, &performance->members[i]);
    json_end_array(&w);
    json_end_object(&w);
}

static void put_category_csv(struct api_call *call, const struct category_performance *performance)
{
    struct buf *buf = &call->response->body;
    reply_csv(call, (struct str){0});
    buf_append_str(buf, STR("symbol,time,last_close,turnover,change_1d,change_7d,change_30d,change_90d,"
                            "change_ytd,sma50_distance,weight,contribution\n"));
    for (size_t i = 0; i < performance->member_count; i++) {
        const struct member_performance *member = &performance->members[i];
        reply_csv_text(buf, member->symbol);
        put_time_cell(buf, member->time);
        reply_csv_number(buf, member->last_close);
        reply_csv_number(buf, member->turnover);
        put_change_cells(buf, member->change);
        reply_csv_number(buf, member->distance);
        reply_csv_number(buf, member->weight);
        reply_csv_number(buf, member->contribution);
        buf_append_char(buf, '\n');
    }
}

enum status categories_get(struct api_call *call)
{
    struct answer answer = {0};
    struct category_performance performance;
    CATEGORY_SET_SCOPE set = NULL;
    TRY(read_query(call, false, &answer.query));
    TRY(category_query_open(call, &set));
    const struct category *category = category_set_find(set, call->params[0]);
    if (!category) return category_set_unknown(set, call->params[0], call->error);
    TRY(begin(call, set, &answer));
    TRY(find_performance(call, &answer, category, &performance));
    age(&answer, &performance);
    reply_version(call, &answer, "category");
    if (answer.query.is_csv)
        put_category_csv(call, &performance);
    else
        put_category(call, &answer, category, &performance);
    return STATUS_OK;
}

// ---- GET /categories/heatmap

static void put_extreme(struct json_writer *w, const char *name, const struct category_spread *spread,
                        size_t rank, int period)
{
    json_key(w, name);
    if (spread->count == 0) {
        json_null(w);
        return;
    }
    json_begin_object(w);
    json_put_str(w, "symbol", spread->ranked[rank]->symbol);
    json_put_double(w, "return", spread->ranked[rank]->change[period]);
    json_end_object(w);
}

static void put_cells(struct json_writer *w, const struct category_spread *spread, int period)
{
    json_key(w, "symbols");
    json_begin_array(w);
    for (size_t i = 0; i < spread->count; i++) {
        json_begin_object(w);
        json_put_str(w, "symbol", spread->ranked[i]->symbol);
        json_put_double(w, "return", spread->ranked[i]->change[period]);
        json_put_double(w, "turnover", spread->ranked[i]->turnover);
        json_end_object(w);
    }
    json_end_array(w);
}

static void put_row(struct json_writer *w, const struct answer *answer, size_t i,
                    const struct category_spread *spread)
{
    const struct category_performance *performance = &answer->performances[i];
    const int period = answer->query.period;
    json_begin_object(w);
    json_put_str(w, "name", answer->set->categories[i].name);
    put_time(w, "time", performance->time);
    json_put_int(w, "members", (int64_t)performance->member_count);
    json_put_double(w, "return", performance->change[period]);
    json_put_double(w, "median", spread->median);
    put_extreme(w, "best", spread, 0, period);
    put_extreme(w, "worst", spread, spread->count ? spread->count - 1 : 0, period);
    json_put_double(w, "breadth", performance->breadth);
    put_cells(w, spread, period);
    json_end_object(w);
}

static enum status put_heatmap(struct api_call *call, const struct answer *answer)
{
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_put_c(&w, "period", category_period_names[answer->query.period]);
    json_put_str(&w, "quote", answer->query.quote);
    json_key(&w, "rows");
    json_begin_array(&w);
    for (size_t i = 0; i < answer->set->category_count; i++) {
        struct category_spread spread;
        TRY(category_spread_find(&answer->performances[i], (enum category_period)answer->query.period,
                                 call->arena, &spread, call->error));
        put_row(&w, answer, i, &spread);
    }
    json_end_array(&w);
    json_end_object(&w);
    return STATUS_OK;
}

// One line for each symbol of each category, the category's own numbers beside it.
static enum status put_heatmap_csv(struct api_call *call, const struct answer *answer)
{
    struct buf *buf = &call->response->body;
    reply_csv(call, (struct str){0});
    buf_append_str(buf, STR("category,category_return,median,breadth,symbol,return,turnover\n"));
    const int period = answer->query.period;
    for (size_t i = 0; i < answer->set->category_count; i++) {
        struct category_spread spread;
        const struct category_performance *performance = &answer->performances[i];
        TRY(category_spread_find(performance, (enum category_period)period, call->arena, &spread,
                                 call->error));
        for (size_t k = 0; k < spread.count; k++) {
            reply_csv_text(buf, answer->set->categories[i].name);
            reply_csv_number(buf, performance->change[period]);
            reply_csv_number(buf, spread.median);
            reply_csv_number(buf, performance->breadth);
            buf_append_char(buf, ',');
            reply_csv_text(buf, spread.ranked[k]->symbol);
            reply_csv_number(buf, spread.ranked[k]->change[period]);
            reply_csv_number(buf, spread.ranked[k]->turnover);
            buf_append_char(buf, '\n');
        }
    }
    return STATUS_OK;
}

enum status categories_heatmap(struct api_call *call)
{
    struct answer answer = {0};
    CATEGORY_SET_SCOPE set = NULL;
    TRY(read_query(call, true, &answer.query));
    TRY(category_query_open(call, &set));
    TRY(begin(call, set, &answer));
    TRY(find_all(call, &answer));
    reply_version(call, &answer, category_period_names[answer.query.period]);
    return answer.query.is_csv ? put_heatmap_csv(call, &answer) : put_heatmap(call, &answer);
}
