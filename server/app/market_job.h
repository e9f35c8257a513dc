// What jobs that write candles have in common, imports and downloads: their writer, their trail in the
// instance's audit log, and their end.
#pragma once

#include "app/app.h"
#include "app/job.h"
#include "app/task.h"
#include "market/candle_store.h"

// STATUS_CONFLICT "import_running": another writer is at work, and the job waits until it has ended
// (task_wait).
enum status market_job_open_writer(struct task *task, struct candle_writer **out_writer, struct error *error);

struct market_job_act {
    const char *action;      // "import.start"
    const char *object_type; // "import"
    const char *title_name;  // of the member of the detail that holds the job's title
};

// The detail has the title, and why it failed where it did.
enum status market_job_audit(struct db_tx *tx, const struct actor *actor, const struct job *job,
                             const struct market_job_act *act, struct error *error);

// Who asks for the end of which job, and what the trail says of it.
struct market_job_stop {
    const struct actor *actor;
    struct job_scope scope;
    struct str id;
    struct market_job_act act;
};

// As job_cancel, with its entry in the same transaction; none when nothing has changed.
enum status market_job_cancel(const struct app *app, const struct market_job_stop *stop, struct arena *arena,
                              struct job *out_job, struct error *error);

// The candles are stored: it is completed, also when its cancellation was asked for in between. `result` is
// JSON; ptr NULL: there was no memory for it.
enum status market_job_complete(struct task *task, struct str result, struct error *error);
