// How a stored backtest is shown.
#pragma once

#include "app/backtest.h"
#include "json/writer.h"

#include <stdbool.h>

// The object; whole, or as lists have it: without the months, the attribution and what was read of each
// symbol.
void backtest_put(struct json_writer *w, const struct backtest_row *row, bool is_whole);

// Its members in three parts, for objects that have others between them: id to request; engine_version to
// timings, null where there is no outcome; who made it and when.
void backtest_put_head(struct json_writer *w, const struct backtest_row *row);
void backtest_put_outcome(struct json_writer *w, const struct backtest_row *row, bool is_whole);
void backtest_put_tail(struct json_writer *w, const struct backtest_row *row);
