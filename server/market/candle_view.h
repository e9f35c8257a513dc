// What a file's table of candles looks like, hidden behind one view. Files that other tools wrote differ in
// the types of their columns and in the columns they have.
#pragma once

#include "base/error.h"

#include <duckdb.h>

// Creates the temporary view "candle" of the connection over the table binance_candles: symbol VARCHAR, bar
// VARCHAR (the interval as it is spelled in the file), time_us BIGINT (open time, NULL where it cannot be
// read), open, high, low, close DOUBLE (NaN where there is none), volume DOUBLE (0 where there is none).
//
// Columns are found by name. Open times are timestamps of any kind, dates, numbers (seconds, milliseconds,
// microseconds or nanoseconds by their magnitude) or text of these. Prices are numbers of any kind or text.
// Without a column "interval" every row is of 1d, without "volume" it is 0. Errors: STATUS_UNSUPPORTED when
// the table or a column of it is missing; the message says which.
enum status candle_view_create(duckdb_connection connection, struct error *error);
