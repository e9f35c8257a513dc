// Decides row by row what of a file is kept, whatever its format.
#pragma once

#include "base/error.h"
#include "market/ingest/ingest_report.h"
#include "market/ingest/row_list.h"
#include "market/ingest/series_name.h"

#include <stdbool.h>

struct row_intake {
    const struct series_name *series;
    bool skips_bad_rows;
    struct row_list *rows;
    struct ingest_report *report;
    int64_t off_grid; // rows that do not open on the interval's grid
};

// Checks the row and keeps it, or treats it as bad.
enum status row_intake_add(struct row_intake *intake, const struct candle_row *row, struct error *error);

// A row that could not be decoded; `error` says why already. Listed and forgiven where bad rows are skipped.
enum status row_intake_refuse(struct row_intake *intake, int64_t line, struct error *error);

// A symbol column must say the file's series; "BTC/USDT", "BTC-USDT" and "btcusdt" are BTCUSDT.
enum status row_intake_check_symbol(const struct row_intake *intake, struct str symbol, struct error *error);

// After the last row: puts the list in order, notes repeats. STATUS_INVALID when most rows were off the grid.
enum status row_intake_finish(struct row_intake *intake, struct error *error);
