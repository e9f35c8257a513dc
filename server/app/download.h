// Downloads from the exchange's archive that are started over the API: jobs of the local workspace, for they
// change what everybody reads, with their trail in the audit log of the instance.
#pragma once

#include "app/app.h"
#include "app/download_request.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/job_store.h"

// Has it fetched and stored, behind the imports and downloads that wait already. STATUS_TOO_MANY
// "too_many_jobs". Texts live in the arena.
enum status download_create(const struct app *app, const struct actor *actor,
                            const struct download_request *request, struct arena *arena, struct job *out_job,
                            struct error *error);

// STATUS_NOT_FOUND also for a job of another kind.
enum status download_get(const struct app *app, struct str id, struct arena *arena, struct job *out_job,
                         struct error *error);

// As job_cancel for an editor, and in the audit log. Archives that were stored by then stay stored.
enum status download_cancel(const struct app *app, const struct actor *actor, struct str id,
                            struct arena *arena, struct job *out_job, struct error *error);
