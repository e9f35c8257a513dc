// Which series a file holds, from its name. Binance: SYMBOL-INTERVAL-YYYY-MM[-DD], in
// …/klines/SYMBOL/INTERVAL/.
#pragma once

#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "engine/interval.h"

#include <stdbool.h>

enum ingest_kind { INGEST_CSV, INGEST_GZIP, INGEST_ZIP, INGEST_PARQUET, INGEST_OTHER };

// By the end of the name: .csv, .csv.gz, .zip, .parquet.
enum ingest_kind ingest_kind(struct str path);

struct str path_file_name(struct str path);

struct series_name {
    char symbol[LIMIT_SYMBOL_BYTES + 1]; // UTF-8, letters of ASCII in upper case
    enum interval interval;
};

// By symbol, then from the finest to the coarsest interval.
int series_name_compare(const struct series_name *a, const struct series_name *b);
bool series_name_eq(const struct series_name *a, const struct series_name *b);

// What the user says, for all files: "" and has_interval false where nothing.
struct series_choice {
    struct str symbol;
    bool has_interval;
    enum interval interval;
};

// A symbol that can be asked for later: 1 to LIMIT_SYMBOL_BYTES bytes of UTF-8, letters, digits, "_", "-",
// "." and anything beyond ASCII. Copied with ASCII letters in upper case.
bool symbol_copy(struct str text, char out_symbol[static LIMIT_SYMBOL_BYTES + 1]);

// "SYMBOL-INTERVAL" or "SYMBOL-INTERVAL-anything", endings of files aside.
bool series_name_parse(struct str file_name, struct series_name *out_name);

// The user's word first, then the file's name, then that of the member ("" when it has none), then the
// folders, and the whole stem as symbol where the user gave the interval. STATUS_INVALID: nothing says it,
// the name says another interval than the user, or the member another series than the file.
enum status series_name_resolve(struct str path, struct str member_name, const struct series_choice *choice,
                                struct series_name *out_name, struct error *error);
