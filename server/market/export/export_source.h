// The candles of one stored series, ready to be written somewhere: ascending, one for each open time.
#pragma once

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "engine/interval.h"
#include "market/duck_scratch.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

// 0001-01-01 and 10000-01-01 in microseconds: from the one to the other is everything.
#define EXPORT_FIRST_US (-INT64_C(62135596800000000))
#define EXPORT_END_US INT64_C(253402300800000000)

// DuckDB for the whole of an export: opening it takes longer than a series of days.
struct export_reader {
    struct str database_path; // borrowed
    struct duck_scratch scratch;
};

// SQL reaches the database and `output` ("" for none), and sorts beyond the bound of memory in the folder
// `spill`. Does not open the database yet.
enum status export_reader_open(struct str database_path, struct str output, struct str spill,
                               struct export_reader *out_reader, struct error *error);
void export_reader_close(struct export_reader *reader); // one that was never opened is fine

// What is to be written, borrowed by all calls. Open times from `from_us` to before `until_us`.
struct export_request {
    struct str symbol; // as the file spells it
    enum interval interval;
    int64_t from_us, until_us;
    const atomic_bool *is_cancelled;                   // looked at now and then; may be NULL
    void (*on_rows)(void *context, int64_t row_count); // written by now, nearly; may be NULL
    void *context;
};

struct export_source {
    const struct export_request *request;
    duckdb_connection connection; // of the reader; NULL when it is over
    bool is_ours; // the table is one that `tlab import` made: each candle once, symbols as the request spells
    bool is_ordered;   // rows lie ascending in the file: nothing has to be sorted
    int64_t row_count; // of the request
};

// Opens the database read-only, beside a running server; waits up to 10 s for an import that has it locked.
// STATUS_NOT_FOUND "no_candles": nothing is stored from the one time to the other. STATUS_UNAVAILABLE,
// STATUS_UNSUPPORTED, STATUS_CANCELLED. One at a time for a reader.
enum status export_source_begin(struct export_reader *reader, const struct export_request *request,
                                struct export_source *out_source, struct error *error);
void export_source_end(struct export_source *source); // closes the database
#define EXPORT_SOURCE_SCOPE __attribute__((cleanup(export_source_end))) struct export_source

// Appends the SELECT of these columns of the table binance_candles, in order.
void export_source_append_select(const struct export_source *source, struct str columns, struct buf *sql);

// Tells the listener, and answers STATUS_CANCELLED when the request was.
enum status export_source_tell(const struct export_source *source, int64_t row_count, struct error *error);
