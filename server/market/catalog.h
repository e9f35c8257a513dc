// What the file holds: every symbol with its stored intervals. A snapshot, made anew for each data version.
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "engine/interval.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stored_interval {
    enum interval interval;
    int64_t first; // open times, epoch seconds
    int64_t last;
    int64_t count; // candles with different times
    int64_t gaps;  // runs of bars missing between first and last
};

struct symbol_info {
    struct str symbol;                       // as the file spells it
    struct str base_asset;                   // symbol_name_split
    struct str quote_asset;                  // "" when no known quote asset ends the name
    const struct stored_interval *intervals; // ascending
    size_t interval_count;
    double last_close; // of the largest stored interval up to 1d, NaN when there is none
    double change_24h; // last close against the candle that opened exactly a day earlier, 0.05 = 5 % up; NaN
                       // when there
    double change_7d;  // is no such candle
    double change_30d;
};

// Ordered by symbol; reference counted, never changed.
struct catalog {
    uint64_t data_version;
    const struct symbol_info *symbols;
    size_t symbol_count;
};

// An empty catalogue with one owner, for whoever builds one: contents live in its arena.
enum status catalog_new(struct catalog **out_catalog, struct arena **out_arena, struct error *error);

const struct catalog *catalog_retain(const struct catalog *catalog);
void catalog_release(const struct catalog **catalog); // NULL is fine
#define CATALOG_SCOPE __attribute__((cleanup(catalog_release))) const struct catalog *

// The symbol of this name, whatever the case of its ASCII letters; NULL when there is none. Spelled exactly
// goes first.
const struct symbol_info *catalog_find(const struct catalog *catalog, struct str symbol);

// The stored interval, or NULL.
const struct stored_interval *symbol_info_interval(const struct symbol_info *info, enum interval interval);

// Whether the interval is stored, or can be put together from one that is.
bool symbol_info_offers(const struct symbol_info *info, enum interval interval);

// What is said of a symbol that does not offer the interval, with those that are stored.
void symbol_info_tell_missing(const struct symbol_info *info, enum interval interval, struct buf *buf);

// The stored interval that candles of `interval` are read from: itself, or the largest that divides it; NULL
// where it is not offered.
const struct stored_interval *symbol_info_source(const struct symbol_info *info, enum interval interval);

// Adds up to ERROR_NEAR_MAX names that come close to one that does not exist, the nearest first: markets of
// that asset, then names that begin so, then names a few letters away, then names that contain it.
void catalog_add_near(const struct catalog *catalog, struct str name, struct error *error);

// STATUS_NOT_FOUND "unknown_symbol" with the names that come close, or `meant` alone where that is given.
enum status catalog_unknown(const struct catalog *catalog, struct str name, const struct symbol_info *meant,
                            struct error *error);
