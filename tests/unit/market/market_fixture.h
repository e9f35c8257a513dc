// A folder for one test, database files in it, and other processes that write or hold them.
#pragma once

#include "unit/unit.h"

#include <sys/types.h>

// The table as tlab writes it (market-data.md, "Store").
#define CANDLES_TABLE                                                                                        \
    "CREATE TABLE binance_candles (symbol VARCHAR, \"interval\" VARCHAR, open_time TIMESTAMP, open DOUBLE, " \
    "high DOUBLE, low DOUBLE, close DOUBLE, volume DOUBLE, close_time TIMESTAMP, quote_volume DOUBLE, "      \
    "trades BIGINT, taker_buy_base DOUBLE, taker_buy_quote DOUBLE);"

// Statement that adds `count` flat candles of price `price` from the second `first_s` on, `step_s` apart.
#define CANDLES(symbol, interval, first_s, step_s, count, price)                                             \
    "INSERT INTO binance_candles BY NAME SELECT '" symbol "' AS symbol, '" interval "' AS \"interval\", "    \
    "make_timestamp((" #first_s " + i * " #step_s ") * 1000000) AS open_time, " #price " AS open, " #price   \
    " AS high, " #price " AS low, " #price " AS close, 1 AS volume FROM range(" #count ") t(i);"

struct folder {
    char path[64];
};

// cmocka set-up and tear-down: *state is a struct folder of its own, removed with its files.
int folder_setup(void **state);
int folder_teardown(void **state);

// A path in the folder; the text lives until the next call.
const char *path_in(void **state, const char *name);

// Writes with SQL in this process; the file is made when absent. Not while this process reads it.
void database_write(const char *path, const char *sql);

// The same in a process of its own, as an importer does it.
void importer_write(const char *path, const char *sql);

// A process that has the file open for writing, until it is released.
struct importer {
    pid_t pid;
    int release; // a pipe: closing it ends the process
};

struct importer importer_hold(const char *path);
void importer_release(struct importer *importer);

// First thing in main: true when this process was started to be an importer and has done its work.
bool is_importer(int argc, char **argv);
