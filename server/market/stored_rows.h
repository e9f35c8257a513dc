// The stored candles of one series in ascending order, read in pages on the way past them.
#pragma once

#include "base/error.h"
#include "base/str.h"
#include "market/candle_store.h"
#include "market/duck.h"

#include <stdbool.h>
#include <stddef.h>

// Zero-initialise; done by stored_rows_close.
struct stored_rows {
    struct duck_query query;
    struct candle_row *page; // owned, heap
    size_t count, position;
    int64_t page_us;  // how far a page reaches at the most; 0: to the last row
    int64_t known_us; // what is stored up to and with this time has been seen
    int64_t last_us;
};

// Prepares the statement, once for a transaction.
enum status stored_rows_open(struct stored_rows *rows, duckdb_connection connection, struct error *error);

// Turns to a series, reads nothing yet. Rows from any time up to and with `last_us` can be found.
enum status stored_rows_turn(struct stored_rows *rows, struct str symbol, enum interval interval,
                             int64_t last_us, struct error *error);

// The row of exactly this time, borrowed until the next call, or NULL. Times must ascend from call to call.
// No streaming result is open between two calls, so that the connection is free for other statements.
enum status stored_rows_find(struct stored_rows *rows, int64_t time_us, const struct candle_row **out_row,
                             struct error *error);

void stored_rows_close(struct stored_rows *rows);
#define STORED_ROWS_SCOPE __attribute__((cleanup(stored_rows_close))) struct stored_rows
