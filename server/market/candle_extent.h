// From when to when a series is stored, and what is missing in between.
#pragma once

#include "base/error.h"
#include "market/candle_store.h"

#include <duckdb.h>

// Set symbol and interval of the extent.
enum status candle_extent_measure(duckdb_connection connection, struct candle_extent *extent,
                                  struct error *error);
