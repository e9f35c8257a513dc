#include "api/backtest_reply.h"

#include "app/job_json.h"

// The stored object without its closing brace, then the monthly returns where they are wanted.
static void put_metrics(struct json_writer *w, const struct backtest_outcome *outcome, bool is_whole)
{
    json_key(w, "metrics");
    if (!is_whole) {
        json_raw(w, outcome->metrics_json);
        return;
    }
    json_raw(w, str_slice(outcome->metrics_json, 0, outcome->metrics_json.len - 1));
    json_put_raw(w, "monthly_returns", outcome->monthly_returns_json);
    json_end_object(w);
}

// What a backtest of a category has alone: null where there is no result, in other kinds, and in lists.
static void put_attribution(struct json_writer *w, struct str stored)
{
    if (stored.ptr)
        json_put_raw(w, "attribution", stored);
    else
        json_put_null(w, "attribution");
}

// Lists leave out what was read of each symbol, which stands last.
static void put_data(struct json_writer *w, struct str data, bool is_whole)
{
    static const char behind[] = ",\"symbols\":[";
    const size_t len = sizeof behind - 1;
    size_t end = 0;
    while (end + len <= data.len && memcmp(data.ptr + end, behind, len) != 0)
        end++;
    if (is_whole || end + len > data.len) {
        json_put_raw(w, "data", data);
        return;
    }
    json_key(w, "data");
    json_raw(w, str_slice(data, 0, end));
    json_end_object(w);
}

static void put_timings(struct json_writer *w, const struct backtest_outcome *outcome)
{
    json_key(w, "timings");
    json_begin_object(w);
    json_put_double(w, "load_ms", outcome->load_ms);
    json_put_double(w, "run_ms", outcome->run_ms);
    json_end_object(w);
}

// The members of the stored object; null where the run was not checked.
static void put_lookahead(struct json_writer *w, struct str stored)
{
    if (stored.len > 2) {
        json_raw(w, str_slice(stored, 1, stored.len - 2));
        return;
    }
    json_put_null(w, "lookahead_check");
    json_put_null(w, "lookahead_prefixes");
    json_put_null(w, "lookahead_difference");
}

static void put_outcome(struct json_writer *w, const struct backtest_outcome *outcome, bool is_whole)
{
    json_put_str(w, "engine_version", outcome->engine_version);
    put_data(w, outcome->data_json, is_whole);
    json_put_int(w, "warmup_bars", outcome->warmup_bars);
    json_put_int(w, "bars", outcome->bars);
    json_put_double(w, "final_equity", outcome->final_equity);
    put_metrics(w, outcome, is_whole);
    json_key(w, "liquidated_at");
    if (outcome->liquidated_at)
        json_int(w, outcome->liquidated_at);
    else
        json_null(w);
    json_put_raw(w, "warnings", outcome->warnings_json);
    put_lookahead(w, outcome->lookahead_json);
    put_timings(w, outcome);
}

static void put_no_outcome(struct json_writer *w)
{
    static const char *const members[] = {"engine_version", "data",    "warmup_bars",   "bars",
                                          "final_equity",   "metrics", "liquidated_at", "timings"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        json_put_null(w, members[i]);
    json_put_raw(w, "warnings", STR("[]"));
    put_lookahead(w, (struct str){0});
}

void backtest_put_head(struct json_writer *w, const struct backtest_row *row)
{
    json_put_str(w, "id", row->id);
    json_put_str(w, "workspace_id", row->workspace_id);
    json_put_str(w, "kind", row->kind);
    json_put_str(w, "strategy_id", row->strategy_id);
    json_put_str(w, "symbol", row->symbol);
    json_put_str(w, "interval", row->interval);
    json_put_c(w, "status", job_status_name(row->status));
    json_put_str(w, "job_id", row->id);
    json_put_double(w, "progress", row->progress);
    job_json_put_error(w, row->error_code, row->error_detail);
    json_put_str(w, "name", row->name);
    json_put_raw(w, "tags", row->tags_json);
    json_put_str(w, "notes", row->notes);
    json_put_bool(w, "starred", row->is_starred);
    json_put_raw(w, "request", row->request_json);
}

void backtest_put_outcome(struct json_writer *w, const struct backtest_row *row, bool is_whole)
{
    if (row->has_outcome)
        put_outcome(w, &row->outcome, is_whole);
    else
        put_no_outcome(w);
}

void backtest_put_tail(struct json_writer *w, const struct backtest_row *row)
{
    json_put_str(w, "created_by", row->created_by);
    json_put_time_us(w, "created_at", row->created_at_us);
    json_put_time_us(w, "started_at", row->started_at_us);
    json_put_time_us(w, "finished_at", row->finished_at_us);
}

void backtest_put(struct json_writer *w, const struct backtest_row *row, bool is_whole)
{
    json_begin_object(w);
    backtest_put_head(w, row);
    backtest_put_outcome(w, row, is_whole);
    put_attribution(w, is_whole ? row->outcome.attribution_json : (struct str){0});
    backtest_put_tail(w, row);
    json_end_object(w);
}
