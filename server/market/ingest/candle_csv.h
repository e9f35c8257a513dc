// CSV text to candle rows, each checked against row_rules.h.
#pragma once

#include "base/error.h"
#include "market/ingest/byte_source.h"
#include "market/ingest/candle_layout.h"
#include "market/ingest/ingest_report.h"
#include "market/ingest/row_list.h"
#include "market/ingest/series_name.h"

#include <stdbool.h>

struct candle_csv_rules {
    const struct series_name *series;
    const struct candle_layout *layout; // NULL: by the header, or by position where there is none
    bool skips_bad_rows;                // they are listed in the report instead of ending the file
};

// Appends the rows in the order of the file. The first bad row ends it with STATUS_INVALID and
// report->failed_line, unless bad rows are skipped; a file most of whose rows are off the interval's grid is
// refused in any case, for it holds another interval. Errors also from the source and of csv_reader_next.
enum status candle_csv_read(struct byte_source *source, const struct candle_csv_rules *rules,
                            struct row_list *rows, struct ingest_report *report, struct error *error);
