// Backtests of a category: see backtest.h, which has what all kinds share.
#pragma once

#include "app/app.h"
#include "app/backtest_submit.h"
#include "app/momentum_request.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/backtest_store.h"

// As backtest_create. Errors of momentum_window_find, which leave nothing behind.
enum status momentum_create(const struct app *app, struct backtest_scope scope,
                            const struct momentum_request *request, struct arena *arena,
                            struct backtest_row *out_row, struct error *error);

// The request of a stored row once more, with its name, tags and notes.
enum status momentum_repeat(const struct app *app, struct backtest_scope scope,
                            const struct backtest_row *row, struct arena *arena, struct backtest_row *out_row,
                            struct error *error);
