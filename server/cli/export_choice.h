// Which series `tlab export` writes, and where each goes.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "market/catalog.h"
#include "market/export/export_file.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct export_wish {
    struct str symbols; // "A,B"; ptr NULL: every one that has the interval
    enum interval interval;
    int64_t from_us, until_us; // open times from the one to before the other
    const char *out;           // NULL: the present folder; "-" is for standard output
    bool has_format;
    enum export_format format; // where has_format, else as the name of `out` says, or Parquet
};

struct export_series {
    struct str symbol;   // as the database spells it
    const char *path;    // of its file
    int64_t likely_rows; // for the progress line
};

// All of it lives in the arena.
struct export_choice {
    struct export_series *series;
    size_t count;
    enum export_format format;
    bool is_stream;     // one series to standard output
    const char *folder; // to be made where it is not there; NULL: none
};

// STATUS_NOT_FOUND "unknown_symbol" with near names, or a symbol that does not have the interval, with those
// that it has. STATUS_INVALID: several series for standard output or for one file, a format that the name of
// the file contradicts, a symbol that can be no file's name.
enum status export_choice_make(const struct export_wish *wish, const struct catalog *catalog,
                               struct arena *arena, struct export_choice *out_choice, struct error *error);
