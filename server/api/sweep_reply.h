// How a stored sweep is shown.
#pragma once

#include "app/backtest.h"
#include "json/writer.h"

#include <stdbool.h>

// The whole object; the returns of the months of its best combination where they are wanted.
void sweep_put(struct json_writer *w, const struct backtest_row *row, bool is_whole);
