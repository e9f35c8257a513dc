// The DuckDB file as something that is written: schema, transactions, revisions. One writer among all
// processes; the file is open for about half a second at a time, so that readers get in between.
#pragma once

#include "base/error.h"
#include "base/str.h"
#include "engine/interval.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define CANDLE_NO_TIME INT64_MIN // a close time that the file does not have
#define CANDLE_NO_COUNT (-1)     // trades that the file does not have

// One candle as it is stored. Times are microseconds since the epoch.
struct candle_row {
    int64_t open_time_us;
    int64_t close_time_us; // or CANDLE_NO_TIME: stored as the end of the bar
    double open, high, low, close, volume;
    double quote_volume, taker_buy_base, taker_buy_quote; // NaN where the file has none
    int64_t trades;                                       // or CANDLE_NO_COUNT
    int64_t line; // of the file it was read from, for messages; not stored
};

// Rows of one file, one symbol, one interval, strictly ascending by open time. Borrowed.
struct candle_batch {
    struct str symbol;
    enum interval interval;
    const struct candle_row *rows;
    size_t count;
};

struct candle_source {
    struct str file_name; // without folders
    char sha256[65];      // of the file's bytes, lower-case hex
};

struct candle_write_result {
    int64_t added;     // rows that were not there
    int64_t unchanged; // rows that were there with the same values
    int64_t
        revised; // rows that were there with other values: replaced, the old ones kept in candle_revisions
};

// One file of a transaction.
struct candle_write {
    struct candle_batch batch;
    struct candle_source source;
    struct candle_write_result result; // filled by candle_writer_store
};

// Who looks on while files are stored. Zero: nobody.
struct candle_watch {
    const atomic_bool *is_cancelled;             // looked at every few milliseconds; NULL: cannot be
    void (*on_rows)(void *context, size_t rows); // of the files of this call that are merged so far
    void *context;
};

struct candle_writer;

// Takes the writer's lock (a lock file beside the database, let go of however the process ends). A file that
// is absent is made by the first store. `now_us` stamps what is written. Errors: STATUS_CONFLICT another
// writer, naming its process; those of candle_writer_store.
enum status candle_writer_open(struct str path, int64_t now_us, struct candle_writer **out_writer,
                               struct error *error);

// How many candles of an earlier tool's table were taken over when the file was opened (the table itself is
// kept as binance_candles_before); -1 where the table was ours or new.
int64_t candle_writer_adopted(const struct candle_writer *writer);

// The watch of what follows, its pointers borrowed until the writer is gone or another one is set.
void candle_writer_watch(struct candle_writer *writer, const struct candle_watch *watch);

// All of `writes` or nothing of them, in one transaction with their rows of candle_sources. Values that a row
// does not have are left as they are stored. A file that changes nothing leaves no row in candle_sources.
// Waits for readers up to 30 s: STATUS_UNAVAILABLE after that. The file is free for readers between two
// calls; call it with some hundred thousand rows at a time, for one call costs about 30 ms. Further errors:
// STATUS_CANCELLED, STATUS_STORAGE_FULL, STATUS_FORBIDDEN, STATUS_MALFORMED the file is no database or
// damaged, STATUS_INVALID the path cannot be one.
enum status candle_writer_store(struct candle_writer *writer, struct candle_write *writes, size_t count,
                                struct error *error);

// What is stored of one series. Set symbol and interval, leave the rest zero.
struct candle_extent {
    struct str symbol;
    enum interval interval;
    int64_t rows;
    int64_t first_us, last_us; // open times, where there are rows
    int64_t gaps;              // runs of missing bars between first and last
    int64_t missing_bars;
};

enum status candle_writer_measure(struct candle_writer *writer, struct candle_extent *extents, size_t count,
                                  struct error *error);

// Rows of all series.
enum status candle_writer_count(struct candle_writer *writer, int64_t *out_rows, struct error *error);

// Brings the table into (symbol, interval, open_time) order when what was stored left it far from it, then
// lets go of the lock. The writer is gone in any case. Once the watch asks for the end the order is left to
// the next writer: what is stored is stored.
enum status candle_writer_close(struct candle_writer **writer, struct error *error);

// Lets go of the lock without putting the table in order: for cleanup. NULL is fine.
void candle_writer_abandon(struct candle_writer **writer);
#define CANDLE_WRITER_SCOPE __attribute__((cleanup(candle_writer_abandon))) struct candle_writer *
