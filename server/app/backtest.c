#include "app/backtest.h"

#include "app/backtest_json.h"
#include "app/backtest_rows.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/limits.h"

struct backtest_rules backtest_default_rules(void)
{
    return (struct backtest_rules){
        .initial_capital = 10000,
        .fee_bps = 10,
        .slippage_bps = 0,
        .position_fraction = 1,
        .max_gap_factor = 10,
        .allow_short = false,
        .execution = EXECUTION_NEXT_OPEN,
    };
}

static double milliseconds_since(int64_t start_us)
{
    return (double)(clock_monotonic_us() - start_us) / 1000.0;
}

static enum status check_window(const struct backtest_request *request, const struct candles *all,
                                size_t first, size_t end, struct error *error)
{
    if (first < end && end - first <= LIMIT_BACKTEST_BARS) return STATUS_OK;
    if (first < end)
        return error_set(error, STATUS_INVALID, "invalid_input",
                         "%zu bars are more than one run takes, %d; narrow from and to", end - first,
                         LIMIT_BACKTEST_BARS);
    return error_set(error, STATUS_INVALID, "not_enough_candles",
                     "%.*s has no %s candles between from and to; its candles run from %lld to %lld",
                     STR_ARG(request->symbol), interval_name(request->interval),
                     all->count ? (long long)all->time[0] : 0,
                     all->count ? (long long)all->time[all->count - 1] : 0);
}

// Everything between the request and the row: what was read, and what came out.
struct run {
    struct backtest_window window;
    struct backtest_result result;
    int64_t started_at_us;
    double load_ms;
    double run_ms;
};

static enum status execute(const struct backtest_request *request, const struct series *series,
                           struct arena *arena, struct run *run, struct error *error)
{
    const struct candles *all = &series->candles;
    const size_t first = request->has_from ? candles_lower_bound(all, request->from) : 0;
    const size_t end = request->has_to ? candles_lower_bound(all, request->to) : all->count;
    TRY(check_window(request, all, first, end, error));
    const size_t wanted = request->strategy->warmup_bars(request->values);
    const size_t warmup = wanted < first ? wanted : first;
    const struct candles read = candles_slice(all, first - warmup, end);
    const struct backtest_input input = {
        .candles = &read,
        .first = warmup,
        .interval = request->interval,
        .strategy = request->strategy,
        .values = request->values,
        .rules = request->rules,
    };
    const int64_t start_us = clock_monotonic_us();
    TRY(backtest_run(&input, arena, &run->result, error));
    run->run_ms = milliseconds_since(start_us);
    run->window.series = series;
    run->window.from = first - warmup;
    run->window.to = end;
    return STATUS_OK;
}

static struct backtest_row make_row(struct backtest_scope scope, const struct backtest_request *request,
                                    const struct run *run, struct arena *arena)
{
    const struct id id = id_new(run->started_at_us);
    const struct metrics *metrics = &run->result.metrics;
    return (struct backtest_row){
        .workspace_id = scope.workspace_id,
        .id = str_copy(arena, id_str(&id)),
        .kind = STR("single"),
        .status = STR("completed"),
        .strategy_id = str_from_c(request->strategy->id),
        .symbol = str_copy(arena, str_from_c(run->window.series->name)),
        .interval = str_from_c(interval_name(request->interval)),
        .name = request->name,
        .tags_json = request->tags_json,
        .notes = request->notes,
        .request_json = backtest_json_request(request, run->window.series, arena),
        .engine_version = STR(ENGINE_VERSION),
        .data_json = backtest_json_data(&run->window, arena),
        .warmup_bars = (int64_t)run->result.warmup_bars,
        .bars = (int64_t)run->result.bar_count,
        .final_equity = metrics->final_equity,
        .metrics_json = backtest_json_metrics(metrics, arena),
        .monthly_returns_json = backtest_json_monthly(metrics, arena),
        .warnings_json = backtest_json_warnings(&run->result, arena),
        .liquidated_at = run->result.is_liquidated ? run->result.liquidated_at : 0,
        .total_return = metrics->total_return,
        .sharpe = metrics->sharpe,
        .max_drawdown = metrics->max_drawdown,
        .load_ms = run->load_ms,
        .run_ms = run->run_ms,
        .created_by = scope.user_id,
        .created_at_us = run->started_at_us,
        .started_at_us = run->started_at_us,
        .finished_at_us = clock_wall_us(),
    };
}

static bool is_complete(const struct backtest_row *row)
{
    return row->id.ptr && row->symbol.ptr && row->request_json.ptr && row->data_json.ptr &&
           row->metrics_json.ptr && row->monthly_returns_json.ptr && row->warnings_json.ptr;
}

static enum status store(const struct app *app, const struct backtest_row *row,
                         const struct backtest_result *result, struct arena *arena, struct error *error)
{
    const struct record_list points = backtest_points(result, arena);
    const struct record_list trades = backtest_trades(result, arena);
    if (!is_complete(row) || !points.records || !trades.records) return error_no_memory(error);
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(backtest_store_insert(tx, row, error));
    TRY(backtest_store_insert_rows(tx, row, &points, error));
    TRY(backtest_store_insert_rows(tx, row, &trades, error));
    return db_commit(&tx, error);
}

enum status backtest_create(const struct app *app, struct backtest_scope scope,
                            const struct backtest_request *request, struct arena *arena,
                            struct backtest_row *out_row, struct error *error)
{
    ARENA_SCOPE(work, LIMIT_BACKTEST_ARENA_BYTES);
    SERIES_SCOPE series = NULL;
    struct run run = {.started_at_us = clock_wall_us()};
    const int64_t start_us = clock_monotonic_us();
    TRY(market_series(app->market, request->symbol, request->interval, &series, error));
    run.load_ms = milliseconds_since(start_us);
    TRY(execute(request, series, &work, &run, error));
    const struct backtest_row row = make_row(scope, request, &run, arena);
    TRY(store(app, &row, &run.result, &work, error));
    *out_row = row;
    return STATUS_OK;
}

enum status backtest_get(const struct app *app, struct str workspace_id, struct str id, struct arena *arena,
                         struct backtest_row *out_row, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(backtest_store_get(tx, workspace_id, id, arena, out_row, error));
    return db_commit(&tx, error);
}

enum status backtest_list(const struct app *app, const struct backtest_filter *filter, struct arena *arena,
                          struct backtest_list *out_list, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(backtest_store_list(tx, filter, arena, out_list, error));
    return db_commit(&tx, error);
}

enum status backtest_delete(const struct app *app, struct backtest_scope scope, struct str id,
                            struct arena *arena, struct error *error)
{
    struct backtest_row row;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(backtest_store_get(tx, scope.workspace_id, id, arena, &row, error));
    if (scope.role < ROLE_EDITOR && !str_eq(row.created_by, scope.user_id))
        return error_set(error, STATUS_FORBIDDEN, NULL,
                         "somebody else ran this backtest; deleting it takes the role editor");
    TRY(backtest_store_delete(tx, scope.workspace_id, id, error));
    return db_commit(&tx, error);
}

enum status backtest_page(const struct app *app, const struct backtest_page_request *request,
                          struct arena *arena, struct backtest_page *out_page, struct error *error)
{
    static const size_t record_bytes[] = {sizeof(struct stored_point), sizeof(struct stored_trade)};
    struct backtest_row row;
    struct backtest_page page = {
        .list = {.part = request->part, .record_bytes = record_bytes[request->part], .first = request->from}};
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(backtest_store_get(tx, request->workspace_id, request->id, arena, &row, error));
    TRY(backtest_store_read_rows(tx, &row, request->limit + 1, arena, &page.list, error));
    TRY(db_commit(&tx, error));
    page.symbol = row.symbol;
    page.has_more = page.list.count > request->limit;
    if (page.has_more) page.list.count = request->limit;
    *out_page = page;
    return STATUS_OK;
}
