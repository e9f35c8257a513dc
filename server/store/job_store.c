#include "store/job_store.h"

#include "sql_statements.h"
#include "store/count_rows.h"

#include <math.h>
#include <string.h>

static const char *const status_names[] = {"queued", "running", "completed", "failed", "cancelled"};

const char *job_status_name(enum job_status status)
{
    return status_names[status];
}

enum job_status job_status_parse(struct str name)
{
    for (int i = 0; i < JOB_CANCELLED; i++)
        if (str_eq(name, str_from_c(status_names[i]))) return (enum job_status)i;
    return JOB_CANCELLED;
}

static struct db_value text_or_null(struct str text)
{
    return text.ptr ? DB_TEXT(text) : DB_NULL;
}

static struct db_value status_value(enum job_status status)
{
    return DB_TEXT(str_from_c(status_names[status]));
}

static enum status not_found(struct error *error)
{
    return error_set(error, STATUS_NOT_FOUND, NULL, "there is no such job in this workspace");
}

static enum status lost(const struct job *job, struct error *error)
{
    return error_set(error, STATUS_STALE, "job_lost", "job %.*s is no longer attempt %lld of %.*s",
                     STR_ARG(job->id), (long long)job->attempts, STR_ARG(job->worker));
}

enum status job_store_insert(struct db_tx *tx, const struct job *job, struct job_start start,
                             struct error *error)
{
    const bool is_running = job->status == JOB_RUNNING;
    return db_defer(tx, &SQL_JOB_INSERT,
                    DB_PARAMS(DB_TEXT(job->id), job->workspace_id.len ? DB_TEXT(job->workspace_id) : DB_NULL,
                              DB_TEXT(job->kind), DB_TEXT(job->title), DB_TEXT(job->payload),
                              DB_TEXT(job->place), status_value(job->status), DB_INT(job->priority),
                              DB_TEXT(start.lane), DB_INT(start.lane_width), DB_INT(job->attempts),
                              DB_INT(job->max_attempts), is_running ? DB_INT(start.lease_us) : DB_NULL,
                              text_or_null(job->worker), DB_TEXT(job->created_by), DB_INT(job->created_at_us),
                              is_running ? DB_INT(job->started_at_us) : DB_NULL),
                    error);
}

enum status job_store_count_queued(struct db_tx *tx, struct str lane, int64_t *out_count, struct error *error)
{
    return count_rows(tx, &SQL_JOB_COUNT_QUEUED, DB_PARAMS(DB_TEXT(lane)), out_count, error);
}

static struct str copy_or_null(struct arena *arena, const struct db_rows *rows, int column)
{
    return db_is_null(rows, column) ? (struct str){0} : str_copy(arena, db_text(rows, column));
}

// Columns in the order of job_get.
static struct job read_job(const struct db_rows *rows, struct arena *arena)
{
    return (struct job){
        .id = str_copy(arena, db_text(rows, 0)),
        .workspace_id = str_copy(arena, db_text(rows, 1)),
        .kind = str_copy(arena, db_text(rows, 2)),
        .title = str_copy(arena, db_text(rows, 3)),
        .payload = str_copy(arena, db_text(rows, 4)),
        .place = str_copy(arena, db_text(rows, 5)),
        .status = job_status_parse(db_text(rows, 6)),
        .priority = db_int(rows, 7),
        .attempts = db_int(rows, 8),
        .max_attempts = db_int(rows, 9),
        .run_at_us = db_int(rows, 10),
        .worker = copy_or_null(arena, rows, 11),
        .is_cancel_requested = db_int(rows, 12) != 0,
        .progress = db_is_null(rows, 13) ? (double)NAN : db_double(rows, 13),
        .progress_text = copy_or_null(arena, rows, 14),
        .result = copy_or_null(arena, rows, 15),
        .error_code = copy_or_null(arena, rows, 16),
        .error_detail = copy_or_null(arena, rows, 17),
        .created_by = str_copy(arena, db_text(rows, 18)),
        .created_at_us = db_int(rows, 19),
        .started_at_us = db_int(rows, 20),
        .finished_at_us = db_int(rows, 21),
        .queue_position = db_is_null(rows, 22) ? 0 : db_int(rows, 22),
    };
}

enum status job_store_claim(struct db_tx *tx, const struct job_worker *worker, int64_t now_us,
                            const struct job_places *places, size_t *out_count, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, &SQL_JOB_CLAIM,
                 DB_PARAMS(DB_TEXT(worker->name), DB_TEXT(worker->place), DB_INT(worker->lease_us),
                           DB_INT(now_us), DB_INT((int64_t)places->count)),
                 &rows, error));
    TRY(db_next(rows, &has_row, error));
    for (*out_count = 0; has_row && *out_count < places->count; ++*out_count) {
        struct job_place *place = &places->items[*out_count];
        place->job = read_job(rows, place->arena);
        TRY(db_next(rows, &has_row, error));
    }
    return STATUS_OK;
}

static enum status read_one(struct db_rows *rows, struct arena *arena, struct job *out_job,
                            struct error *error)
{
    bool has_row;
    TRY(db_next(rows, &has_row, error));
    if (!has_row) return not_found(error);
    *out_job = read_job(rows, arena);
    return STATUS_OK;
}

enum status job_store_get(struct db_tx *tx, struct str workspace_id, struct str id, struct arena *arena,
                          struct job *out_job, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    TRY(db_query(tx, &SQL_JOB_GET, DB_PARAMS(DB_TEXT(id), DB_TEXT(workspace_id)), &rows, error));
    return read_one(rows, arena, out_job, error);
}

enum status job_store_lock(struct db_tx *tx, struct str workspace_id, struct str id, struct arena *arena,
                           struct job *out_job, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    TRY(db_query(tx, &SQL_JOB_LOCK, DB_PARAMS(DB_TEXT(id), DB_TEXT(workspace_id)), &rows, error));
    return read_one(rows, arena, out_job, error);
}

enum status job_store_list(struct db_tx *tx, const struct job_filter *filter, struct arena *arena,
                           struct job_list *out_list, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    struct job_list list = {.items = ARENA_ARRAY(arena, struct job, filter->limit)};
    bool has_row;
    if (!list.items) return error_no_memory(error);
    TRY(db_query(tx, &SQL_JOB_LIST,
                 DB_PARAMS(DB_TEXT(filter->workspace_id), DB_TEXT(filter->status), DB_TEXT(filter->kind),
                           DB_INT(filter->before_us), DB_TEXT(filter->before_id),
                           DB_INT((int64_t)filter->limit)),
                 &rows, error));
    TRY(db_next(rows, &has_row, error));
    while (has_row && list.count < filter->limit) {
        list.items[list.count++] = read_job(rows, arena);
        TRY(db_next(rows, &has_row, error));
    }
    *out_list = list;
    return STATUS_OK;
}

enum status job_store_list_expired(struct db_tx *tx, struct job_expired_filter filter, struct arena *arena,
                                   struct job_list *out_list, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    struct job_list list = {.items = ARENA_ARRAY(arena, struct job, filter.limit)};
    bool has_row;
    if (!list.items) return error_no_memory(error);
    TRY(db_query(tx, &SQL_JOB_EXPIRED,
                 DB_PARAMS(DB_TEXT(filter.worker), DB_TEXT(filter.id), DB_INT((int64_t)filter.limit)), &rows,
                 error));
    TRY(db_next(rows, &has_row, error));
    while (has_row && list.count < filter.limit) {
        list.items[list.count++] = (struct job){.id = str_copy(arena, db_text(rows, 0)),
                                                .workspace_id = str_copy(arena, db_text(rows, 1))};
        TRY(db_next(rows, &has_row, error));
    }
    *out_list = list;
    return STATUS_OK;
}

enum status job_store_expire_all(struct db_tx *tx, struct error *error)
{
    return db_execute(tx, &SQL_JOB_EXPIRE_ALL, DB_NO_PARAMS, NULL, error);
}

enum status job_store_forget_places(struct db_tx *tx, struct error *error)
{
    return db_execute(tx, &SQL_JOB_FORGET_PLACES, DB_NO_PARAMS, NULL, error);
}

enum status job_store_renew(struct db_tx *tx, const struct job_worker *worker, size_t capacity,
                            struct job_lease *out_leases, size_t *out_count, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    size_t count = 0;
    bool has_row;
    TRY(db_query(tx, &SQL_JOB_RENEW, DB_PARAMS(DB_TEXT(worker->name), DB_INT(worker->lease_us)), &rows,
                 error));
    TRY(db_next(rows, &has_row, error));
    while (has_row) {
        if (count < capacity) {
            struct job_lease *lease = &out_leases[count++];
            (void)str_to_c(db_text(rows, 0), lease->id, sizeof lease->id);
            (void)str_to_c(db_text(rows, 1), lease->workspace_id, sizeof lease->workspace_id);
            lease->attempts = db_int(rows, 2);
            lease->is_cancel_requested = db_int(rows, 3) != 0;
        }
        TRY(db_next(rows, &has_row, error));
    }
    *out_count = count;
    return STATUS_OK;
}

enum status job_store_set_progress(struct db_tx *tx, const struct job *job, double progress, struct str text,
                                   struct error *error)
{
    int64_t changed;
    TRY(db_execute(tx, &SQL_JOB_PROGRESS,
                   DB_PARAMS(DB_TEXT(job->id), DB_TEXT(job->worker), DB_INT(job->attempts),
                             DB_DOUBLE(progress), text_or_null(text)),
                   &changed, error));
    return changed == 1 ? STATUS_OK : lost(job, error);
}

enum status job_store_move(struct db_tx *tx, const struct job *job, const struct job_move *move,
                           struct error *error)
{
    int64_t changed;
    const bool has_ended = move->to != JOB_QUEUED && move->to != JOB_RUNNING;
    TRY(db_execute(tx, &SQL_JOB_MOVE,
                   DB_PARAMS(DB_TEXT(job->id), status_value(job->status), DB_TEXT(job->worker),
                             DB_INT(job->attempts), status_value(move->to), DB_INT(move->attempts),
                             move->delay_us ? DB_INT(move->delay_us) : DB_NULL,
                             has_ended ? DB_INT(move->now_us) : DB_NULL,
                             DB_INT(move->unless_cancel_requested), text_or_null(move->result),
                             text_or_null(move->error_code), text_or_null(move->error_detail)),
                   &changed, error));
    return changed == 1 ? STATUS_OK : lost(job, error);
}

enum status job_store_request_cancel(struct db_tx *tx, struct str id, struct error *error)
{
    return db_defer(tx, &SQL_JOB_REQUEST_CANCEL, DB_PARAMS(DB_TEXT(id)), error);
}

enum status job_store_delete(struct db_tx *tx, struct str workspace_id, struct str id, struct error *error)
{
    int64_t changed;
    TRY(db_execute(tx, &SQL_JOB_DELETE, DB_PARAMS(DB_TEXT(id), DB_TEXT(workspace_id)), &changed, error));
    return changed == 1 ? STATUS_OK : not_found(error);
}

enum status job_store_forget(struct db_tx *tx, int64_t before_us, int64_t limit, int64_t *out_count,
                             struct error *error)
{
    return db_execute(tx, &SQL_JOB_FORGET, DB_PARAMS(DB_INT(before_us), DB_INT(limit)), out_count, error);
}
