#include "app/import_job.h"

#include "app/event.h"
#include "app/job_json.h"
#include "app/job_state.h"
#include "app/market_job.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/limits.h"
#include "market/ingest/importer.h"
#include "json/decode.h"
#include "json/json.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// ---- payload

struct str import_payload_encode(const struct import_payload *payload, struct arena *arena)
{
    BUF_SCOPE(buf, LIMIT_JSON_BODY_BYTES);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_str(&w, "filename", payload->filename);
    json_put_str(&w, "path", payload->path);
    json_put_int(&w, "bytes", payload->bytes);
    json_put_str(&w, "symbol", payload->symbol);
    json_put_str(&w, "interval", payload->interval);
    json_put_bool(&w, "skip_bad", payload->skip_bad);
    json_end_object(&w);
    return buf_copy(&buf, arena);
}

enum status import_payload_decode(struct str json, struct arena *arena, struct import_payload *out_payload,
                                  struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct import_payload, filename, TEXT, .is_required = true, .min_bytes = 1),
        JSON_FIELD(struct import_payload, path, TEXT, .is_required = true, .min_bytes = 1),
        JSON_FIELD(struct import_payload, bytes, INTEGER, .is_required = true),
        JSON_FIELD(struct import_payload, symbol, TEXT, .min_bytes = 1, .max_bytes = LIMIT_SYMBOL_BYTES),
        JSON_FIELD(struct import_payload, interval, TEXT, .min_bytes = 1),
        JSON_FIELD(struct import_payload, skip_bad, BOOLEAN),
    };
    const struct json_value *object;
    struct import_payload payload = {0};
    TRY(json_parse_object(arena, json, &object, error));
    TRY(json_decode(object, "", fields, sizeof fields / sizeof *fields, &payload, error));
    *out_payload = payload;
    return STATUS_OK;
}

enum status import_job_check(struct str payload, struct arena *arena, struct error *error)
{
    struct import_payload decoded;
    return import_payload_decode(payload, arena, &decoded, error);
}

void import_job_put(struct json_writer *w, const struct job *job)
{
    ARENA_SCOPE(arena, MIB);
    struct import_payload payload = {.filename = job->title};
    struct error unreadable = {0}; // of another program: its name and state are told all the same
    const enum status status = import_payload_decode(job->payload, &arena, &payload, &unreadable);
    json_begin_object(w);
    job_json_put_members(w, job);
    json_put_str(w, "filename", payload.filename);
    json_put_int(w, "bytes", status == STATUS_OK ? payload.bytes : 0);
    json_put_raw(w, "result", job->result.ptr ? job->result : STR("null"));
    json_end_object(w);
}

// ---- the trail

static const char *action_of(enum job_status status)
{
    switch (status) {
    case JOB_QUEUED:
    case JOB_RUNNING: return "import.start";
    case JOB_COMPLETED: return "import.complete";
    case JOB_FAILED: return "import.fail";
    case JOB_CANCELLED: return "import.cancel";
    }
    return "import.end"; // of a newer program
}

enum status import_job_audit(struct db_tx *tx, const struct actor *actor, const struct job *job,
                             struct error *error)
{
    const struct market_job_act act = {action_of(job->status), "import", "filename"};
    return market_job_audit(tx, actor, job, &act, error);
}

// Whoever brings it to its end, it is told here.
enum status import_job_tell(struct db_tx *tx, const struct job *job, int64_t now_us, struct error *error)
{
    const struct actor actor = {.user_id = job->created_by, .now_us = now_us, .via = STR("job")};
    // that it was cancelled is noted by whoever asks for it
    if (job_state_is_final(job->status) && job->status != JOB_CANCELLED)
        TRY(import_job_audit(tx, &actor, job, error));
    return event_append_job(tx, "import", import_job_put, job, now_us, error);
}

// ---- the work

// What the importer said of the one file.
struct import {
    struct task *task;
    struct import_payload payload;
    struct error refusal; // status STATUS_OK: it was not refused
    struct ingest_report report;
};

static void on_file(void *context, const struct import_event *event)
{
    struct import *import = context;
    import->report = *event->report;
    if (event->refusal) import->refusal = *event->refusal;
}

static void on_progress(void *context, const struct import_progress *progress)
{
    struct import *import = context;
    char text[64];
    const int len = progress->rows_done == 0
                        ? snprintf(text, sizeof text, "reading")
                        : snprintf(text, sizeof text, "storing, %" PRId64 " candles", progress->rows_done);
    const double total = progress->bytes_total > 0 ? (double)progress->bytes_total : 1;
    task_progress(import->task, (double)progress->bytes_done / total, (struct str){text, (size_t)len});
}

static void put_notices(struct json_writer *w, const struct ingest_report *report)
{
    char text[INGEST_NOTE_BYTES + 32];
    json_key(w, "notices");
    json_begin_array(w);
    for (size_t i = 0; i < report->notice_count; i++)
        json_c(w, report->notices[i].text);
    for (int64_t i = 0; i < report->left_out_count && i < INGEST_LEFT_OUT_MAX; i++) {
        (void)snprintf(text, sizeof text, "line %lld left out: %s", (long long)report->left_out[i].line,
                       report->left_out[i].text);
        json_c(w, text);
    }
    json_end_array(w);
}

static struct str encode_result(const struct import *import, const struct import_summary *summary,
                                struct arena *arena)
{
    BUF_SCOPE(buf, LIMIT_JSON_BODY_BYTES);
    struct json_writer w = json_writer_on(&buf);
    const struct series_name *series = summary->series_count ? &summary->series[0] : NULL;
    json_begin_object(&w);
    json_put_c(&w, "symbol", series ? series->symbol : NULL);
    json_put_c(&w, "interval", series ? interval_name(series->interval) : NULL);
    json_put_int(&w, "rows_added", summary->rows.added);
    json_put_int(&w, "rows_unchanged", summary->rows.unchanged);
    json_put_int(&w, "rows_revised", summary->rows.revised);
    json_put_int(&w, "rows_left_out", summary->rows_left_out);
    put_notices(&w, &import->report);
    json_end_object(&w);
    return buf_copy(&buf, arena);
}

// NULL: no memory.
static char *path_of(const struct import *import, struct arena *arena)
{
    const struct str path = import->payload.path, folder = import->task->app->jobs.upload_dir;
    if (str_starts_with(path, STR("/"))) return str_copy_c(arena, path); // a job of an earlier program
    return str_copy_c(arena, str_format(arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(path)));
}

static enum status list_file(const struct import *import, struct arena *arena, struct file_list *files,
                             struct error *error)
{
    const char *path = path_of(import, arena);
    if (!path) return error_no_memory(error);
    return file_list_add(files, path, error);
}

// Why the file was refused, with the line to blame where it is one.
static enum status tell_refusal(const struct import *import, struct error *error)
{
    const struct error *refusal = &import->refusal;
    const char *code = refusal->code[0] ? refusal->code : NULL;
    if (import->report.failed_line == 0)
        return error_set(error, refusal->status, code, "%s", refusal->message);
    return error_set(error, refusal->status, code, "line %lld: %.400s", (long long)import->report.failed_line,
                     refusal->message);
}

static enum status run_importer(struct import *import, const struct file_list *files,
                                struct candle_writer *writer, struct import_summary *summary,
                                struct error *error)
{
    struct import_options options = {
        .rules = {.skips_bad_rows = import->payload.skip_bad},
        .listener = {.on_file = on_file, .on_progress = on_progress, .context = import},
        .is_cancelled = &import->task->is_stopped,
        .thread_count = 1,
    };
    options.rules.series.symbol = import->payload.symbol;
    options.rules.series.has_interval =
        import->payload.interval.len &&
        interval_parse(import->payload.interval, &options.rules.series.interval);
    const enum status status = import_run(writer, files, &options, summary, error);
    return status != STATUS_OK || import->refusal.status == STATUS_OK ? status : tell_refusal(import, error);
}

// The file is of no more use; where that fails, import_sweep finds it.
static void remove_file(const struct import *import, struct arena *arena)
{
    char *path = path_of(import, arena);
    if (!path) return;
    (void)unlink(path);
    *strrchr(path, '/') = '\0';
    (void)rmdir(path);
}

// Storing the same candles again changes nothing: what a worker that died had stored, the next one finds.
enum status import_job_run(struct task *task, struct error *error)
{
    ARENA_SCOPE(arena, 16 * MIB);
    FILE_LIST_SCOPE files;
    CANDLE_WRITER_SCOPE writer = NULL;
    struct import import = {.task = task};
    struct import_summary summary = {0};
    file_list_init(&files);
    TRY(import_payload_decode(task->job.payload, &arena, &import.payload, error));
    TRY(list_file(&import, &arena, &files, error));
    TRY(market_job_open_writer(task, &writer, error));
    enum status status = run_importer(&import, &files, writer, &summary, error);
    if (status == STATUS_OK) status = candle_writer_close(&writer, error);
    if (status == STATUS_OK) market_look_now(task->app->market); // who is told of the end finds the candles
    if (status == STATUS_OK)
        status = market_job_complete(task, encode_result(&import, &summary, &arena), error);
    if (status == STATUS_OK) remove_file(&import, &arena);
    import_summary_done(&summary);
    return status;
}
