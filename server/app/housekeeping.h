// What has served its time is removed, by one table (housekeeping.c): ended sessions, forgotten attempts,
// answers that are no longer repeated, jobs that are no part of anything, invitations that nobody can accept.
//
// A workspace that was deleted stays in the database, read by nobody, after the time in which it can be had
// back (WORKSPACE_KEPT_US): its journal, plans, orders and accounts are append-only by the triggers of both
// databases (docs/decisions/0017), and the audit log names what lies in it.
#pragma once

#include "app/app.h"
#include "base/error.h"

#include <stdint.h>

#define JOB_KEPT_US ((int64_t)30 * 24 * 3600 * 1000000)        // after it ended
#define INVITATION_KEPT_US ((int64_t)30 * 24 * 3600 * 1000000) // after it was accepted, revoked, or expired

// In transactions of a few hundred rows each, and no more than some of them: what is left then is for the
// next time. Every process may do it, now and then, two at once; doing it twice does no harm.
enum status housekeeping_run(const struct app *app, int64_t now_us, struct error *error);
