// The tables of the database file, and the one row that says how the file was left.
#pragma once

#include "base/error.h"
#include "base/limits.h"
#include "market/duck.h"

#include <stdbool.h>
#include <stdint.h>

// binance_candles   one row a candle; no primary key, which would make loading three times slower: (symbol,
// interval,
//                   open_time) is unique because every writer goes through candle_store.h
// candle_sources    one row for each file that changed something, numbered by revision
// candle_revisions  candles as they were before a source of that revision replaced them
// candle_state      one row: struct candle_state
//
// Makes what is missing, inside the caller's transaction. A table binance_candles of another tool is taken
// over (candle_adopt.h): *out_adopted_rows is -1 where there was none.
enum status candle_schema_ensure(duckdb_connection connection, int64_t *out_adopted_rows,
                                 struct error *error);

// For reading: the temporary view "stored_candle" of the connection, with the columns of our binance_candles
// whoever made that table. *out_is_ours: it is ours as it lies, else it is computed, symbols in upper case.
// STATUS_UNSUPPORTED: a needed column is missing.
enum status candle_schema_view(duckdb_connection connection, bool *out_is_ours, struct error *error);

struct candle_key {
    char symbol[LIMIT_SYMBOL_BYTES + 1];
    char interval[8];
    int64_t open_time_us;
};

// Order of the table: symbol, interval as it is spelled, open time.
int candle_key_compare(const struct candle_key *a, const struct candle_key *b);

struct candle_state {
    int64_t revision;       // of the newest source
    int64_t unsorted_rows;  // rows that stand behind one with a greater key
    struct candle_key last; // the greatest key
};

enum status candle_state_read(duckdb_connection connection, struct candle_state *out_state,
                              struct error *error);
enum status candle_state_write(duckdb_connection connection, const struct candle_state *state,
                               struct error *error);
