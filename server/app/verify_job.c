#include "app/verify_job.h"

#include "app/event.h"
#include "app/job_json.h"
#include "app/verify.h"
#include "app/verify_json.h"
#include "base/buf.h"
#include "base/limits.h"
#include "json/decode.h"
#include "json/json.h"
#include "json/writer.h"

struct payload {
    struct str backtest_id;
};

struct str verify_job_payload(struct str backtest_id, struct arena *arena)
{
    BUF_SCOPE(buf, KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_str(&w, "backtest_id", backtest_id);
    json_end_object(&w);
    return buf_copy(&buf, arena);
}

static enum status read_payload(struct str text, struct arena *arena, struct payload *out_payload,
                                struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct payload, backtest_id, TEXT, .is_required = true, .min_bytes = 1),
    };
    const struct json_value *object;
    TRY(json_parse_object(arena, text, &object, error));
    return json_decode(object, "", fields, sizeof fields / sizeof *fields, out_payload, error);
}

enum status verify_job_check(struct str payload, struct arena *arena, struct error *error)
{
    struct payload decoded = {0};
    return read_payload(payload, arena, &decoded, error);
}

enum status verify_job_tell(struct db_tx *tx, const struct job *job, int64_t now_us, struct error *error)
{
    return event_append_job(tx, "job", job_json_put, job, now_us, error);
}

static enum status finish(struct task *task, const struct verification *verification, struct arena *arena,
                          struct error *error)
{
    const struct str result = verify_json(verification, arena);
    DB_TX_SCOPE tx = NULL;
    if (!result.ptr) return error_no_memory(error);
    TRY(db_begin(task->app->db, DB_WRITE, &tx, error));
    return task_complete(task, &tx, result, error);
}

enum status verify_job_run(struct task *task, struct error *error)
{
    ARENA_SCOPE(arena, LIMIT_RESPONSE_BYTES);
    struct payload payload = {0};
    struct verification verification;
    TRY(read_payload(task->job.payload, &arena, &payload, error));
    const struct verify_request request = {.workspace_id = task->job.workspace_id,
                                           .backtest_id = payload.backtest_id,
                                           .is_stopped = &task->is_stopped};
    const enum status status = backtest_verify(task->app, &request, &arena, &verification, error);
    if (task_is_stopped(task)) return task_stopped(task, error);
    TRY(status);
    return finish(task, &verification, &arena, error);
}
