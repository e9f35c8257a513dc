#include "app/backtest_outcome.h"

#include "app/backtest_json.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"

#define BYTES_AT_ONCE (4 * MIB) // between two looks at whether to stop, a few milliseconds

double backtest_ms_since(int64_t start_us)
{
    return (double)(clock_monotonic_us() - start_us) / 1000.0;
}

void backtest_outcome_take(struct backtest_outcome *outcome, const struct metrics *metrics,
                           struct arena *arena)
{
    outcome->final_equity = metrics->final_equity;
    outcome->metrics_json = backtest_json_metrics(metrics, arena);
    outcome->monthly_returns_json = backtest_json_monthly(metrics, arena);
    outcome->total_return = metrics->total_return;
    outcome->sharpe = metrics->sharpe;
    outcome->max_drawdown = metrics->max_drawdown;
}

static enum status store_rows(struct task *task, struct db_tx *tx, const struct record_list *all,
                              struct error *error)
{
    if (!all->records) return error_no_memory(error);
    const size_t fitting = BYTES_AT_ONCE / all->record_bytes, rows = fitting > 0 ? fitting : 1;
    for (size_t done = 0; done < all->count; done += rows) {
        struct record_list some = *all;
        if (task_is_stopped(task)) return task_stopped(task, error);
        some.first = done;
        some.count = all->count - done < rows ? all->count - done : rows;
        some.records = (char *)all->records + done * all->record_bytes;
        TRY(backtest_store_insert_rows(tx, task->job.workspace_id, task->job.id, &some, error));
    }
    return STATUS_OK;
}

static enum status store_once(struct task *task, const struct backtest_outcome *outcome,
                              const struct record_list *lists, size_t list_count, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(task->app->db, DB_WRITE, &tx, error));
    TRY(backtest_store_insert_outcome(tx, task->job.workspace_id, task->job.id, outcome, error));
    for (size_t i = 0; i < list_count; i++)
        TRY(store_rows(task, tx, &lists[i], error));
    return task_complete(task, &tx, (struct str){0}, error);
}

enum status backtest_outcome_store(struct task *task, const struct backtest_outcome *outcome,
                                   const struct record_list *lists, size_t list_count, struct error *error)
{
    const int64_t since_us = clock_monotonic_us();
    struct error why = {0};
    enum status status = store_once(task, outcome, lists, list_count, &why);
    if (status == STATUS_UNAVAILABLE && task->patience_us > 0)
        LOG(LOG_WARN, "result_waits", LOG_TEXT("job_id", task->job.id), LOG_C("reason", why.message));
    while (task_tries_again(task, status, since_us)) {
        why = (struct error){0};
        status = store_once(task, outcome, lists, list_count, &why);
    }
    if (status != STATUS_OK && error) *error = why;
    return status;
}
