#include "app/verify.h"

#include "app/backtest_outcome.h"
#include "app/job.h"
#include "app/job_kind.h"
#include "app/once.h"
#include "app/verify_diff.h"
#include "app/verify_job.h"
#include "app/verify_revised.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/limits.h"
#include "engine/backtest.h"

static const struct {
    const char *name;
    verify_repeat *repeat;
} kinds[] = {
    {"single", verify_single},
    {"category_momentum", verify_momentum},
};

const char *verdict_name(enum verdict verdict)
{
    static const char *const names[] = {"identical", "data_changed", "engine_changed", "different"};
    return names[verdict];
}

const char *series_state_name(enum series_state state)
{
    static const char *const names[] = {"same", "changed", "missing"};
    return names[state];
}

const char *verify_part_name(enum verify_part part)
{
    static const char *const names[] = {"bars",       "warmup_bars", "liquidated_at", "monthly_returns",
                                        "rebalances", "attribution"};
    return names[part];
}

enum status verify_read_stored(struct str text, struct arena *arena, const struct json_value **out_value,
                               struct error *error)
{
    struct error cause = {0};
    const enum status status = json_parse(arena, text, out_value, &cause);
    if (status == STATUS_OK && (*out_value)->type == JSON_OBJECT) return STATUS_OK;
    if (status == STATUS_NO_MEMORY) return error_no_memory(error);
    return error_set(error, STATUS_INTERNAL, NULL, "the stored result cannot be read: %s",
                     status == STATUS_OK ? "it is no object" : cause.message);
}

enum status verify_run_finish(const struct verify_call *call, const struct metrics *metrics,
                              struct verify_run *run, struct error *error)
{
    backtest_outcome_take(&run->outcome, metrics, call->arena);
    run->was_run = run->outcome.metrics_json.ptr && run->outcome.monthly_returns_json.ptr &&
                   run->points.records && run->trades.records;
    return run->was_run ? STATUS_OK : error_no_memory(error);
}

enum status verify_run_refuse(enum status status, const struct error *cause, struct verify_run *run,
                              struct error *error)
{
    const bool is_told = status == STATUS_INVALID || status == STATUS_NOT_FOUND;
    if (!is_told) return error_set(error, status, cause->code[0] ? cause->code : NULL, "%s", cause->message);
    run->refusal = *cause;
    return STATUS_OK;
}

bool backtest_verify_is_short(const struct backtest_row *row)
{
    return !row->has_outcome || row->outcome.bars <= BACKTEST_SHORT_BARS;
}

// How the kind is run again.
static enum status find_repeat(const struct backtest_row *row, verify_repeat **out_repeat,
                               struct error *error)
{
    if (row->status != JOB_COMPLETED || !row->has_outcome)
        return error_set(error, STATUS_CONFLICT, "no_result",
                         "the backtest is %s; only the result of a completed one can be verified",
                         job_status_name(row->status));
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!str_eq(row->kind, str_from_c(kinds[i].name))) continue;
        *out_repeat = kinds[i].repeat;
        return STATUS_OK;
    }
    return error_set(error, STATUS_CONFLICT, "conflict", "a backtest of the kind %.*s cannot be verified",
                     STR_ARG(row->kind));
}

static enum status load(const struct verify_request *request, struct verify_call *call,
                        struct backtest_row *row, struct error *error)
{
    verify_repeat *repeat;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(call->app->db, DB_READ, &tx, error));
    TRY(backtest_store_get(tx, request->workspace_id, request->backtest_id, call->arena, row, error));
    TRY(find_repeat(row, &repeat, error));
    TRY(verify_begin(tx, row, call->arena, &call->begin, error));
    return db_commit(&tx, error);
}

// One snapshot of what is stored, looked at when the run is done: a backtest that was deleted meanwhile is
// not there, rather than different.
static enum status compare(const struct app *app, const struct backtest_row *row,
                           const struct verify_run *run, struct arena *arena,
                           struct verification *verification, struct error *error)
{
    struct backtest_row stored;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(backtest_store_get(tx, row->workspace_id, row->id, arena, &stored, error));
    TRY(verify_place_changes(tx, &stored, run, error));
    TRY(verify_compare(tx, &stored, run, arena, verification, error));
    return db_commit(&tx, error);
}

static bool is_data_same(const struct verification *verification)
{
    for (size_t i = 0; i < verification->series_count; i++)
        if (verification->series[i].state != SERIES_SAME) return false;
    return true;
}

static bool is_result_same(const struct verification *verification)
{
    bool is_same = verification->was_run && verification->figure_count == 0 &&
                   !verification->equity.differs && !verification->trades.differs;
    for (size_t i = 0; i < VERIFY_PARTS; i++)
        is_same = is_same && !verification->parts[i];
    return is_same;
}

static enum verdict judge(const struct verification *verification)
{
    if (!is_data_same(verification)) return VERDICT_DATA_CHANGED;
    if (is_result_same(verification)) return VERDICT_IDENTICAL;
    return str_eq(verification->engine_stored, verification->engine_now) ? VERDICT_DIFFERENT
                                                                         : VERDICT_ENGINE_CHANGED;
}

// What is to be told outlives the work, which has an arena of its own.
static enum status conclude(const struct verify_run *run, struct arena *arena, struct verification *out,
                            struct error *error)
{
    struct verify_series *series = ARENA_ARRAY(arena, struct verify_series, run->series_count);
    if (!series) return error_no_memory(error);
    for (size_t i = 0; i < run->series_count; i++) {
        series[i] = run->series[i];
        series[i].symbol = str_copy(arena, run->series[i].symbol);
        series[i].interval = str_copy(arena, run->series[i].interval);
    }
    out->series = series;
    out->series_count = run->series_count;
    out->was_run = run->was_run;
    out->refusal = run->refusal;
    out->verdict = judge(out);
    return STATUS_OK;
}

static enum status verify(const struct verify_call *call, struct arena *arena, struct verification *out,
                          struct error *error)
{
    const struct backtest_row *row = call->row;
    struct verify_run run;
    verify_repeat *repeat;
    TRY(find_repeat(row, &repeat, error));
    TRY(repeat(call, &run, error));
    *out = (struct verification){
        .backtest_id = str_copy(arena, row->id),
        .engine_stored = str_copy(arena, row->outcome.engine_version),
        .engine_now = STR(ENGINE_VERSION),
    };
    TRY(compare(call->app, row, &run, arena, out, error));
    TRY(verify_find_revised(call, &run, arena, out, error));
    return conclude(&run, arena, out, error);
}

enum status backtest_verify(const struct app *app, const struct verify_request *request, struct arena *arena,
                            struct verification *out, struct error *error)
{
    ARENA_SCOPE(work, LIMIT_BACKTEST_ARENA_BYTES);
    struct backtest_row row;
    struct verify_call call = {.app = app, .row = &row, .is_stopped = request->is_stopped, .arena = &work};
    TRY(load(request, &call, &row, error));
    return verify(&call, arena, out, error);
}

enum status backtest_verify_enqueue(const struct app *app, struct backtest_scope scope,
                                    const struct backtest_row *row, struct arena *arena, struct job *out_job,
                                    struct error *error)
{
    const int64_t now_us = clock_wall_us();
    const struct id id = id_new(now_us);
    const struct job_spec spec = {
        .kind = job_kind_find(STR("backtest_verify")),
        .id = str_copy(arena, id_str(&id)),
        .workspace_id = scope.workspace_id,
        .title = str_format(arena, "verify %.*s %.*s %.*s", STR_ARG(row->strategy_id), STR_ARG(row->symbol),
                            STR_ARG(row->interval)),
        .payload = verify_job_payload(row->id, arena),
        .created_by = scope.user_id,
        .now_us = now_us,
    };
    verify_repeat *repeat;
    DB_TX_SCOPE tx = NULL;
    TRY(find_repeat(row, &repeat, error));
    if (!spec.id.ptr || !spec.title.ptr || !spec.payload.ptr) return error_no_memory(error);
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(once_mark(tx, app, spec.id, now_us, error));
    TRY(job_enqueue(app, tx, &spec, arena, out_job, error));
    return job_commit(app, &tx, out_job, error);
}
