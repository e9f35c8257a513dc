// What a candle must be to be stored. docs/guide/importing.md has the same list for users.
#pragma once

#include "base/error.h"
#include "engine/interval.h"
#include "market/candle_store.h"

#include <stdbool.h>

// Whether the row opens on the grid of its interval (UTC).
bool candle_row_is_on_grid(const struct candle_row *row, enum interval interval);

// A row that may be stored: opens between 1990 and 2100 and on the grid; closes not before it opens and not
// after its bar ends (a shorter bar is an exchange's outage); prices finite and above 0, low <= open, close
// <= high; volumes and trades finite and not negative. STATUS_INVALID says the first rule that it breaks.
enum status candle_row_check(const struct candle_row *row, enum interval interval, struct error *error);
