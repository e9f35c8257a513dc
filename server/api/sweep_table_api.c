#include "api/handlers.h"

#include "api/cursor.h"
#include "api/query.h"
#include "api/reply.h"
#include "api/routes.h"
#include "api/row_page.h"
#include "app/sweep.h"
#include "app/sweep_rows.h"
#include "base/limits.h"

#include <math.h>
#include <stdlib.h>

enum { DEFAULT_ROWS = 100, COLUMN_NAME_MAX = 64 };

// What stands in a record: numbers that vary, and what a run came to.
enum columns { AXES, FIGURES, AXES_AND_FIGURES };

static const double *record_at(const struct sweep_table *table, size_t index)
{
    return table->records + index * sweep_record_doubles(table->request.axis_count);
}

// Index in a record of the axis or figure of that name.
static bool find_column(const struct sweep_table *table, struct str name, size_t *out_column)
{
    const size_t axes = table->request.axis_count;
    for (size_t i = 0; i < axes; i++)
        if (str_eq(name, str_from_c(sweep_axis_name(&table->request, i)))) return *out_column = i, true;
    for (size_t i = 0; i < metric_count(); i++)
        if (str_eq(name, str_from_c(metric_at(i)->name)))
            return *out_column = sweep_record_metric(axes, i), true;
    *out_column = sweep_record_equity(axes);
    return str_eq(name, STR("final_equity"));
}

// A fault that lists what the parameter may name.
static void refuse_column(struct api_call *call, const struct sweep_table *table, const char *parameter,
                          struct str name, enum columns columns)
{
    BUF_SCOPE(known, KIB);
    for (size_t i = 0; columns != FIGURES && i < table->request.axis_count; i++)
        buf_append_format(&known, " %s", sweep_axis_name(&table->request, i));
    for (size_t i = 0; columns != AXES && i < metric_count(); i++)
        buf_append_format(&known, " %s", metric_at(i)->name);
    if (columns != AXES) buf_append_str(&known, STR(" final_equity"));
    (void)error_add_field(call->error, parameter, "must be one of%.*s%s, not \"%.*s\"",
                          STR_ARG(buf_str(&known)), columns == AXES_AND_FIGURES ? ", or with a minus" : "",
                          STR_ARG(name));
}

static enum status load(struct api_call *call, struct sweep_table *out_table)
{
    return sweep_table_read(call->api->app, call->workspace_id, route_object_id(call), call->arena, out_table,
                            call->error);
}

// ---- the table

struct sorted {
    double key; // NaN last, whatever the direction
    size_t index;
};

static int compare_sorted(const void *left, const void *right)
{
    const struct sorted *a = left, *b = right;
    if (isnan(a->key) != isnan(b->key)) return isnan(a->key) - isnan(b->key);
    if (a->key != b->key && !isnan(a->key)) return a->key < b->key ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

// Absent, the table comes in the order of the combinations; "-sharpe" has the highest first.
static enum status sort_table(struct api_call *call, const struct sweep_table *table, struct str sort,
                              struct sorted **out_order)
{
    const bool is_descending = str_starts_with(sort, STR("-"));
    const struct str name = is_descending ? str_slice(sort, 1, sort.len - 1) : sort;
    size_t column = 0;
    if (sort.len && !find_column(table, name, &column)) {
        refuse_column(call, table, "?sort", sort, AXES_AND_FIGURES);
        return STATUS_INVALID;
    }
    struct sorted *order = ARENA_ARRAY(call->arena, struct sorted, table->count);
    if (!order) return error_no_memory(call->error);
    for (size_t i = 0; i < table->count; i++) {
        const double value = record_at(table, i)[column];
        order[i] = (struct sorted){.key = !sort.len ? 0 : is_descending ? -value : value, .index = i};
    }
    qsort(order, table->count, sizeof *order, compare_sorted);
    *out_order = order;
    return STATUS_OK;
}

static void put_record(struct json_writer *w, const struct sweep_table *table, const double *record)
{
    const size_t axes = table->request.axis_count;
    json_begin_object(w);
    json_key(w, "params");
    json_begin_object(w);
    for (size_t i = 0; i < axes; i++)
        json_put_double(w, sweep_axis_name(&table->request, i), record[i]);
    json_end_object(w);
    json_put_double(w, "final_equity", record[sweep_record_equity(axes)]);
    json_key(w, "metrics");
    json_begin_object(w);
    for (size_t i = 0; i < metric_count(); i++)
        json_put_double(w, metric_at(i)->name, record[sweep_record_metric(axes, i)]);
    json_end_object(w);
    json_end_object(w);
}

struct table_page {
    const struct sweep_table *table;
    const struct sorted *order;
    size_t begin;
    size_t end;
    struct str next_cursor;
};

static void reply_table_json(struct api_call *call, const struct table_page *page)
{
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "combinations");
    json_begin_array(&w);
    for (size_t i = page->begin; i < page->end; i++)
        put_record(&w, page->table, record_at(page->table, page->order[i].index));
    json_end_array(&w);
    reply_next_cursor(&w, page->next_cursor);
    json_end_object(&w);
}

static void reply_table_csv(struct api_call *call, const struct table_page *page)
{
    struct buf *buf = &call->response->body;
    const size_t axes = page->table->request.axis_count, width = sweep_record_doubles(axes);
    reply_csv(call, page->next_cursor);
    for (size_t i = 0; i < axes; i++)
        buf_append_format(buf, "%s,", sweep_axis_name(&page->table->request, i));
    for (size_t i = 0; i < metric_count(); i++)
        buf_append_format(buf, "%s,", metric_at(i)->name);
    buf_append_str(buf, STR("final_equity\n"));
    for (size_t i = page->begin; i < page->end; i++) {
        const double *record = record_at(page->table, page->order[i].index);
        for (size_t k = 0; k < width; k++)
            row_page_put_cell(buf, record[k], k + 1 < width ? ',' : '\n');
    }
}

enum status sweeps_combinations(struct api_call *call)
{
    struct sweep_table table;
    struct sorted *order;
    struct str sort = {0}, unused;
    bool is_given;
    int64_t from = 0;
    size_t limit = DEFAULT_ROWS;
    (void)query_text(call, "sort", COLUMN_NAME_MAX, &sort);
    const bool is_csv = query_wants_csv(call);
    (void)query_limit(call, is_csv, LIMIT_SWEEP_COMBINATIONS, &limit);
    (void)cursor_read_int(call, 'c', &is_given, &from, &unused);
    TRY(query_finish(call));
    TRY(load(call, &table));
    TRY(sort_table(call, &table, sort, &order));
    struct table_page page = {.table = &table, .order = order};
    page.begin = from < 0 ? 0 : (size_t)from < table.count ? (size_t)from : table.count;
    page.end = table.count - page.begin > limit ? page.begin + limit : table.count;
    if (page.end < table.count)
        page.next_cursor = cursor_write_int(call->arena, 'c', (int64_t)page.end, STR(""));
    reply_etag(call, str_format(call->arena, "%.*s-%s", STR_ARG(table.row.id), is_csv ? "csv" : "json"));
    (is_csv ? reply_table_csv : reply_table_json)(call, &page);
    return STATUS_OK;
}

// ---- the heat map

struct heatmap {
    const struct sweep_table *table;
    size_t x; // axes
    size_t y;
    size_t metric;  // column
    bool is_lowest; // the best
    double *cells;  // one row of x for each y; NaN where no combination could be run
};

static enum status find_axis(struct api_call *call, const struct sweep_table *table, const char *parameter,
                             struct str name, size_t *out_axis)
{
    size_t column;
    if (find_column(table, name, &column) && column < table->request.axis_count) {
        *out_axis = column;
        return STATUS_OK;
    }
    refuse_column(call, table, parameter, name, AXES);
    return STATUS_INVALID;
}

static size_t value_index(const struct sweep_axis *axis, double value)
{
    size_t index = 0;
    while (index + 1 < axis->count && axis->values[index] != value)
        index++;
    return index;
}

// Of the figure that the sweep goes for by its goal, of others as they are better.
static bool is_lowest_best(const struct sweep_request *request, struct str metric)
{
    for (size_t i = 0; i < metric_count(); i++) {
        const enum metric_sense better = metric_at(i)->better;
        if (!str_eq(metric, str_from_c(metric_at(i)->name))) continue;
        return i == request->metric || better == METRIC_NEITHER ? request->is_lowest : better == METRIC_LOWER;
    }
    return false; // the final equity
}

// Where other axes vary too, a cell shows the best of them.
static void fill(struct heatmap *map)
{
    const struct sweep_request *request = &map->table->request;
    const struct sweep_axis *x = &request->axes[map->x], *y = &request->axes[map->y];
    for (size_t i = 0; i < x->count * y->count; i++)
        map->cells[i] = (double)NAN;
    for (size_t i = 0; i < map->table->count; i++) {
        const double *record = record_at(map->table, i);
        double *cell =
            &map->cells[value_index(y, record[map->y]) * x->count + value_index(x, record[map->x])];
        const double value = record[map->metric];
        if (isnan(value)) continue;
        if (isnan(*cell) || (map->is_lowest ? value < *cell : value > *cell)) *cell = value;
    }
}

static void put_axis(struct json_writer *w, const char *name, const struct heatmap *map, size_t axis)
{
    const struct sweep_request *request = &map->table->request;
    json_key(w, name);
    json_begin_object(w);
    json_put_c(w, "name", sweep_axis_name(request, axis));
    json_key(w, "values");
    json_double_array(w, request->axes[axis].values, request->axes[axis].count);
    json_end_object(w);
}

static void reply_heatmap(struct api_call *call, const struct heatmap *map, struct str metric)
{
    const struct sweep_request *request = &map->table->request;
    const size_t width = request->axes[map->x].count;
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    put_axis(&w, "x", map, map->x);
    put_axis(&w, "y", map, map->y);
    json_put_str(&w, "metric", metric);
    json_key(&w, "cells");
    json_begin_array(&w);
    for (size_t i = 0; i < request->axes[map->y].count; i++)
        json_double_array(&w, map->cells + i * width, width);
    json_end_array(&w);
    json_end_object(&w);
}

// A line a cell, by the name of the axes.
static void reply_heatmap_csv(struct api_call *call, const struct heatmap *map, struct str metric)
{
    const struct sweep_request *request = &map->table->request;
    const struct sweep_axis *x = &request->axes[map->x], *y = &request->axes[map->y];
    struct buf *buf = &call->response->body;
    reply_csv(call, (struct str){0});
    buf_append_format(buf, "%s,%s,%.*s\n", sweep_axis_name(request, map->x), sweep_axis_name(request, map->y),
                      STR_ARG(metric));
    for (size_t i = 0; i < x->count * y->count; i++) {
        row_page_put_cell(buf, x->values[i % x->count], ',');
        row_page_put_cell(buf, y->values[i / x->count], ',');
        row_page_put_cell(buf, map->cells[i], '\n');
    }
}

// The two axes that are asked for, or the first two.
static enum status choose_axes(struct api_call *call, struct heatmap *map, struct str x, struct str y)
{
    if (map->table->request.axis_count < 2)
        return error_set(call->error, STATUS_CONFLICT, "one_axis",
                         "one number varies in this sweep; a heat map needs two");
    map->y = 1;
    if (x.len) (void)find_axis(call, map->table, "?x", x, &map->x);
    if (x.len && !y.len) map->y = map->x == 0;
    if (y.len) (void)find_axis(call, map->table, "?y", y, &map->y);
    if (y.len && !x.len) map->x = map->y == 0;
    if (map->x == map->y) (void)error_add_field(call->error, "?y", "must be another one than x");
    return query_finish(call);
}

enum status sweeps_heatmap(struct api_call *call)
{
    struct sweep_table table;
    struct heatmap map = {.table = &table};
    struct str x = {0}, y = {0}, metric = {0};
    (void)query_text(call, "x", COLUMN_NAME_MAX, &x);
    (void)query_text(call, "y", COLUMN_NAME_MAX, &y);
    (void)query_text(call, "metric", COLUMN_NAME_MAX, &metric);
    const bool is_csv = query_wants_csv(call);
    TRY(query_finish(call));
    TRY(load(call, &table));
    TRY(choose_axes(call, &map, x, y));
    if (!metric.len) metric = str_from_c(metric_at(table.request.metric)->name);
    if (!find_column(&table, metric, &map.metric) || map.metric < table.request.axis_count) {
        refuse_column(call, &table, "?metric", metric, FIGURES);
        return STATUS_INVALID;
    }
    map.cells =
        ARENA_ARRAY(call->arena, double, table.request.axes[map.x].count *table.request.axes[map.y].count);
    if (!map.cells) return error_no_memory(call->error);
    map.is_lowest = is_lowest_best(&table.request, metric);
    fill(&map);
    reply_etag(call, str_format(call->arena, "%.*s-%s", STR_ARG(table.row.id), is_csv ? "csv" : "json"));
    (is_csv ? reply_heatmap_csv : reply_heatmap)(call, &map, metric);
    return STATUS_OK;
}
