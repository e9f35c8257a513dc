#include "api/backtest_list.h"

#include "api/cursor.h"
#include "api/query.h"
#include "base/limits.h"
#include "base/number.h"

#include <math.h>

enum { DEFAULT_PAGE = 100, TEXT_QUERY_MAX = 200 };

static enum status read_sort(struct api_call *call, struct backtest_filter *filter)
{
    static const char *const names[] = {
        "created_at",   "-created_at",   "total_return", "-total_return", "sharpe", "-sharpe",
        "max_drawdown", "-max_drawdown", "final_equity", "-final_equity", NULL};
    int order = 1;
    TRY(query_choice(call, "sort", names, &order));
    const bool is_descending = names[order][0] == '-';
    filter->direction = is_descending ? -1 : 1;
    filter->sort_figure = str_from_c(names[order] + is_descending);
    return STATUS_OK;
}

static enum status read_position(struct api_call *call, struct backtest_filter *filter)
{
    bool is_given;
    struct str key;
    filter->after_key = -INFINITY;
    TRY(cursor_read(call, 'b', &is_given, &key, &filter->after_id));
    if (is_given && !number_parse(key, &filter->after_key))
        return error_add_field(call->error, "?cursor",
                               "is not a next_cursor of this list; start again without it");
    return STATUS_OK;
}

static void read_labels(struct api_call *call, struct backtest_filter *filter)
{
    struct str text = {0}, tag = {0};
    bool is_starred = false;
    (void)query_text(call, "q", TEXT_QUERY_MAX, &text);
    (void)query_text(call, "tag", LIMIT_TAG_BYTES, &tag);
    (void)query_bool(call, "starred", &is_starred);
    if (text.len) filter->like = query_like_pattern(call->arena, text);
    if (tag.len) filter->tag_json = query_json_text(call->arena, tag);
    if (http_request_query_count(call->request, STR("starred")))
        filter->starred = is_starred ? STR("1") : STR("0");
}

static void read_filter(struct api_call *call, struct backtest_filter *filter)
{
    static const char *const statuses[] = {"queued", "running", "completed", "failed", "cancelled", NULL};
    static const char *const kinds[] = {"single", "category_momentum", NULL};
    int status = -1, kind = -1;
    (void)query_text(call, "strategy_id", 64, &filter->strategy_id);
    (void)query_series(call, "symbol", LIMIT_SERIES_EXPRESSION_BYTES, &filter->symbol);
    (void)query_choice(call, "status", statuses, &status);
    if (!filter->are_sweeps) (void)query_choice(call, "kind", kinds, &kind);
    if (status >= 0) filter->status = str_from_c(statuses[status]);
    if (kind >= 0) filter->kind = str_from_c(kinds[kind]);
}

struct str backtest_list_cursor(struct api_call *call, const struct backtest_list *list, size_t shown)
{
    char key[NUMBER_TEXT_MAX];
    if (shown == list->count) return (struct str){0};
    const size_t len = number_format(list->sort_keys[shown - 1], key);
    return cursor_write(call->arena, 'b', (struct str){.ptr = key, .len = len}, list->items[shown - 1].id);
}

enum status backtest_list_query_read(struct api_call *call, bool are_sweeps,
                                     struct backtest_list_query *out_query)
{
    struct backtest_list_query query = {.limit = DEFAULT_PAGE, .is_csv = query_wants_csv(call)};
    query.filter.workspace_id = call->workspace_id;
    query.filter.are_sweeps = are_sweeps;
    read_filter(call, &query.filter);
    read_labels(call, &query.filter);
    (void)read_sort(call, &query.filter);
    (void)query_limit(call, query.is_csv, LIMIT_PAGE, &query.limit);
    (void)read_position(call, &query.filter);
    TRY(query_finish(call));
    query.filter.limit = query.limit + 1;
    *out_query = query;
    return STATUS_OK;
}
