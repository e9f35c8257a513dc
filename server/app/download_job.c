#include "app/download_job.h"

#include "app/download_request.h"
#include "app/event.h"
#include "app/job_json.h"
#include "app/job_state.h"
#include "app/market_job.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/datetime.h"
#include "base/limits.h"
#include "market/download/download_run.h"
#include "market/market.h"

#include <stdio.h>

enum { FAILURES_TOLD = 20 };

static int64_t today(void)
{
    return datetime_day_us(clock_wall_us());
}

enum status download_job_check(struct str payload, struct arena *arena, struct error *error)
{
    struct download_request request;
    return download_request_parse(payload, today(), arena, &request, error);
}

void download_job_put(struct json_writer *w, const struct job *job)
{
    ARENA_SCOPE(arena, MIB);
    struct download_request request = {0};
    struct error unreadable = {0}; // of another program: its name and state are told all the same
    const enum status status = download_request_parse(job->payload, today(), &arena, &request, &unreadable);
    json_begin_object(w);
    job_json_put_members(w, job);
    if (status == STATUS_OK) download_request_put(w, &request);
    json_put_raw(w, "result", job->result.ptr ? job->result : STR("null"));
    json_end_object(w);
}

// ---- the trail

enum status download_job_audit(struct db_tx *tx, const struct actor *actor, const struct job *job,
                               const char *action, struct error *error)
{
    const struct market_job_act act = {action, "download", "title"};
    return market_job_audit(tx, actor, job, &act, error);
}

static const char *end_of(enum job_status status)
{
    switch (status) {
    case JOB_COMPLETED: return "download.complete";
    case JOB_FAILED: return "download.fail";
    case JOB_CANCELLED: return "download.cancel";
    case JOB_QUEUED:
    case JOB_RUNNING: break;
    }
    return NULL;
}

// Whoever brings it to its end, it is told here.
enum status download_job_tell(struct db_tx *tx, const struct job *job, int64_t now_us, struct error *error)
{
    const struct actor actor = {.user_id = job->created_by, .now_us = now_us, .via = STR("job")};
    const char *action = end_of(job->status);
    if (action) TRY(download_job_audit(tx, &actor, job, action, error));
    return event_append_job(tx, "job", job_json_put, job, now_us, error);
}

// ---- the work

// What the run says on the way.
struct work {
    struct task *task;
    struct arena *arena;
    struct download_request request;
    struct download_holdings holdings;
    struct download_plan plan;
    struct download_summary summary;
    struct str failures[FAILURES_TOLD]; // "path: reason"
    size_t failure_count;               // may be more than are told
};

static void on_file(void *context, const struct download_event *event)
{
    struct work *work = context;
    if (event->end != DOWNLOAD_FAILED) return;
    if (work->failure_count < FAILURES_TOLD)
        work->failures[work->failure_count] =
            str_format(work->arena, "%.*s: %s", STR_ARG(event->path), event->reason);
    work->failure_count++;
}

static void on_progress(void *context, const struct download_progress *progress)
{
    struct work *work = context;
    char text[96];
    const int len = snprintf(text, sizeof text, "%zu of %zu files, %.1f MB fetched", progress->files_done,
                             progress->files_total, (double)progress->bytes / 1e6);
    const double total = progress->files_total > 0 ? (double)progress->files_total : 1;
    task_progress(work->task, (double)progress->files_done / total, (struct str){text, (size_t)len});
}

static void put_failures(struct json_writer *w, const struct work *work)
{
    json_key(w, "failures");
    json_begin_array(w);
    for (size_t i = 0; i < work->failure_count && i < FAILURES_TOLD; i++)
        json_str(w, work->failures[i]);
    json_end_array(w);
}

static struct str encode_result(const struct work *work)
{
    BUF_SCOPE(buf, LIMIT_JSON_BODY_BYTES);
    struct json_writer w = json_writer_on(&buf);
    const struct download_summary *summary = &work->summary;
    json_begin_object(&w);
    json_put_int(&w, "files_fetched", (int64_t)summary->counts[DOWNLOAD_STORED]);
    json_put_int(&w, "files_on_disk", (int64_t)summary->counts[DOWNLOAD_FROM_DISK]);
    json_put_int(&w, "files_had", (int64_t)work->plan.held_count);
    json_put_int(&w, "files_not_published", (int64_t)summary->counts[DOWNLOAD_NOT_PUBLISHED]);
    json_put_int(&w, "files_failed", (int64_t)summary->counts[DOWNLOAD_FAILED]);
    json_put_int(&w, "bytes", summary->bytes);
    json_put_int(&w, "rows_added", summary->rows.added);
    json_put_int(&w, "rows_unchanged", summary->rows.unchanged);
    json_put_int(&w, "rows_revised", summary->rows.revised);
    put_failures(&w, work);
    json_end_object(&w);
    return buf_copy(&buf, work->arena);
}

// Nothing came of it at all.
static enum status tell_failure(const struct work *work, struct error *error)
{
    const size_t failed = work->summary.counts[DOWNLOAD_FAILED];
    if (failed == 0 || download_summary_had(&work->summary, &work->plan) > 0) return STATUS_OK;
    return error_set(error, STATUS_INVALID, NULL, "no file could be stored; the first: %.*s",
                     STR_ARG(str_prefix(work->failures[0], 300)));
}

static enum status make_plan(struct work *work, struct error *error)
{
    struct download_spec *spec = &work->request.spec;
    const struct download_wish wish = {
        .freq = work->request.freq, .today = today(), .rechecks_held = work->request.rechecks};
    spec->destination_dir = work->task->app->jobs.download_dir;
    TRY(market_holdings(work->task->app->market, spec, work->arena, &work->holdings, error));
    return download_plan_make(spec, &work->holdings, &wish, work->arena, &work->plan, error);
}

static enum status fetch(struct work *work, struct candle_writer *writer, struct error *error)
{
    const struct download_options options = {
        .base_url = work->task->app->jobs.binance_data_url,
        .rules = fetch_rules_default(),
        .today = today(),
        .rechecks = work->request.rechecks,
        .is_cancelled = &work->task->is_stopped,
        .listener = {.on_file = on_file, .on_progress = on_progress, .context = work},
    };
    const enum status status = download_run(writer, &work->plan, &options, &work->summary, error);
    return task_is_stopped(work->task) ? task_stopped(work->task, error) : status;
}

// Where an attempt ended, the next one goes on: the plan is made anew from what is there.
enum status download_job_run(struct task *task, struct error *error)
{
    ARENA_SCOPE(arena, LIMIT_DOWNLOAD_JOB_PLAN_BYTES);
    CANDLE_WRITER_SCOPE writer = NULL;
    struct work work = {.task = task, .arena = &arena};
    TRY(download_request_parse(task->job.payload, today(), &arena, &work.request, error));
    TRY(make_plan(&work, error));
    TRY(market_job_open_writer(task, &writer, error));
    enum status status = fetch(&work, writer, error);
    if (status == STATUS_OK) status = candle_writer_close(&writer, error);
    market_look_now(task->app->market); // who is told of the end finds the candles
    if (status == STATUS_OK) status = tell_failure(&work, error);
    return status == STATUS_OK ? market_job_complete(task, encode_result(&work), error) : status;
}
