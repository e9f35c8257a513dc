// The work of an import: an uploaded file into the market database.
#pragma once

#include "app/task.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/job_store.h"
#include "json/writer.h"

#include <stdbool.h>
#include <stdint.h>

// The payload of the job.
struct import_payload {
    struct str filename; // as the user names it; says symbol and interval as Binance's names do
    struct str path;     // where it lies in the folder of uploads, whose own path may be another tomorrow
    int64_t bytes;
    struct str symbol;   // ptr NULL: by the name
    struct str interval; // ptr NULL: by the name
    bool skip_bad;
};

// ptr NULL on lack of memory.
struct str import_payload_encode(const struct import_payload *payload, struct arena *arena);

enum status import_payload_decode(struct str json, struct arena *arena, struct import_payload *out_payload,
                                  struct error *error);

// The schema Import of the API.
void import_job_put(struct json_writer *w, const struct job *job);

// Of the job's kind (job_kind.h).
enum status import_job_run(struct task *task, struct error *error);
enum status import_job_check(struct str payload, struct arena *arena, struct error *error);
enum status import_job_tell(struct db_tx *tx, const struct job *job, int64_t now_us, struct error *error);

// Notes in the audit log of the instance what it is now: queued, or ended and how. Behind the job's own lock;
// before any event.
enum status import_job_audit(struct db_tx *tx, const struct actor *actor, const struct job *job,
                             struct error *error);
