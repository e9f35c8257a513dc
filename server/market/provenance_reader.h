// The statements that read provenance.h.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "market/provenance.h"

#include <duckdb.h>

// By revision; the list lives in the arena. STATUS_NO_MEMORY, or what DuckDB says.
enum status provenance_read_origins(duckdb_connection connection, const struct provenance_query *query,
                                    struct arena *arena, struct provenance_page *page, struct error *error);

// Of all series, the candles with open times [from, to) that were replaced after `since`; symbol, interval
// and the rest of the query are not looked at.
enum status provenance_count_revisions(duckdb_connection connection, const struct provenance_query *query,
                                       struct arena *arena, struct revision_counts *out_counts,
                                       struct error *error);

// By open time and revision.
enum status provenance_read_revisions(duckdb_connection connection, const struct provenance_query *query,
                                      struct arena *arena, struct provenance_page *page, struct error *error);
