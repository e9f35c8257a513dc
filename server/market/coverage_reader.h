// What the file's own records say about its series: sources, revisions, bars that close before their end.
#pragma once

#include "base/error.h"
#include "base/str.h"
#include "engine/interval.h"

#include <duckdb.h>
#include <stdbool.h>
#include <stdint.h>

struct coverage_fact {
    int64_t last_import_us; // 0: none
    int64_t files;
    int64_t added; // candles that files brought
    int64_t revisions;
    int64_t cut_bars; // whose close time lies before their end
};

// The fact of a series to add to; NULL where it is none of interest.
struct coverage_facts {
    struct coverage_fact *(*find)(void *context, struct str symbol, enum interval interval);
    void *context;
};

// Adds what there is to the facts. A table of another tool has no records: nothing is added then.
enum status coverage_reader_facts(duckdb_connection connection, const struct coverage_facts *facts,
                                  struct error *error);

// Whether the open file has a table of this name.
enum status coverage_reader_has_table(duckdb_connection connection, struct str name, bool *out_has_table,
                                      struct error *error);
