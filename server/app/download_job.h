// The work of a download: files of the exchange's archive into the market database.
#pragma once

#include "app/task.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/job_store.h"
#include "json/writer.h"

#include <stdint.h>

// The schema Download of the API.
void download_job_put(struct json_writer *w, const struct job *job);

// Of the job's kind (job_kind.h).
enum status download_job_run(struct task *task, struct error *error);
enum status download_job_check(struct str payload, struct arena *arena, struct error *error);
enum status download_job_tell(struct db_tx *tx, const struct job *job, int64_t now_us, struct error *error);

// Notes an action ("download.start") in the audit log of the instance. Before any event.
enum status download_job_audit(struct db_tx *tx, const struct actor *actor, const struct job *job,
                               const char *action, struct error *error);
