#include "api/backtest_list.h"

#include "api/cursor.h"
#include "api/query.h"
#include "base/limits.h"
#include "base/number.h"

#include <math.h>

enum { DEFAULT_PAGE = 100, TEXT_QUERY_MAX = 200 };

static enum status read_sort(struct api_call *call, struct backtest_filter *filter)
{
    static const char *const names[] = {"created_at",    "-created_at",   "total_return",
                                        "-total_return", "sharpe",        "-sharpe",
                                        "max_drawdown",  "-max_drawdown", NULL};
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

static enum status read_filter(struct api_call *call, struct backtest_filter *filter, size_t *limit)
{
    static const char *const statuses[] = {"queued", "running", "completed", "failed", "cancelled", NULL};
    int status = -1;
    struct str text = {0};
    (void)query_text(call, "strategy_id", 64, &filter->strategy_id);
    (void)query_text(call, "symbol", LIMIT_SERIES_EXPRESSION_BYTES, &filter->symbol);
    (void)query_choice(call, "status", statuses, &status);
    (void)query_text(call, "q", TEXT_QUERY_MAX, &text);
    (void)read_sort(call, filter);
    (void)query_count(call, "limit", LIMIT_PAGE, limit);
    (void)read_position(call, filter);
    if (status >= 0) filter->status = str_from_c(statuses[status]);
    if (text.len) filter->like = query_like_pattern(call->arena, text);
    return query_finish(call);
}

struct str backtest_list_cursor(struct api_call *call, const struct backtest_list *list, size_t shown)
{
    char key[NUMBER_TEXT_MAX];
    if (shown == list->count) return (struct str){0};
    const size_t len = number_format(list->sort_keys[shown - 1], key);
    return cursor_write(call->arena, 'b', (struct str){.ptr = key, .len = len}, list->items[shown - 1].id);
}

enum status backtest_filter_read(struct api_call *call, struct backtest_filter *out_filter, size_t *out_limit)
{
    *out_limit = DEFAULT_PAGE;
    out_filter->workspace_id = call->workspace_id;
    TRY(read_filter(call, out_filter, out_limit));
    out_filter->limit = *out_limit + 1;
    return STATUS_OK;
}
