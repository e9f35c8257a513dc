// One pass over the table: which series are stored, from when to when, and how often they are interrupted.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "market/catalog.h"

#include <duckdb.h>

// A stored series; `symbol` lives in the arena of the scan.
struct stored_series {
    struct str symbol;
    struct stored_interval extent;
};

// Ordered by symbol and interval. Times may come in any order and more than once. Rows of intervals that are
// none of ours are passed over. The result lives in the arena. STATUS_TOO_LARGE beyond LIMIT_CATALOG_SERIES
// series.
enum status catalog_scan(duckdb_connection connection, struct arena *arena, struct stored_series **out_series,
                         size_t *out_count, struct error *error);
