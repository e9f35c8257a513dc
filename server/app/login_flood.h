// Guesses at many accounts from many addresses, which neither count by itself sees: failed logins of the
// whole server, counted in the state database, so that all processes count together.
//
// A hundred within a minute are a flood. For the minute that follows only those may try who were there
// before: browsers that were signed in to the account, and networks that the settings name. Nobody waits
// longer than that.
#pragma once

#include "app/app.h"
#include "base/error.h"
#include "db/db.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    LOGIN_FLOOD_FAILURES = 100,
    LOGIN_FLOOD_WINDOW_S = 60, // in which they are counted
    LOGIN_FLOOD_S = 60,        // that it lasts
};

// For whoever is not known, inside the caller's transaction: STATUS_TOO_MANY "only_known_browsers" with
// retry_after_s while a flood lasts.
enum status login_flood_check(struct db_tx *tx, int64_t now_us, struct error *error);

// Takes note of a login that failed. *out_begins: a flood begins with it. Failures during a flood do not
// count, so that it ends when it should.
enum status login_flood_note(struct db_tx *tx, int64_t now_us, bool *out_begins, struct error *error);
