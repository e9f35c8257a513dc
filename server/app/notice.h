// What the processes of a state database tell each other after a commit, so that nobody has to look again and
// again. Hints only: a process that hears none looks once a second.
#pragma once

#include "app/app.h"
#include "base/str.h"

#define NOTICE_QUEUE "queue"   // there may be a job to claim
#define NOTICE_JOB "job"       // payload: id of a job that ended, or whose end was asked for
#define NOTICE_EVENTS "events" // payload: log that grew

// NULL-terminated, for db_listen.
extern const char *const NOTICE_CHANNELS[];

void notice_queue(const struct app *app);
void notice_job(const struct app *app, struct str job_id);
void notice_events(const struct app *app, struct str log);
