#include "app/job.h"

#include "app/event.h"
#include "app/job_kind.h"
#include "app/job_state.h"
#include "app/notice.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/rand.h"

#include <math.h>
#include <stdlib.h>

enum {
    CLAIM_TRIES = 8,
    RECOVER_AT_ONCE = 16,
    PAUSE_FIRST_US = 2 * 1000 * 1000,
    PAUSE_MAX_US = 600 * 1000 * 1000,
};

// ---- into the queue

struct lane {
    struct str name;
    int64_t width;
    int64_t queued_max;
};

static struct lane lane_of(const struct app *app, const struct job_spec *spec)
{
    if (spec->kind->lane)
        return (struct lane){str_from_c(spec->kind->lane), spec->kind->lane_width, spec->kind->queued_max};
    return (struct lane){spec->workspace_id, app->jobs.running_per_workspace, app->jobs.queued_per_workspace};
}

static struct job job_of(const struct job_spec *spec)
{
    return (struct job){
        .id = spec->id,
        .workspace_id = spec->workspace_id,
        .kind = str_from_c(spec->kind->name),
        .title = spec->title,
        .payload = spec->payload,
        .place = spec->place,
        .status = JOB_QUEUED,
        .priority = spec->kind->priority,
        .max_attempts = spec->kind->max_attempts,
        .progress = NAN,
        .created_by = spec->created_by,
        .created_at_us = spec->now_us,
    };
}

// Two processes may let one more in than this in the same moment; nobody is worse off.
static enum status check_room(struct db_tx *tx, const struct lane *lane, struct error *error)
{
    int64_t queued;
    TRY(job_store_count_queued(tx, lane->name, &queued, error));
    if (queued < lane->queued_max) return STATUS_OK;
    return error_set(
        error, STATUS_TOO_MANY, "too_many_jobs",
        "%lld jobs are waiting already, which is the most; wait until some have ended, or cancel some",
        (long long)queued);
}

enum status job_enqueue(const struct app *app, struct db_tx *tx, const struct job_spec *spec,
                        struct arena *arena, struct job *out_job, struct error *error)
{
    const struct lane lane = lane_of(app, spec);
    const struct job job = job_of(spec);
    TRY(spec->kind->check(spec->payload, arena, error));
    TRY(check_room(tx, &lane, error));
    TRY(job_store_insert(tx, &job, (struct job_start){.lane = lane.name, .lane_width = lane.width}, error));
    *out_job = job;
    return STATUS_OK;
}

enum status job_begin(const struct app *app, struct db_tx *tx, const struct job_spec *spec,
                      struct arena *arena, struct job *out_job, struct error *error)
{
    const struct lane lane = lane_of(app, spec);
    struct job job = job_of(spec);
    TRY(spec->kind->check(spec->payload, arena, error));
    job.status = JOB_RUNNING;
    job.attempts = 1;
    // not the name of the process's workers: should this thread fail to say how it ended, they recover the
    // job
    job.worker = str_format(arena, "%.*s request", STR_ARG(app->jobs.process));
    job.started_at_us = spec->now_us;
    if (!job.worker.ptr) return error_no_memory(error);
    const struct job_start start = {.lane = lane.name, .lane_width = lane.width, .lease_us = JOB_LEASE_US};
    TRY(job_store_insert(tx, &job, start, error));
    *out_job = job;
    return STATUS_OK;
}

enum status job_commit(const struct app *app, struct db_tx **tx, const struct job *job, struct error *error)
{
    TRY(job_append_event(*tx, job, clock_wall_us(), error));
    TRY(event_commit(app, tx, job->workspace_id, error));
    notice_queue(app); // a job more, or a slot of a lane that is free again
    if (job->status != JOB_QUEUED) notice_job(app, job->id);
    return STATUS_OK;
}

enum status job_append_event(struct db_tx *tx, const struct job *job, int64_t now_us, struct error *error)
{
    const struct job_kind *kind = job_kind_find(job->kind);
    return kind ? kind->tell(tx, job, now_us, error) : STATUS_OK; // of a newer program: not told of here
}

// ---- for workers

// The one reason for which jobs are put back uncounted (market_job.h).
bool job_waits(const struct job *job)
{
    return str_eq(job->error_code, STR("import_running"));
}

static int by_log(const void *a, const void *b)
{
    const struct job *left = &((const struct job_place *)a)->job,
                     *right = &((const struct job_place *)b)->job;
    return str_compare(left->workspace_id, right->workspace_id);
}

// In one order, since an event holds its log: two processes never wait for each other.
static enum status tell_of_claims(const struct app *app, struct db_tx **tx, struct job_place *places,
                                  size_t count, int64_t now_us, struct error *error)
{
    qsort(places, count, sizeof *places, by_log);
    for (size_t i = 0; i < count; i++)
        if (!job_waits(&places[i].job)) TRY(job_append_event(*tx, &places[i].job, now_us, error));
    TRY(db_commit(tx, error));
    for (size_t i = 0; i < count; i++)
        if (!job_waits(&places[i].job)) notice_events(app, places[i].job.workspace_id);
    return STATUS_OK;
}

static enum status claim_once(const struct app *app, const struct job_worker *worker,
                              const struct job_places *places, size_t *out_count, struct error *error)
{
    const int64_t now_us = clock_wall_us();
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(job_store_claim(tx, worker, now_us, places, out_count, error));
    if (*out_count == 0) return STATUS_OK; // rolled back: nothing changed
    return tell_of_claims(app, &tx, places->items, *out_count, now_us, error);
}

enum status job_claim(const struct app *app, const struct job_worker *worker, const struct job_places *places,
                      size_t *out_count, struct error *error)
{
    enum status status = STATUS_CONFLICT; // another process was faster with a slot
    for (int i = 0; i < CLAIM_TRIES && status == STATUS_CONFLICT; i++)
        status = claim_once(app, worker, places, out_count, error);
    if (status != STATUS_OK) *out_count = 0;
    return status;
}

// Whether doing the same again may end in another way.
static bool may_pass(enum status status)
{
    return status == STATUS_UNAVAILABLE || status == STATUS_STORAGE_FULL || status == STATUS_NO_MEMORY ||
           status == STATUS_INTERNAL || status == STATUS_STALE || status == STATUS_CANCELLED;
}

static enum job_step step_after(const struct job *job, const struct job_outcome *outcome)
{
    if (job->is_cancel_requested) return JOB_STEP_CANCEL;
    if (outcome->is_released) return JOB_STEP_RELEASE;
    if (outcome->wait_us) return JOB_STEP_WAIT;
    const bool is_left = job->attempts < job->max_attempts;
    return is_left && (outcome->is_lost || may_pass(outcome->status)) ? JOB_STEP_RETRY : JOB_STEP_FAIL;
}

// Doubles with each attempt; up to a quarter more, so that jobs which failed together do not come back in
// step.
static int64_t pause_after(int64_t attempts)
{
    int64_t pause_us = PAUSE_FIRST_US;
    uint16_t random;
    while (--attempts > 0 && pause_us < PAUSE_MAX_US)
        pause_us *= 2;
    if (pause_us > PAUSE_MAX_US) pause_us = PAUSE_MAX_US;
    rand_bytes(&random, sizeof random);
    return pause_us + pause_us / 4 * random / UINT16_MAX;
}

// What users are told; what is the server's own affair is in its log.
static struct str detail_of(const struct job_outcome *outcome)
{
    if (outcome->is_lost) return STR("the process that worked on it ended");
    if (outcome->status == STATUS_INTERNAL) return STR("the server failed; its log says how");
    return str_from_c(outcome->error->message);
}

static struct str code_of(const struct job_outcome *outcome)
{
    if (outcome->is_lost) return STR("worker_lost");
    if (outcome->error->code[0]) return str_from_c(outcome->error->code);
    switch (outcome->status) {
    case STATUS_UNAVAILABLE: return STR("unavailable");
    case STATUS_STORAGE_FULL: return STR("storage_full");
    case STATUS_NO_MEMORY: return STR("no_memory");
    case STATUS_NOT_FOUND: return STR("not_found");
    case STATUS_INVALID:
    case STATUS_MALFORMED: return STR("invalid_input");
    case STATUS_TOO_LARGE: return STR("payload_too_large");
    default: return STR("internal_error");
    }
}

// Inside the transaction that locked `job`: the step, and what those who watch see of it.
static enum status take_step(struct db_tx *tx, struct job *job, enum job_step step,
                             const struct job_outcome *outcome, struct error *error)
{
    struct job_move move = {.attempts = job->attempts, .now_us = clock_wall_us()};
    if (!job_state_after(job->status, step, &move.to))
        return error_set(error, STATUS_STALE, "job_lost", "a %s job cannot take that step",
                         job_status_name(job->status));
    if (step == JOB_STEP_RELEASE || step == JOB_STEP_WAIT) move.attempts--;
    if (step == JOB_STEP_WAIT) move.delay_us = outcome->wait_us;
    if (step == JOB_STEP_RETRY && !outcome->is_lost) move.delay_us = pause_after(job->attempts);
    if (step == JOB_STEP_RETRY || step == JOB_STEP_FAIL || step == JOB_STEP_WAIT) {
        move.error_code = code_of(outcome);
        move.error_detail = detail_of(outcome);
    }
    TRY(job_store_move(tx, job, &move, error));
    job->status = move.to;
    job->attempts = move.attempts;
    job->run_at_us = move.delay_us ? move.now_us + move.delay_us : 0;
    job->error_code = move.error_code;
    job->error_detail = move.error_detail;
    job->finished_at_us = job_state_is_final(move.to) ? move.now_us : 0;
    return STATUS_OK;
}

static bool is_same_attempt(const struct job *a, const struct job *b)
{
    return a->status == JOB_RUNNING && a->attempts == b->attempts && str_eq(a->worker, b->worker);
}

// It waits as it did before it was claimed, which nobody was told of: only its place is free again.
static bool is_same_wait(const struct job *before, const struct job *after)
{
    return after->status == JOB_QUEUED && job_waits(before) && job_waits(after) &&
           str_eq(before->error_detail, after->error_detail);
}

enum status job_settle(const struct app *app, const struct job *job, const struct job_outcome *outcome,
                       struct error *error)
{
    ARENA_SCOPE(arena, MIB);
    struct job before, now;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(job_store_lock(tx, job->workspace_id, job->id, &arena, &before, error));
    now = before;
    if (!is_same_attempt(&now, job))
        return error_set(error, STATUS_STALE, "job_lost", "another worker has taken the job over");
    TRY(take_step(tx, &now, step_after(&now, outcome), outcome, error));
    if (!is_same_wait(&before, &now)) return job_commit(app, &tx, &now, error);
    TRY(db_commit(&tx, error));
    notice_queue(app);
    return STATUS_OK;
}

static enum status recover_one(const struct app *app, const struct job *expired, struct str worker,
                               struct arena *arena, struct error *error)
{
    const struct job_outcome outcome = {.is_lost = true};
    struct job job;
    struct job_list still; // it may have been renewed, or recovered by another process, since it was listed
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(job_store_lock(tx, expired->workspace_id, expired->id, arena, &job, error));
    TRY(job_store_list_expired(tx, (struct job_expired_filter){worker, job.id, 1}, arena, &still, error));
    if (still.count == 0) return STATUS_OK;
    TRY(take_step(tx, &job, step_after(&job, &outcome), &outcome, error));
    return job_commit(app, &tx, &job, error);
}

enum status job_recover(const struct app *app, struct str worker, size_t *out_count, struct error *error)
{
    ARENA_SCOPE(arena, MIB);
    struct job_list expired;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(job_store_list_expired(tx, (struct job_expired_filter){worker, STR(""), RECOVER_AT_ONCE}, &arena,
                               &expired, error));
    TRY(db_commit(&tx, error));
    for (size_t i = 0; i < expired.count; i++)
        TRY(recover_one(app, &expired.items[i], worker, &arena, error));
    *out_count = expired.count;
    return STATUS_OK;
}

enum status job_renew(const struct app *app, const struct job_worker *worker, size_t capacity,
                      struct job_lease *out_leases, size_t *out_count, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(job_store_renew(tx, worker, capacity, out_leases, out_count, error));
    return db_commit(&tx, error);
}

enum status job_end_leases_of_the_dead(const struct app *app, struct error *error)
{
    if (db_engine_of(app->db) != DB_SQLITE) return STATUS_OK;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(job_store_expire_all(tx, error));
    TRY(job_store_forget_places(tx, error)); // of an earlier program, or of a database that was moved
    return db_commit(&tx, error);
}

// ---- for users

enum status job_get(const struct app *app, struct str workspace_id, struct str id, struct arena *arena,
                    struct job *out_job, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(job_store_get(tx, workspace_id, id, arena, out_job, error));
    return db_commit(&tx, error);
}

enum status job_list(const struct app *app, const struct job_filter *filter, struct arena *arena,
                     struct job_list *out_list, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(job_store_list(tx, filter, arena, out_list, error));
    return db_commit(&tx, error);
}

static enum status check_owner(struct job_scope scope, const struct job *job, struct error *error)
{
    if (scope.workspace_id.len == 0 || scope.role >= ROLE_EDITOR || str_eq(job->created_by, scope.user_id))
        return STATUS_OK;
    return error_set(error, STATUS_FORBIDDEN, NULL,
                     "somebody else began this job; cancelling it takes the role editor");
}

// A running job is asked to end: who may end it is its worker alone.
static enum status ask_for_end(struct db_tx *tx, struct job *job, struct error *error)
{
    job->is_cancel_requested = true;
    return job_store_request_cancel(tx, job->id, error);
}

// Whether there is nothing left to ask for.
static bool is_cancelled(const struct job *job)
{
    return job->status == JOB_CANCELLED || job->is_cancel_requested;
}

static enum status cancel_locked(struct db_tx *tx, struct job *job, struct error *error)
{
    static const struct job_outcome asked = {.status = STATUS_CANCELLED};
    if (job_state_is_final(job->status))
        return error_set(error, STATUS_CONFLICT, "already_ended", "the job is %s already, and stays so",
                         job_status_name(job->status));
    if (job->status == JOB_RUNNING) return ask_for_end(tx, job, error);
    return take_step(tx, job, JOB_STEP_CANCEL, &asked, error);
}

enum status job_hold(struct db_tx *tx, struct job_scope scope, struct str id, struct arena *arena,
                     struct job *out_job, struct error *error)
{
    TRY(job_store_lock(tx, scope.workspace_id, id, arena, out_job, error));
    return check_owner(scope, out_job, error);
}

enum status job_cancel_held(struct db_tx *tx, struct job *job, bool *out_is_new, struct error *error)
{
    *out_is_new = !is_cancelled(job);
    return *out_is_new ? cancel_locked(tx, job, error) : STATUS_OK;
}

enum status job_cancel(const struct app *app, struct job_scope scope, struct str id, struct arena *arena,
                       struct job *out_job, struct error *error)
{
    bool is_new;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(job_hold(tx, scope, id, arena, out_job, error));
    TRY(job_cancel_held(tx, out_job, &is_new, error));
    return is_new ? job_commit(app, &tx, out_job, error) : STATUS_OK;
}
