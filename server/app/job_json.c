#include "app/job_json.h"

void job_json_put_error(struct json_writer *w, struct str code, struct str detail)
{
    json_key(w, "error");
    if (!code.ptr) {
        json_null(w);
        return;
    }
    json_begin_object(w);
    json_put_str(w, "code", code);
    json_put_str(w, "detail", detail);
    json_end_object(w);
}

static void put_times(struct json_writer *w, const struct job *job)
{
    json_put_str(w, "created_by", job->created_by);
    json_put_time_us(w, "created_at", job->created_at_us);
    json_put_time_us(w, "run_at", job->run_at_us);
    json_put_time_us(w, "started_at", job->started_at_us);
    json_put_time_us(w, "finished_at", job->finished_at_us);
}

void job_json_put_members(struct json_writer *w, const struct job *job)
{
    json_put_str(w, "id", job->id);
    json_put_str(w, "kind", job->kind);
    json_put_c(w, "status", job_status_name(job->status));
    json_put_str(w, "title", job->title);
    json_put_int(w, "priority", job->priority);
    json_put_int(w, "attempts", job->attempts);
    json_put_int(w, "max_attempts", job->max_attempts);
    json_put_double(w, "progress", job->progress);
    json_put_str(w, "progress_text", job->progress_text);
    json_key(w, "queue_position");
    if (job->queue_position)
        json_int(w, job->queue_position);
    else
        json_null(w);
    json_put_bool(w, "cancel_requested", job->is_cancel_requested);
    job_json_put_error(w, job->error_code, job->error_detail);
    json_put_str(w, "worker", job->worker);
    put_times(w, job);
}

void job_json_put(struct json_writer *w, const struct job *job)
{
    const struct str none = {0};
    json_begin_object(w);
    job_json_put_members(w, job);
    json_put_str(w, "workspace_id", job->workspace_id);
    const bool is_backtest =
        str_eq(job->kind, STR("backtest")) || str_eq(job->kind, STR("category_backtest"));
    json_put_str(w, "backtest_id", is_backtest ? job->id : none);
    // imports and downloads have schemas of their own, which tell theirs
    const bool is_verdict = job->result.ptr && str_eq(job->kind, STR("backtest_verify"));
    json_put_raw(w, "result", is_verdict ? job->result : STR("null"));
    json_end_object(w);
}
