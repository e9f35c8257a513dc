#include "app/compare.h"

#include "app/compare_curves.h"
#include "app/compare_members.h"
#include "base/number.h"
#include "engine/metrics.h"

#include <math.h>

static enum status check(const struct backtest_row *row, struct error *error)
{
    if (str_eq(row->kind, STR("sweep")))
        return error_set(error, STATUS_NOT_FOUND, NULL,
                         "%.*s is a sweep; run one of its combinations as a backtest and compare that",
                         STR_ARG(row->id));
    if (row->status != JOB_COMPLETED || !row->has_outcome)
        return error_set(error, STATUS_CONFLICT, "no_result",
                         "the backtest %.*s is %s; only completed ones can be compared", STR_ARG(row->id),
                         job_status_name(row->status));
    return STATUS_OK;
}

static enum status load(struct db_tx *tx, const struct compare_request *request, struct arena *arena,
                        struct comparison *out, struct error *error)
{
    for (size_t i = 0; i < request->count; i++) {
        struct error cause = {0};
        const enum status status =
            backtest_store_get(tx, request->workspace_id, request->ids[i], arena, &out->rows[i], &cause);
        if (status == STATUS_NOT_FOUND)
            return error_set(error, status, NULL, "there is no backtest \"%.*s\" in this workspace",
                             STR_ARG(str_slice(request->ids[i], 0, LIMIT_ID_BYTES)));
        if (status != STATUS_OK) return error_set(error, status, cause.code, "%s", cause.message);
        TRY(check(&out->rows[i], error));
    }
    out->count = request->count;
    return STATUS_OK;
}

static double value_of(const struct json_value *metrics, const char *name)
{
    double number;
    const struct json_value *value = json_member(metrics, str_from_c(name));
    const bool is_number = value && value->type == JSON_NUMBER && number_parse(value->text, &number);
    return is_number ? number : (double)NAN;
}

static void choose_best(struct compare_metric *metric, size_t count, enum metric_sense sense)
{
    metric->best = COMPARE_NONE_BEST;
    for (size_t i = 0; i < count && sense != METRIC_NEITHER; i++) {
        const double value = metric->values[i];
        const double best = metric->best < 0 ? (double)NAN : metric->values[metric->best];
        const bool is_better = isnan(best) || (sense == METRIC_HIGHER ? value > best : value < best);
        if (!isnan(value) && is_better) metric->best = (int)i;
    }
}

static enum status compare_metrics(struct arena *arena, struct comparison *out, struct error *error)
{
    out->metrics = ARENA_ARRAY(arena, struct compare_metric, metric_count());
    if (!out->metrics) return error_no_memory(error);
    for (size_t k = 0; k < out->count; k++) {
        const struct json_value *metrics;
        TRY(json_parse(arena, out->rows[k].outcome.metrics_json, &metrics, error));
        for (size_t i = 0; i < metric_count(); i++)
            out->metrics[i].values[k] = value_of(metrics, metric_at(i)->name);
    }
    for (size_t i = 0; i < metric_count(); i++)
        choose_best(&out->metrics[i], out->count, metric_at(i)->better);
    return STATUS_OK;
}

enum status backtest_compare(const struct app *app, const struct compare_request *request,
                             struct arena *arena, struct comparison *out, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    *out = (struct comparison){0};
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(load(tx, request, arena, out, error));
    TRY(compare_curves(tx, out, request->points, arena, error));
    TRY(db_commit(&tx, error));
    TRY(compare_members(arena, out, error));
    return compare_metrics(arena, out, error);
}
