// One file in, one series of checked rows out: the door of ingest.
#pragma once

#include "base/error.h"
#include "market/ingest/byte_source.h"
#include "market/ingest/candle_layout.h"
#include "market/ingest/ingest_report.h"
#include "market/ingest/row_list.h"
#include "market/ingest/series_name.h"

#include <stdbool.h>
#include <stddef.h>

struct ingest_file_rules {
    struct series_choice series;
    const struct candle_layout *layout; // NULL: by header or position
    bool skips_bad_rows;
    struct read_watch watch; // STATUS_CANCELLED soon after the end is asked for
};

// Zero-initialise (`rows` may be any empty list); heap, released by ingest_file_done.
struct ingest_file {
    struct series_name series;
    struct row_list rows; // may be empty: a file without candles is read, not refused
    char sha256[65];
    struct ingest_report report; // filled on failure too
};

// Reads ZIP, CSV, CSV.gz or Parquet by the end of the name. Whatever is wrong with the file is a status with
// the reason, without the path; docs/guide/importing.md has the whole table.
enum status ingest_file_read(const char *path, const struct ingest_file_rules *rules,
                             struct ingest_file *file, struct error *error);

void ingest_file_done(struct ingest_file *file);
