// The one door to market data. Holds no lasting lock on the file: it opens read-only, copies columns, closes.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "engine/interval.h"
#include "market/series.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct market;

struct market_options {
    struct str path;        // MARKET_DB_PATH
    size_t cache_bytes;     // MARKET_CACHE_MB; columns beyond it are dropped, least recently used first
    int watch_interval_ms;  // how often the file is looked at; 0 = 500
};

// Never fails because the file is absent or broken: that is a state which market_health tells.
// Starts the watching thread. STATUS_NO_MEMORY, STATUS_INTERNAL only.
enum status market_open(const struct market_options *options, struct market **out_market, struct error *error);
void market_close(struct market *market);

struct market_health {
    char path[512];
    bool is_connected;     // the table could be read at the last look
    char detail[256];      // why not, "" when connected
    uint64_t data_version; // rises with each change that was seen; part of ETags
};

void market_health(struct market *market, struct market_health *out_health);

struct stored_interval {
    enum interval interval;
    int64_t first; // open times, epoch seconds
    int64_t last;
    int64_t count;
    int64_t gaps; // bars missing between first and last, in runs: number of runs
};

struct symbol_info {
    struct str symbol;
    struct str base_asset; // split by known quote assets; quote_asset "" when none fits
    struct str quote_asset;
    const struct stored_interval *intervals; // ascending
    size_t interval_count;
    double last_close; // of the largest stored interval up to 1d, NaN when none; changes are fractions, NaN when unknown
    double change_24h;
    double change_7d;
    double change_30d;
};

// A snapshot of the catalogue, ordered by symbol; reference counted, never changed.
struct catalog {
    uint64_t data_version;
    const struct symbol_info *symbols;
    size_t symbol_count;
};

// STATUS_UNAVAILABLE "market_data_unavailable" when the file cannot be read and nothing was read before.
enum status market_catalog(struct market *market, const struct catalog **out_catalog, struct error *error);
void catalog_release(const struct catalog **catalog);
#define CATALOG_SCOPE __attribute__((cleanup(catalog_release))) const struct catalog *

const struct symbol_info *catalog_find(const struct catalog *catalog, struct str symbol);

// Whole series of an expression ("BTCUSDT", "ETHUSDT/BTCUSDT") on an interval, stored or resampled from the largest
// stored one that divides it. Slices are made by the caller by time. Errors: STATUS_NOT_FOUND "unknown_symbol" (with up
// to five near names in the message and as members), STATUS_NOT_FOUND "no_candles" when neither the interval nor a
// divisor is stored (naming what is), STATUS_INVALID "invalid_symbol" for a text that is no expression,
// STATUS_UNAVAILABLE "market_data_unavailable". Never fails because an import runs: columns read before are served, a
// first read waits for the file up to 5 s.
enum status market_series(struct market *market, struct str expression, enum interval interval,
                          const struct series **out_series, struct error *error);

// What a series was made of: SHA-256 over exactly the candles [from, to) as little-endian columns time, open, high,
// low, close, volume; lower-case hex, NUL-terminated. For the fingerprint of a backtest.
void series_fingerprint(const struct series *series, size_t from, size_t to, char out_hex[static 65]);
