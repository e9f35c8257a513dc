// Sweeps of a workspace: a test over many combinations of numbers, stored as a backtest of its own kind with
// the table of what each combination came to.
#pragma once

#include "app/app.h"
#include "app/backtest_submit.h"
#include "app/sweep_request.h"
#include "base/arena.h"
#include "base/error.h"

#include <stddef.h>

// As backtest_create; errors of sweep_window_find.
enum status sweep_create(const struct app *app, struct backtest_scope scope,
                         const struct sweep_request *request, struct arena *arena,
                         struct backtest_row *out_row, struct error *error);

// The request of a stored row once more, with its name, tags and notes.
enum status sweep_repeat(const struct app *app, struct backtest_scope scope, const struct backtest_row *row,
                         struct arena *arena, struct backtest_row *out_row, struct error *error);

// All combinations that could be run, in the order of the axes, the last turning fastest (sweep_rows.h has
// the layout of a record).
struct sweep_table {
    struct backtest_row row;
    struct sweep_request request;
    const double *records;
    size_t count;
};

// STATUS_NOT_FOUND for what is no sweep of the workspace; STATUS_CONFLICT "no_result" when it is not
// completed.
enum status sweep_table_read(const struct app *app, struct str workspace_id, struct str id,
                             struct arena *arena, struct sweep_table *out_table, struct error *error);
