// The archives on the disk: each with its CHECKSUM beside it, as Binance has them.
#pragma once

#include "base/error.h"
#include "base/str.h"
#include "market/ingest/checksum.h"

#include <stdbool.h>

// Makes the folders of a path that are missing. STATUS_FORBIDDEN, STATUS_STORAGE_FULL, STATUS_INTERNAL.
enum status download_store_make_folders(const char *path, struct error *error);

// Whether the archive is there with a CHECKSUM that it agrees with; then its SHA-256, too.
bool download_store_has(const char *path, char out_hex[static CHECKSUM_HEX_BYTES]);

// "<path>.part" becomes the archive, and `checksum`, the text of its CHECKSUM file, comes beside it. Killed
// in between, download_store_has says no, and it is fetched anew: so nothing waits for the disk here.
// STATUS_MALFORMED: the SHA-256 is another one, and the part is removed. Further as
// download_store_make_folders.
enum status download_store_take(const char *path, struct str checksum, struct error *error);
