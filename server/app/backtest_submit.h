// A backtest of any kind on its way: stored with its job, and done at once or by the workers.
#pragma once

#include "app/app.h"
#include "app/category_choice.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/backtest_store.h"
#include "store/role.h"

#include <stdbool.h>

// Who asks, for what belongs to whom.
struct backtest_scope {
    struct str workspace_id;
    struct str user_id;
    enum role role;
    bool is_async; // they do not wait for the result
};

// Bars of a run, or of all runs together, that take a few milliseconds: they are done where they are asked
// for.
enum { BACKTEST_SHORT_BARS = 250000 };

struct backtest_submission {
    const char *job_kind;    // of job_kind.h
    struct str title;        // for people
    struct str payload;      // the request, resolved: JSON text
    bool is_short;           // done by the caller's thread, which takes no longer than handing it over would
    struct backtest_row row; // kind to notes; the rest is given here
    struct category_choice categories; // what it was asked to be run with, opened
};

// Stores row and job in one transaction and has the work done: a short one by the caller's thread, a longer
// one by the workers, for which the caller waits as long as the settings say, unless the scope says
// otherwise. `*out_row` is how it stands then. A submission whose texts could not be made is
// STATUS_NO_MEMORY; STATUS_TOO_MANY "too_many_jobs"; STATUS_NOT_FOUND "unknown_category_set" when the version
// of its categories was forgotten meanwhile. Texts live in the arena.
enum status backtest_submit(const struct app *app, struct backtest_scope scope,
                            const struct backtest_submission *submission, struct arena *arena,
                            struct backtest_row *out_row, struct error *error);
