// Appends candles to binance_candles or candle_revisions, in chunks of columns: per-row statements cost 100
// times more.
#pragma once

#include "base/error.h"
#include "base/str.h"
#include "market/candle_store.h"
#include "market/duck.h"

#include <stddef.h>
#include <stdint.h>

enum { CANDLE_TABLE_COLUMNS = 13, REVISION_TABLE_COLUMNS = CANDLE_TABLE_COLUMNS + 2 };

// Zero-initialise; belongs to one connection and one transaction.
struct candle_appender {
    duckdb_appender handle;
    duckdb_data_chunk chunk;
    void *columns[REVISION_TABLE_COLUMNS]; // values of the chunk
    size_t column_count;
    size_t row_count; // in the chunk
};

enum candle_table { CANDLE_TABLE, REVISION_TABLE };

enum status candle_appender_open(struct candle_appender *appender, duckdb_connection connection,
                                 enum candle_table table, struct error *error);

// What rows of candle_revisions say beside the candle; not read for CANDLE_TABLE.
struct revision_stamp {
    int64_t replaced_at_us;
    int64_t revision; // of the source that replaced the candle
};

// Rows of one series. A close time that is absent is stored as the end of the bar.
enum status candle_appender_add(struct candle_appender *appender, const struct candle_batch *batch,
                                const struct revision_stamp *stamp, struct error *error);

// Makes what was added visible to queries of the same transaction.
enum status candle_appender_flush(struct candle_appender *appender, struct error *error);

void candle_appender_close(struct candle_appender *appender); // what was not flushed is dropped
#define CANDLE_APPENDER_SCOPE __attribute__((cleanup(candle_appender_close))) struct candle_appender
