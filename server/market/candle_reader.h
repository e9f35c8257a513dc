// Reads candles out of an open file: rows to columns. The statements that read the view "candle" are all
// here.
#pragma once

#include "base/error.h"
#include "base/str.h"
#include "engine/interval.h"
#include "market/series.h"

#include <duckdb.h>

// Appends every candle of one stored series, in whatever order the file has them: call series_builder_order
// afterwards. `symbol` as the file spells it. Rows without a time, or whose prices are no finite numbers, are
// left out.
enum status candle_reader_series(duckdb_connection connection, struct str symbol, enum interval interval,
                                 struct series_builder *builder, struct error *error);

// One row of a scan over the whole table, in the order of the file.
struct candle_point {
    bool is_same_series;  // as the row before: rows of one series stand together as a rule
    struct str symbol;    // both borrowed until the visitor returns
    struct str bar;       // the interval as it is spelled in the file
    int64_t time;         // epoch seconds
    double close;         // NaN in a scan of times
    struct candle candle; // whole, in a scan of candles only
};

// Answers STATUS_OK to go on; any other status ends the scan and is handed on.
struct candle_visitor {
    enum status (*visit)(void *context, const struct candle_point *point, struct error *error);
    void *context;
};

// Every row with a time, or those of one interval with their closes. Rows come in the order of the file.
enum status candle_reader_scan_times(duckdb_connection connection, const struct candle_visitor *visitor,
                                     struct error *error);
enum status candle_reader_scan_closes(duckdb_connection connection, enum interval interval,
                                      const struct candle_visitor *visitor, struct error *error);

// Every candle of one interval. Rows without a time, or whose prices are no finite numbers, are left out.
enum status candle_reader_scan_candles(duckdb_connection connection, enum interval interval,
                                       const struct candle_visitor *visitor, struct error *error);
