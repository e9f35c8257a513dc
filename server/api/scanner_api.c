#include "api/handlers.h"

#include "api/category_query.h"
#include "api/query.h"
#include "api/reply.h"
#include "api/scanner_query.h"
#include "base/clock.h"
#include "base/limits.h"

#include <inttypes.h>

enum { US_PER_MS = 1000 };

typedef enum status scan_function(struct market_view view, const struct scan_request *request,
                                  struct arena *arena, struct scan_outcome *out_outcome, struct error *error);

// The figures of a row that are plain numbers, by their names in JSON and CSV.
static const struct {
    const char *name;
    size_t offset; // in struct scan_figures
} figure_columns[] = {
    {"close", offsetof(struct scan_figures, close)},
    {"sma_short", offsetof(struct scan_figures, sma_short)},
    {"sma_medium", offsetof(struct scan_figures, sma_medium)},
    {"sma_long", offsetof(struct scan_figures, sma_long)},
    {"slope_medium", offsetof(struct scan_figures, slope_medium)},
    {"slope_long", offsetof(struct scan_figures, slope_long)},
    {"recent_return", offsetof(struct scan_figures, recent_return)},
    {"long_return", offsetof(struct scan_figures, long_return)},
    {"extension", offsetof(struct scan_figures, extension)},
};

enum { FIGURE_COLUMNS = sizeof figure_columns / sizeof *figure_columns };

static double figure_at(const struct scan_row *row, size_t column)
{
    return *(const double *)((const char *)&row->figures + figure_columns[column].offset);
}

static bool holds(const struct scan_row *row, enum scan_condition condition)
{
    return row->figures.conditions >> condition & 1;
}

static void put_parameters(struct json_writer *w, const struct scan_request *request)
{
    json_key(w, "parameters");
    json_begin_object(w);
    scanner_put_rules(w, &request->rules);
    json_put_double(w, "min_quote_volume", request->min_quote_volume);
    json_put_bool(w, "passing_only", !request->takes_all);
    json_end_object(w);
}

static void put_counts(struct json_writer *w, const struct scan_outcome *outcome)
{
    json_put_int(w, "evaluated", (int64_t)outcome->evaluated);
    json_put_int(w, "passing_count", (int64_t)outcome->passing);
    json_key(w, "skipped");
    json_begin_object(w);
    json_put_int(w, "too_short", (int64_t)outcome->too_short);
    json_put_int(w, "stale", (int64_t)outcome->stale);
    json_put_int(w, "low_volume", (int64_t)outcome->low_volume);
    json_end_object(w);
}

static void put_part_infos(struct json_writer *w)
{
    json_key(w, "score_parts");
    json_begin_array(w);
    for (int i = 0; i < SCAN_PARTS; i++) {
        const struct scan_part_info *info = scan_part_info((enum scan_part)i);
        json_begin_object(w);
        json_put_c(w, "name", info->name);
        json_put_double(w, "weight", info->weight);
        json_put_c(w, "formula", info->formula);
        json_end_object(w);
    }
    json_end_array(w);
}

static struct str row_name(struct arena *arena, const struct scan_row *row)
{
    return row->quote.len ? str_format(arena, "%.*s/%.*s", STR_ARG(row->base), STR_ARG(row->quote))
                          : row->base;
}

static void put_conditions(struct json_writer *w, const struct scan_row *row)
{
    json_put_bool(w, "passes", row->figures.conditions == SCAN_PASSES);
    json_key(w, "conditions");
    json_begin_object(w);
    for (int i = 0; i < SCAN_CONDITIONS; i++)
        json_put_bool(w, scan_condition_name((enum scan_condition)i), holds(row, (enum scan_condition)i));
    json_end_object(w);
}

static void put_score(struct json_writer *w, const struct scan_row *row)
{
    json_put_double(w, "score", row->score);
    json_key(w, "score_parts");
    json_begin_object(w);
    for (int i = 0; i < SCAN_PARTS; i++)
        json_put_double(w, scan_part_info((enum scan_part)i)->name, row->parts[i]);
    json_end_object(w);
}

static void put_row(struct api_call *call, struct json_writer *w, const struct scan_row *row,
                    bool has_sparkline)
{
    json_begin_object(w);
    json_put_str(w, "symbol", row_name(call->arena, row));
    if (row->quote.len) {
        json_put_str(w, "base", row->base);
        json_put_str(w, "quote", row->quote);
    }
    json_put_int(w, "time", row->time);
    for (size_t i = 0; i < FIGURE_COLUMNS; i++)
        json_put_double(w, figure_columns[i].name, figure_at(row, i));
    json_put_double(w, "quote_volume", row->quote_volume);
    put_conditions(w, row);
    put_score(w, row);
    json_put_int(w, "bars", (int64_t)row->bars);
    json_put_int(w, "passing_bars", (int64_t)row->passing_bars);
    if (row->passing_bars > 0)
        json_put_int(w, "passing_since", row->passing_since);
    else
        json_put_null(w, "passing_since");
    if (has_sparkline) {
        json_key(w, "sparkline");
        json_double_array(w, row->closes, row->close_count);
    }
    json_end_object(w);
}

static void reply_json_rows(struct api_call *call, const struct scan_request *request,
                            const struct scan_outcome *outcome, double took_ms)
{
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_put_c(&w, "interval", interval_name(request->scope.interval));
    json_put_str(&w, "quote_asset", request->scope.quote);
    json_put_str(&w, "category", request->scope.category); // null for the whole market
    if (outcome->has_as_of)
        json_put_int(&w, "as_of", outcome->as_of);
    else
        json_put_null(&w, "as_of");
    put_parameters(&w, request);
    put_counts(&w, outcome);
    json_put_double(&w, "took_ms", took_ms);
    put_part_infos(&w);
    json_key(&w, "rows");
    json_begin_array(&w);
    for (size_t i = 0; i < outcome->row_count; i++)
        put_row(call, &w, &outcome->rows[i], request->sparkline > 0);
    json_end_array(&w);
    reply_next_cursor(&w, scanner_query_cursor(call, outcome));
    json_end_object(&w);
}

static void put_csv_header(struct buf *buf)
{
    buf_append_str(buf, STR("symbol,time"));
    for (size_t i = 0; i < FIGURE_COLUMNS; i++)
        buf_append_format(buf, ",%s", figure_columns[i].name);
    buf_append_str(buf, STR(",quote_volume,passes"));
    for (int i = 0; i < SCAN_CONDITIONS; i++)
        buf_append_format(buf, ",%s", scan_condition_name((enum scan_condition)i));
    buf_append_str(buf, STR(",score"));
    for (int i = 0; i < SCAN_PARTS; i++)
        buf_append_format(buf, ",%s", scan_part_info((enum scan_part)i)->name);
    buf_append_str(buf, STR(",bars,passing_bars,passing_since\n"));
}

static void put_csv_row(struct api_call *call, struct buf *buf, const struct scan_row *row)
{
    reply_csv_text(buf, row_name(call->arena, row));
    buf_append_format(buf, ",%" PRId64, row->time);
    for (size_t i = 0; i < FIGURE_COLUMNS; i++)
        reply_csv_number(buf, figure_at(row, i));
    reply_csv_number(buf, row->quote_volume);
    buf_append_format(buf, ",%s", row->figures.conditions == SCAN_PASSES ? "true" : "false");
    for (int i = 0; i < SCAN_CONDITIONS; i++)
        buf_append_format(buf, ",%s", holds(row, (enum scan_condition)i) ? "true" : "false");
    reply_csv_number(buf, row->score);
    for (int i = 0; i < SCAN_PARTS; i++)
        reply_csv_number(buf, row->parts[i]);
    buf_append_format(buf, ",%zu,%zu,", row->bars, row->passing_bars);
    if (row->passing_bars > 0) buf_append_format(buf, "%" PRId64, row->passing_since);
    buf_append_char(buf, '\n');
}

static void reply_csv_rows(struct api_call *call, const struct scan_outcome *outcome)
{
    struct buf *buf = &call->response->body;
    reply_csv(call, scanner_query_cursor(call, outcome));
    put_csv_header(buf);
    for (size_t i = 0; i < outcome->row_count; i++)
        put_csv_row(call, buf, &outcome->rows[i]);
}

static enum status reply_scan(struct api_call *call, const struct scanner_query *query, scan_function *scan)
{
    struct scan_outcome outcome;
    struct scan_request request = query->request;
    CATEGORY_SET_SCOPE set = NULL;
    TRY(category_query_open(call, &set));
    request.scope.category = category_set_spelling(set, request.scope.category);
    const int64_t begin_us = clock_monotonic_us();
    TRY(scan(category_query_view(call, set), &request, call->arena, &outcome, call->error));
    const double took_ms = (double)(clock_monotonic_us() - begin_us) / US_PER_MS;
    scanner_put_etag(call, (struct market_versions){outcome.data_version, set->version}, outcome.as_of,
                     query->wants_csv);
    if (query->wants_csv)
        reply_csv_rows(call, &outcome);
    else
        reply_json_rows(call, &request, &outcome, took_ms);
    return STATUS_OK;
}

enum status scanner_uptrends(struct api_call *call)
{
    struct scanner_query query;
    TRY(scanner_query_read(call, &query));
    return reply_scan(call, &query, scan_uptrends);
}

enum status scanner_ratio_uptrends(struct api_call *call)
{
    struct scanner_query query;
    TRY(scanner_query_read_ratios(call, &query));
    return reply_scan(call, &query, scan_ratio_uptrends);
}
