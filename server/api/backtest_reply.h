// How a stored backtest is shown.
#pragma once

#include "app/backtest.h"
#include "json/writer.h"

#include <stdbool.h>

// The whole object; the returns of the months where they are wanted.
void backtest_put(struct json_writer *w, const struct backtest_row *row, bool with_months);

// Its members in three parts, for objects that have others between them: id to request; engine_version to
// timings, null where there is no outcome; who made it and when.
void backtest_put_head(struct json_writer *w, const struct backtest_row *row);
void backtest_put_outcome(struct json_writer *w, const struct backtest_row *row, bool with_months);
void backtest_put_tail(struct json_writer *w, const struct backtest_row *row);
