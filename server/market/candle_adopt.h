// A table of candles that an earlier tool wrote becomes ours, once, before the first import into it.
#pragma once

#include "base/error.h"
#include "market/duck.h"

#include <stdint.h>

// Inside the caller's transaction: keeps the table binance_candles as binance_candles_before and makes ours
// from it, in order, each candle once. Columns are found by name; open times are timestamps, dates, numbers
// or text of these, by magnitude; without "interval" every row is of 1d. Rows without a time or a finite
// price are left behind. STATUS_UNSUPPORTED: a needed column is missing, or binance_candles_before is there
// already.
enum status candle_adopt(duckdb_connection connection, int64_t *out_rows, struct error *error);

// The same rows without changing anything: the temporary view "stored_candle" of the connection over a table
// of another tool. For a file that is open for reading. STATUS_UNSUPPORTED: a needed column is missing.
enum status candle_adopt_view(duckdb_connection connection, struct error *error);
