// Records of a CSV text (RFC 4180, comma, LF or CRLF, optional UTF-8 BOM), in bounded memory. Blank lines are
// skipped. A record ends with its line: what a candle is made of holds no line break.
#pragma once

#include "base/error.h"
#include "base/str.h"
#include "market/ingest/byte_source.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CSV_FIELDS_MAX = 64, CSV_BUFFER_BYTES = 64 * 1024 };

struct csv_record {
    struct str fields[CSV_FIELDS_MAX]; // without quotes; borrowed until the next record
    size_t count;                      // 0 at the end of the text
    int64_t line;                      // from 1, as an editor counts
    const char
        *problem; // NULL, or why the line is no record (too long, too many columns, a quote out of place)
};

struct csv_reader {
    struct byte_source *source;
    size_t begin, end; // what is buffered and not handed out yet
    size_t total_bytes;
    int64_t line;
    bool at_end;
    char buffer[CSV_BUFFER_BYTES];
};

// Borrows the source.
void csv_reader_init(struct csv_reader *reader, struct byte_source *source);

// The next record. Errors: those of the source, STATUS_CANCELLED, STATUS_TOO_LARGE beyond
// LIMIT_IMPORT_FILE_BYTES, STATUS_MALFORMED for UTF-16.
enum status csv_reader_next(struct csv_reader *reader, struct csv_record *out_record, struct error *error);
