// Where the candles of a stored series came from: the files that brought them, and the values that later
// files replaced. Read from the file's own records; a table of another tool has none.
#pragma once

#include "base/str.h"
#include "engine/interval.h"

#include <stddef.h>
#include <stdint.h>

// Of which series, and from where on. Borrowed.
struct provenance_query {
    struct str symbol; // as the file spells it
    enum interval interval;
    int64_t from_us; // open times [from, to): sources that have any, revisions of these
    int64_t to_us;
    int64_t since_us;      // revisions that came after that; INT64_MIN: all
    int64_t after_time_us; // revisions behind this one in order; INT64_MIN: from the first on
    int64_t
        after_revision; // sources, or revisions of the same candle, behind this number; 0: from the first on
    size_t limit;
};

// One file that changed something. Times are open times, microseconds.
struct candle_origin {
    struct str file_name;
    struct str sha256;
    int64_t rows; // of the series in the file
    int64_t imported_at_us;
    int64_t revision; // numbers all sources of the database in their order
    int64_t first_us, last_us;
    int64_t added;
    int64_t revised;
};

struct candle_values {
    double open, high, low, close, volume; // NaN where there is none
};

// A candle whose values a file replaced.
struct candle_revision {
    int64_t time_us;
    int64_t replaced_at_us;
    int64_t revision;     // of the file that replaced it
    struct str file_name; // "" where it is not known
    struct str sha256;
    struct candle_values before;
    struct candle_values now; // as it is stored now, which a later file may have brought
};

// How many candles of a stored series were given other values.
struct revision_count {
    struct str symbol;
    struct str interval; // as interval_name has it
    int64_t candles;
    int64_t first_us, last_us; // open times of the first and the last of them
};

struct revision_counts {
    struct revision_count *items; // by symbol and interval
    size_t count;
};

// Up to the limit of them, in order; one of the two lists.
struct provenance_page {
    struct candle_origin *origins;
    struct candle_revision *revisions;
    size_t count;
    uint64_t data_version;
};
