// Brings the rows of files into the table: what is new is added, what is there with other values is revised.
#pragma once

#include "base/error.h"
#include "market/candle_appender.h"
#include "market/candle_store.h"
#include "market/duck.h"
#include "market/stored_rows.h"

#include <stddef.h>
#include <stdint.h>

// The open transaction of one call of candle_writer_store.
struct candle_merge {
    duckdb_connection connection;
    struct candle_appender *candles;
    struct candle_appender *revisions;
    struct stored_rows *stored;
    int64_t now_us;
    const struct candle_watch *watch;
    size_t rows_done; // told to the watch; counted up by candle_merge_run
};

// Writes consecutive files of one series whose times ascend from file to file, so that one pass over what is
// stored serves them all; all is visible to queries afterwards. Files count as revisions `first_revision` and
// following. Fills the results of the writes. STATUS_CANCELLED: the watch asked for the end; the transaction
// is to be rolled back, as after any failure.
enum status candle_merge_run(struct candle_merge *merge, struct candle_write *writes, size_t count,
                             int64_t first_revision, struct error *error);
