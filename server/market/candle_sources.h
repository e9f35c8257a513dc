// Where the candles came from: the table candle_sources.
#pragma once

#include "base/error.h"
#include "market/candle_store.h"
#include "market/duck.h"

#include <stddef.h>
#include <stdint.h>

// The files of one transaction, merged already. Borrowed.
struct candle_sources {
    const struct candle_write *writes;
    size_t count;
    int64_t first_revision; // of the first file; the others follow
    int64_t now_us;
};

// Appends one row for each file that changed anything, in the transaction that is open.
enum status candle_sources_append(const struct candle_sources *sources, duckdb_connection connection,
                                  struct error *error);
