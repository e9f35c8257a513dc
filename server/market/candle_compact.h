// Puts the table of candles in order: the file is rewritten beside itself and renamed, so that readers are
// never kept out and a crash leaves the old file.
#pragma once

#include "base/error.h"

#include <stdatomic.h>

// The caller holds the writer's lock and has the file closed. Everything else in the file, of whatever tool,
// is kept. Needs as much free space as the file is long: STATUS_STORAGE_FULL, with the file as it was, as
// after any failure. STATUS_UNAVAILABLE: another program changed the file meanwhile.
// STATUS_CANCELLED: the end was asked for by `is_cancelled` (NULL: it cannot be).
enum status candle_compact(const char *path, const atomic_bool *is_cancelled, struct error *error);

// Removes what a crash in candle_compact left behind.
void candle_compact_clean(const char *path);
