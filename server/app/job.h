// The queue: how a job gets into it, what it is asked, how it ends. Who works on it: jobs/.
#pragma once

#include "app/app.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/job_store.h"
#include "store/role.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct job_kind;

enum { JOB_LEASE_US = 20 * 1000 * 1000 }; // a worker that is not heard of for so long is dead

struct job_spec {
    const struct job_kind *kind;
    struct str id;           // also of the row it serves
    struct str workspace_id; // "": of the instance
    struct str title;
    struct str payload; // JSON, checked by the kind
    struct str place;
    struct str created_by;
    int64_t now_us;
};

// Puts a job into the queue, in the transaction of the row that it serves. STATUS_TOO_MANY "too_many_jobs".
// End the transaction with job_commit. `*out_job` borrows from the specification.
enum status job_enqueue(const struct app *app, struct db_tx *tx, const struct job_spec *spec,
                        struct arena *arena, struct job *out_job, struct error *error);

// The same for one that runs at once, in the caller's thread (task_run): it takes no slot of its lane. Nobody
// is told before it ends.
enum status job_begin(const struct app *app, struct db_tx *tx, const struct job_spec *spec,
                      struct arena *arena, struct job *out_job, struct error *error);

// Tells those who watch what `job` is now, commits, and wakes whoever waits for work or for this job. For all
// that changes a job; what else is in the transaction comes before.
enum status job_commit(const struct app *app, struct db_tx **tx, const struct job *job, struct error *error);

// What job_commit tells; for those who commit in another way. Last in the transaction.
enum status job_append_event(struct db_tx *tx, const struct job *job, int64_t now_us, struct error *error);

// Whether it was put back because another process has what it needs, and nothing else became of it since. It
// is claimed again every few seconds, for hours perhaps: neither that nor that it goes on waiting for the
// same is told to those who watch, who see it in the queue; task_found tells that it runs.
bool job_waits(const struct job *job);

// For a worker: the next jobs, at most as many as there are places, each of another lane. They are its own
// from now on, in the first *out_count places; 0: nothing can be had.
enum status job_claim(const struct app *app, const struct job_worker *worker, const struct job_places *places,
                      size_t *out_count, struct error *error);

// Brings jobs back whose workers died: into the queue, or to their end when they were cancelled or tried too
// often. Up to a few at once; *out_count tells how many. `worker`: whose jobs are not doubted.
enum status job_recover(const struct app *app, struct str worker, size_t *out_count, struct error *error);

// How an attempt ended without an effect. The next one comes after a pause that doubles.
struct job_outcome {
    enum status status; // why
    const struct error *error;
    bool is_released; // the worker has to stop; the attempt does not count
    bool is_lost;     // its worker died
    int64_t wait_us;  // not 0: another process has what it needs; again after so long, uncounted
};

// Into the queue again, or to its end. STATUS_STALE "job_lost" when it is another's by now.
enum status job_settle(const struct app *app, const struct job *job, const struct job_outcome *outcome,
                       struct error *error);

// Renews the leases of a worker's running jobs and tells which they are: up to `capacity`.
enum status job_renew(const struct app *app, const struct job_worker *worker, size_t capacity,
                      struct job_lease *out_leases, size_t *out_count, struct error *error);

// At the start of a process that alone holds the database (SQLite): whoever ran jobs before is dead,
// and there is no other place.
enum status job_end_leases_of_the_dead(const struct app *app, struct error *error);

enum status job_get(const struct app *app, struct str workspace_id, struct str id, struct arena *arena,
                    struct job *out_job, struct error *error);

enum status job_list(const struct app *app, const struct job_filter *filter, struct arena *arena,
                     struct job_list *out_list, struct error *error);

// Who asks for a job's end.
struct job_scope {
    struct str workspace_id; // "": operators, jobs of the instance
    struct str user_id;
    enum role role;
};

// Queued: cancelled at once. Running: marked, and its worker told; it stores no effect from now on. Cancelled
// already: as it is. STATUS_CONFLICT "already_ended"; STATUS_FORBIDDEN for a trader and another's job.
enum status job_cancel(const struct app *app, struct job_scope scope, struct str id, struct arena *arena,
                       struct job *out_job, struct error *error);

// The same in the caller's transaction, which job_commit ends: the job as it stands, locked from now on,
// which `scope` may end; and its cancellation. Not new: it was cancelled before, or asked to end, and nothing
// has changed.
enum status job_hold(struct db_tx *tx, struct job_scope scope, struct str id, struct arena *arena,
                     struct job *out_job, struct error *error);
enum status job_cancel_held(struct db_tx *tx, struct job *job, bool *out_is_new, struct error *error);
