// Jobs in the state database. Every function runs inside the caller's transaction.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "db/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum job_status { JOB_QUEUED, JOB_RUNNING, JOB_COMPLETED, JOB_FAILED, JOB_CANCELLED };

// "queued" …
const char *job_status_name(enum job_status status);
enum job_status job_status_parse(struct str name); // of a name that the database holds

// A row of jobs. Texts whose ptr is NULL are absent.
struct job {
    struct str id;
    struct str workspace_id; // "": of the instance
    struct str kind;         // job_kind.h
    struct str title;
    struct str payload; // JSON
    struct str place;   // "": any process may run it; else those that stand there
    enum job_status status;
    int64_t priority; // greater ones start first
    int64_t attempts; // started so far; the fencing number of the attempt that runs
    int64_t max_attempts;
    int64_t run_at_us; // queued: not before then; 0: at once
    struct str worker; // who runs it, or ran it last
    bool is_cancel_requested;
    double progress; // 0 to 1; NaN: unknown
    struct str progress_text;
    struct str result; // JSON
    struct str error_code;
    struct str error_detail;
    struct str created_by;
    int64_t created_at_us;
    int64_t started_at_us;  // of the last attempt; 0: never
    int64_t finished_at_us; // 0: not yet
    int64_t queue_position; // 1: next of its lane; 0 when it is not queued, or was read in passing
};

// What a job is when it is put into the queue, or starts within its request.
struct job_start {
    struct str lane; // jobs of one run at most lane_width at a time
    int64_t lane_width;
    int64_t lease_us; // of one that runs already; 0: queued
};

// `job` is queued, or runs already with its worker, attempt and start set.
enum status job_store_insert(struct db_tx *tx, const struct job *job, struct job_start start,
                             struct error *error);

enum status job_store_count_queued(struct db_tx *tx, struct str lane, int64_t *out_count,
                                   struct error *error);

struct job_worker {
    struct str name;
    struct str place;
    int64_t lease_us;
};

// Room for a job that is claimed, with the arena that its texts shall live in.
struct job_place {
    struct arena *arena;
    struct job job;
};

struct job_places {
    struct job_place *items;
    size_t count;
};

// The next jobs for a worker, each of another lane, which run from now on: the first *out_count places.
// STATUS_CONFLICT "constraint": another process took one of the slots in the same moment; try again.
enum status job_store_claim(struct db_tx *tx, const struct job_worker *worker, int64_t now_us,
                            const struct job_places *places, size_t *out_count, struct error *error);

// STATUS_NOT_FOUND also when the job belongs to another workspace ("": the instance).
enum status job_store_get(struct db_tx *tx, struct str workspace_id, struct str id, struct arena *arena,
                          struct job *out_job, struct error *error);

// As job_store_get; nobody else changes the row until the transaction ends.
enum status job_store_lock(struct db_tx *tx, struct str workspace_id, struct str id, struct arena *arena,
                           struct job *out_job, struct error *error);

// Texts are "" for any.
struct job_filter {
    struct str workspace_id;
    struct str status;
    struct str kind;
    int64_t before_us; // creation and id of the last one seen; INT64_MAX and "" for the first page
    struct str before_id;
    size_t limit;
};

struct job_list {
    struct job *items;
    size_t count;
};

// Newest first.
enum status job_store_list(struct db_tx *tx, const struct job_filter *filter, struct arena *arena,
                           struct job_list *out_list, struct error *error);

struct job_expired_filter {
    struct str worker; // whose jobs are not doubted
    struct str id;     // "": of all jobs
    size_t limit;
};

// Ids and workspaces of running jobs of other workers whose lease is over.
enum status job_store_list_expired(struct db_tx *tx, struct job_expired_filter filter, struct arena *arena,
                                   struct job_list *out_list, struct error *error);

// Ends all leases: for a database of one process, whose other workers are dead.
enum status job_store_expire_all(struct db_tx *tx, struct error *error);

// For such a database, too: jobs that have not ended may run anywhere.
enum status job_store_forget_places(struct db_tx *tx, struct error *error);

// What a worker has of its jobs after it has renewed their leases.
struct job_lease {
    char id[40];
    char workspace_id[40]; // "": of the instance
    int64_t attempts;
    bool is_cancel_requested;
};

// Up to `capacity` of them are written to out_leases.
enum status job_store_renew(struct db_tx *tx, const struct job_worker *worker, size_t capacity,
                            struct job_lease *out_leases, size_t *out_count, struct error *error);

// STATUS_STALE "job_lost" when the attempt is no longer the worker's.
enum status job_store_set_progress(struct db_tx *tx, const struct job *job, double progress, struct str text,
                                   struct error *error);

// From the state, worker and attempt that `job` has to another state.
struct job_move {
    enum job_status to;
    int64_t attempts; // from then on
    int64_t delay_us; // JOB_QUEUED: before it may start; 0: at once
    int64_t now_us;
    bool unless_cancel_requested;
    struct str result; // ptr NULL: none
    struct str error_code;
    struct str error_detail;
};

// STATUS_STALE "job_lost" when it is in another state by now, or its cancellation was asked for.
enum status job_store_move(struct db_tx *tx, const struct job *job, const struct job_move *move,
                           struct error *error);

enum status job_store_request_cancel(struct db_tx *tx, struct str id, struct error *error);

// STATUS_NOT_FOUND when there is none, or it has not ended.
enum status job_store_delete(struct db_tx *tx, struct str workspace_id, struct str id, struct error *error);

// Removes imports, downloads and verifications that ended before, at most `limit`, and tells how many.
enum status job_store_forget(struct db_tx *tx, int64_t before_us, int64_t limit, int64_t *out_count,
                             struct error *error);
