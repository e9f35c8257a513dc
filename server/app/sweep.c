#include "app/sweep.h"

#include "app/backtest.h"
#include "app/backtest_json.h"
#include "app/sweep_job.h"
#include "app/sweep_rows.h"
#include "base/limits.h"
#include "json/json.h"

static struct backtest_submission submission_of(const struct sweep_request *request,
                                                const struct series *series,
                                                const struct sweep_window *window, struct arena *arena)
{
    const struct backtest_request *base = &request->base;
    const size_t count = sweep_count(request->axes, request->axis_count);
    return (struct backtest_submission){
        .job_kind = "sweep",
        .title = str_format(arena, "%zu times %s %s %s", count, base->strategy->id, series->name,
                            interval_name(base->interval)),
        .payload = sweep_request_json(request, backtest_json_request(base, series, arena), arena),
        .is_short = (window->end - window->first) * count <= BACKTEST_SHORT_BARS,
        .row = {.kind = STR("sweep"),
                .strategy_id = str_from_c(base->strategy->id),
                .symbol = str_from_c(series->name),
                .interval = str_from_c(interval_name(base->interval)),
                .name = base->name,
                .tags_json = base->tags_json,
                .notes = base->notes},
        .categories = base->categories,
    };
}

enum status sweep_create(const struct app *app, struct backtest_scope scope,
                         const struct sweep_request *request, struct arena *arena,
                         struct backtest_row *out_row, struct error *error)
{
    SERIES_SCOPE series = NULL;
    struct sweep_window window;
    struct sweep_request resolved = *request;
    TRY(backtest_series(app, scope.workspace_id, &resolved.base, &series, error));
    TRY(sweep_window_find(&resolved, series, &window, error));
    const struct backtest_submission submission = submission_of(&resolved, series, &window, arena);
    return backtest_submit(app, scope, &submission, arena, out_row, error);
}

static enum status request_of(const struct backtest_row *row, struct arena *arena,
                              struct sweep_request *out_request, struct error *error)
{
    const struct json_value *object;
    TRY(json_parse(arena, row->request_json, &object, error));
    TRY(sweep_request_decode(object, arena, out_request, error));
    out_request->base.categories.is_recorded = true;
    out_request->base.name = row->name;
    out_request->base.notes = row->notes;
    out_request->base.tags_json = row->tags_json;
    return STATUS_OK;
}

enum status sweep_repeat(const struct app *app, struct backtest_scope scope, const struct backtest_row *row,
                         struct arena *arena, struct backtest_row *out_row, struct error *error)
{
    struct sweep_request request;
    TRY(request_of(row, arena, &request, error));
    return sweep_create(app, scope, &request, arena, out_row, error);
}

static enum status get(struct db_tx *tx, struct str workspace_id, struct str id, struct arena *arena,
                       struct backtest_row *out_row, struct error *error)
{
    TRY(backtest_store_get(tx, workspace_id, id, arena, out_row, error));
    return backtest_check_kind(out_row, true, error);
}

static enum status read_records(struct db_tx *tx, struct arena *arena, struct sweep_table *table,
                                struct error *error)
{
    struct record_list list = {.part = BACKTEST_COMBINATIONS,
                               .record_bytes =
                                   sweep_record_doubles(table->request.axis_count) * sizeof(double)};
    TRY(backtest_store_read_rows(tx, &table->row, LIMIT_SWEEP_COMBINATIONS, arena, &list, error));
    table->records = list.records;
    table->count = list.count;
    return STATUS_OK;
}

enum status sweep_table_read(const struct app *app, struct str workspace_id, struct str id,
                             struct arena *arena, struct sweep_table *out_table, struct error *error)
{
    struct sweep_table table;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(get(tx, workspace_id, id, arena, &table.row, error));
    if (table.row.status != JOB_COMPLETED)
        return error_set(error, STATUS_CONFLICT, "no_result",
                         "the sweep is %s; it has a table when it is completed",
                         job_status_name(table.row.status));
    TRY(request_of(&table.row, arena, &table.request, error));
    TRY(read_records(tx, arena, &table, error));
    TRY(db_commit(&tx, error));
    *out_table = table;
    return STATUS_OK;
}
