// Candles as CSV: a header, then eleven columns in Binance's order; times are microseconds since 1970.
#pragma once

#include "market/export/export_source.h"

// Writes all of it, a chunk of rows at a time. A value that is absent is an empty field. Errors:
// STATUS_STORAGE_FULL, STATUS_UNAVAILABLE (what reads the stream is gone, too), STATUS_CANCELLED.
enum status export_csv(const struct export_source *source, int fd, struct error *error);
