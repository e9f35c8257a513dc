#include "api/handlers.h"

#include "api/category_query.h"
#include "api/query.h"
#include "api/reply.h"
#include "api/scanner_query.h"
#include "app/scan_scorecard.h"
#include "base/clock.h"
#include "base/limits.h"

#include <inttypes.h>

enum { US_PER_MS = 1000, HORIZONS_TEXT_MAX = 64 };

static const char *const set_names[SCORECARD_SETS] = {"first", "all"};
static const char *const outcome_names[SCORECARD_OUTCOMES] = {"full", "broken", "delisted", "unfinished",
                                                              "not_entered"};

static const struct {
    const char *name;
    size_t offset; // in struct scorecard_cell
} figures[] = {
    {"hit_rate", offsetof(struct scorecard_cell, hit_rate)},
    {"mean_return", offsetof(struct scorecard_cell, mean_return)},
    {"median_return", offsetof(struct scorecard_cell, median_return)},
    {"mean_benchmark", offsetof(struct scorecard_cell, mean_benchmark)},
    {"mean_excess", offsetof(struct scorecard_cell, mean_excess)},
    {"mean_index", offsetof(struct scorecard_cell, mean_index)},
    {"mean_index_excess", offsetof(struct scorecard_cell, mean_index_excess)},
};

enum { FIGURES = sizeof figures / sizeof *figures };

static double figure_at(const struct scorecard_cell *cell, size_t figure)
{
    return *(const double *)((const char *)cell + figures[figure].offset);
}

// "7,30,90"
static enum status read_horizons(struct api_call *call, struct scan_scorecard_request *request)
{
    struct str rest = STR("7,30,90"), part;
    TRY(query_text(call, "horizons", HORIZONS_TEXT_MAX, &rest));
    while (str_split(&rest, ',', &part)) {
        int64_t bars;
        if (!str_to_int64(str_trim(part), &bars) || bars < 1 || bars > LIMIT_SCAN_HORIZON ||
            request->horizon_count == SCORECARD_HORIZONS_MAX)
            return error_add_field(
                call->error, "?horizons",
                "must be up to %d numbers of bars from 1 to %d with commas, such as 7,30,90",
                SCORECARD_HORIZONS_MAX, LIMIT_SCAN_HORIZON);
        request->horizons[request->horizon_count++] = (size_t)bars;
    }
    return STATUS_OK;
}

static enum status read_request(struct api_call *call, struct scan_scorecard_request *out_request,
                                bool *wants_csv)
{
    struct scan_scorecard_request request = {.from = INT64_MIN, .to = INT64_MAX};
    bool has_from = false, has_to = false;
    scanner_query_read_scope(call, &request.scope);
    scanner_query_read_rules(call, &request.rules);
    (void)query_time(call, "from", &has_from, &request.from);
    (void)query_time(call, "to", &has_to, &request.to);
    (void)read_horizons(call, &request);
    if (has_from && has_to && request.from >= request.to)
        (void)error_add_field(call->error, "?to", "%lld must be after from, %lld", (long long)request.to,
                              (long long)request.from);
    *wants_csv = query_wants_csv(call);
    TRY(query_finish(call));
    *out_request = request;
    return STATUS_OK;
}

static void put_cell(struct json_writer *w, const struct scorecard_cell *cell)
{
    json_begin_object(w);
    json_put_int(w, "signals", (int64_t)cell->signals);
    json_put_int(w, "measured", (int64_t)cell->measured);
    for (size_t i = 0; i < SCORECARD_OUTCOMES; i++)
        json_put_int(w, outcome_names[i], (int64_t)cell->outcomes[i]);
    for (size_t i = 0; i < FIGURES; i++)
        json_put_double(w, figures[i].name, figure_at(cell, i));
    json_end_object(w);
}

static void put_line(struct json_writer *w, const struct scorecard_line *line)
{
    json_begin_object(w);
    if (line->year)
        json_put_int(w, "year", line->year);
    else
        json_put_null(w, "year");
    json_put_int(w, "horizon", (int64_t)line->horizon);
    for (size_t i = 0; i < SCORECARD_SETS; i++) {
        json_key(w, set_names[i]);
        put_cell(w, &line->cells[i]);
    }
    json_end_object(w);
}

static void put_rules(struct json_writer *w, const struct scan_rules *rules)
{
    json_key(w, "parameters");
    json_begin_object(w);
    scanner_put_rules(w, rules);
    json_put_double(w, "max_gap_factor", SCAN_SCORECARD_GAP_FACTOR);
    json_end_object(w);
}

static void reply_json_card(struct api_call *call, const struct scan_scorecard_request *request,
                            const struct scan_scorecard *scorecard, double took_ms)
{
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_put_c(&w, "interval", interval_name(request->scope.interval));
    json_put_str(&w, "quote_asset", request->scope.quote);
    json_put_str(&w, "category", request->scope.category); // null for the whole market
    if (scorecard->has_as_of)
        json_put_int(&w, "as_of", scorecard->as_of);
    else
        json_put_null(&w, "as_of");
    put_rules(&w, &request->rules);
    json_put_int(&w, "symbols", (int64_t)scorecard->symbols);
    json_put_int(&w, "bars", (int64_t)scorecard->card.bar_count);
    json_put_int(&w, "evaluated", (int64_t)scorecard->card.evaluated);
    json_put_double(&w, "took_ms", took_ms);
    json_key(&w, "lines");
    json_begin_array(&w);
    for (size_t i = 0; i < scorecard->card.line_count; i++)
        put_line(&w, &scorecard->card.lines[i]);
    json_end_array(&w);
    json_end_object(&w);
}

static void put_csv_header(struct buf *buf)
{
    buf_append_str(buf, STR("year,horizon,set,signals,measured"));
    for (size_t i = 0; i < SCORECARD_OUTCOMES; i++)
        buf_append_format(buf, ",%s", outcome_names[i]);
    for (size_t i = 0; i < FIGURES; i++)
        buf_append_format(buf, ",%s", figures[i].name);
    buf_append_char(buf, '\n');
}

static void put_csv_row(struct buf *buf, const struct scorecard_line *line, size_t set)
{
    const struct scorecard_cell *cell = &line->cells[set];
    if (line->year)
        buf_append_format(buf, "%d", line->year);
    else
        buf_append_str(buf, STR("all"));
    buf_append_format(buf, ",%zu,%s,%zu,%zu", line->horizon, set_names[set], cell->signals, cell->measured);
    for (size_t i = 0; i < SCORECARD_OUTCOMES; i++)
        buf_append_format(buf, ",%zu", cell->outcomes[i]);
    for (size_t i = 0; i < FIGURES; i++)
        reply_csv_number(buf, figure_at(cell, i));
    buf_append_char(buf, '\n');
}

static void reply_csv_card(struct api_call *call, const struct scorecard *card)
{
    struct buf *buf = &call->response->body;
    reply_csv(call, (struct str){0});
    put_csv_header(buf);
    for (size_t i = 0; i < card->line_count; i++)
        for (size_t set = 0; set < SCORECARD_SETS; set++)
            put_csv_row(buf, &card->lines[i], set);
}

enum status scanner_scorecard(struct api_call *call)
{
    struct scan_scorecard_request request;
    struct scan_scorecard scorecard;
    bool wants_csv;
    CATEGORY_SET_SCOPE set = NULL;
    TRY(read_request(call, &request, &wants_csv));
    TRY(category_query_open(call, &set));
    request.scope.category = category_set_spelling(set, request.scope.category);
    const int64_t begin_us = clock_monotonic_us();
    TRY(scan_scorecard_run(category_query_view(call, set), &request, call->arena, &scorecard, call->error));
    const double took_ms = (double)(clock_monotonic_us() - begin_us) / US_PER_MS;
    scanner_put_etag(call, (struct market_versions){scorecard.data_version, set->version}, scorecard.as_of,
                     wants_csv);
    if (wants_csv)
        reply_csv_card(call, &scorecard.card);
    else
        reply_json_card(call, &request, &scorecard, took_ms);
    return STATUS_OK;
}
