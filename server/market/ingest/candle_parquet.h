// Parquet to candle rows, read by DuckDB in a database of its own that reaches no other file.
#pragma once

#include "base/error.h"
#include "market/ingest/candle_layout.h"
#include "market/ingest/ingest_report.h"
#include "market/ingest/row_list.h"
#include "market/ingest/series_name.h"

#include <stdatomic.h>
#include <stdbool.h>

struct candle_parquet_rules {
    const struct series_name *series;
    bool skips_bad_rows;
    const atomic_bool *is_cancelled; // looked at every few thousand rows; NULL: cannot be
};

// As candle_csv_read; columns by name, times as timestamps, dates, numbers (by magnitude) or ISO text. Lines
// are rows, counted from 1. STATUS_MALFORMED: no Parquet file, or a damaged one.
enum status candle_parquet_read(const char *path, const struct candle_parquet_rules *rules,
                                struct row_list *rows, struct ingest_report *report, struct error *error);
