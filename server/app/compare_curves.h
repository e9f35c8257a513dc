// The equity of several backtests over the bars that all of them have.
#pragma once

#include "app/compare.h"
#include "db/db.h"

// Sets the curves of the comparison from the stored equity of its rows, of which little is in memory at a
// time. Bars of different intervals go together when they close at the same moment: their equity is that of
// the close. A return is that from one common bar to the next, 0 from an equity at or below zero on.
// Correlation is Pearson's, NaN with fewer than two returns or without variance; curves that begin at or
// below zero are NaN.
enum status compare_curves(struct db_tx *tx, struct comparison *comparison, size_t points,
                           struct arena *arena, struct error *error);
