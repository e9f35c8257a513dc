// A DuckDB database in memory whose SQL reaches exactly the files that are named: for reading Parquet, and
// for rewriting a database file into another.
#pragma once

#include "base/buf.h"
#include "market/duck.h"

struct duck_scratch {
    duckdb_database database;
    duckdb_connection connection;
};

struct duck_scratch_options {
    const struct str *files; // absolute or relative paths, as SQL will spell them
    size_t file_count;
    size_t memory_limit_bytes;
    struct str temp_directory; // "" = nothing is spilled
};

// Hardened as duck_open does it, then the files are opened up and the configuration is locked.
// DuckDB counts how far a query is, and prints nothing.
enum status duck_scratch_open(const struct duck_scratch_options *options, struct duck_scratch *out_scratch,
                              struct error *error);
void duck_scratch_close(struct duck_scratch *scratch);
#define DUCK_SCRATCH_SCOPE __attribute__((cleanup(duck_scratch_close))) struct duck_scratch

// 'it''s': a text as an SQL literal, for the few statements that take no parameters (SET, ATTACH).
void duck_append_literal(struct buf *sql, struct str text);

// "a ""name""": a column's or table's name, which is never a parameter.
void duck_append_identifier(struct buf *sql, struct str name);
