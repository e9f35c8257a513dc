// The DuckDB file: schema, writing, reading. Only market/ includes this; SQL of market data lives in candle_store*.c.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "engine/interval.h"

#include <stddef.h>
#include <stdint.h>

// Rows of one file, one symbol, one interval, ascending and unique by time, as they are to be stored. Times are
// microseconds since the epoch. Values that the file did not have (quote volume, trades, taker volumes) are NaN / -1.
struct candle_batch {
    struct str symbol;
    enum interval interval;
    size_t count;
    int64_t *open_time_us;
    int64_t *close_time_us;
    double *open, *high, *low, *close, *volume;
    double *quote_volume, *taker_buy_base, *taker_buy_quote;
    int64_t *trades;
};

struct candle_source {
    struct str file_name; // without folders
    char sha256[65];      // of the file's bytes
};

struct candle_write_result {
    int64_t added;     // rows that were not there
    int64_t unchanged; // rows that were there with the same values
    int64_t revised;   // rows that were there with other values: replaced, the old ones kept in candle_revisions
};

// A file opened for writing: created with the schema when absent; one writer among all processes (a lock file beside
// it). Waits for readers up to 30 s: STATUS_UNAVAILABLE after that.
struct candle_writer;
enum status candle_writer_open(struct str path, struct candle_writer **out_writer, struct error *error);

// All or nothing, in one transaction with its row of candle_sources. The file is free for readers between two calls.
enum status candle_writer_store(struct candle_writer *writer, const struct candle_batch *batch,
                                const struct candle_source *source, struct candle_write_result *out_result,
                                struct error *error);

// Brings the table into (symbol, interval, open_time) order when needed, then lets go of the lock.
enum status candle_writer_close(struct candle_writer **writer, struct error *error);
void candle_writer_abandon(struct candle_writer **writer); // for cleanup; NULL is fine
