// Candles as Parquet: the columns of the CSV, prices and volumes as doubles, times as timestamps in
// microseconds.
#pragma once

#include "market/export/export_source.h"

// Writes over the file at `path`, which its reader was opened with as the output. Errors:
// STATUS_STORAGE_FULL, STATUS_CANCELLED, those of DuckDB.
enum status export_parquet(const struct export_source *source, struct str path, struct error *error);
