// Stored rows and figures against those of a run of now.
#pragma once

#include "app/verify_kind.h"
#include "db/db.h"

// The open time of the first bar of the test. STATUS_INTERNAL when no equity is stored.
enum status verify_begin(struct db_tx *tx, const struct backtest_row *row, struct arena *arena,
                         int64_t *out_time, struct error *error);

// When each series that is another began to differ, by its checks.
enum status verify_place_changes(struct db_tx *tx, const struct backtest_row *row,
                                 const struct verify_run *run, struct error *error);

// Figures, equity, trades and the other parts, where the run came to any.
enum status verify_compare(struct db_tx *tx, const struct backtest_row *row, const struct verify_run *run,
                           struct arena *arena, struct verification *verification, struct error *error);
