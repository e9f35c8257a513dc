// Imports that operators start over the API: an uploaded file becomes a job of the instance.
#pragma once

#include "app/app.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/job_store.h"

#include <stdbool.h>
#include <stdint.h>

struct import_request {
    struct str filename;
    struct str symbol;   // ptr NULL: by the name
    struct str interval; // ptr NULL: by the name
    bool skip_bad;
    const char *upload_path; // the body; moved away
    int64_t bytes;
};

// What is wrong with a request before its body is looked at: STATUS_INVALID naming "?filename" and so on.
enum status import_check(const struct import_request *request, struct error *error);

// Takes the file over, and has it imported. STATUS_TOO_MANY "too_many_jobs". Texts live in the arena. Its
// start is in the audit log of the instance, and so is its end, wherever it comes to it (app/import_job.c).
enum status import_create(const struct app *app, const struct actor *actor,
                          const struct import_request *request, struct arena *arena, struct job *out_job,
                          struct error *error);

// As job_cancel, and in the audit log.
enum status import_cancel(const struct app *app, const struct actor *actor, struct str id,
                          struct arena *arena, struct job *out_job, struct error *error);

// Removes files whose jobs have ended.
void import_sweep(const struct app *app, int64_t now_us);
