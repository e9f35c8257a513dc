// The one door to market data. Holds no lasting lock on the file: it opens read-only, copies columns, closes.
#pragma once

#include "base/error.h"
#include "base/str.h"
#include "engine/interval.h"
#include "market/catalog.h"
#include "market/category_set.h"
#include "market/coverage.h"
#include "market/provenance.h"
#include "market/series.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct market;

struct market_options {
    struct str path;            // MARKET_DB_PATH
    struct str categories_path; // SYMBOL_CATEGORIES_PATH; "" for no categories
    size_t cache_bytes;         // MARKET_CACHE_MB; columns beyond it are dropped, least recently used first
    int watch_interval_ms;      // how often the file is looked at; 0 = 500
    // Called by the watching thread when a change of candles or categories is in effect; may be NULL, must
    // not block.
    // `version` rises with each.
    void (*on_change)(void *context, uint64_t version);
    void *context;
};

// Opens no file: a thread of its own does, at once, and makes the catalogue. Never fails because the file is
// absent or broken: that is a state which market_health tells, and which ends when the file is right.
// STATUS_INVALID path too long, STATUS_NO_MEMORY, STATUS_INTERNAL no thread.
enum status market_open(const struct market_options *options, struct market **out_market,
                        struct error *error);

// No other call may be under way; series and catalogues that others still own live on. NULL is fine.
void market_close(struct market *market);

// Looks at the file now rather than at the next interval, and returns when what it found is in effect.
void market_look_now(struct market *market);

struct market_health {
    char path[512];
    bool is_connected; // the table could be read at the last look; an importer at work is no reason why not
    char detail[256];  // why not, "" when connected
    uint64_t
        data_version; // of the newest catalogue: rises with each change that was seen, 0 before the first
};

// The first look is waited for, up to 5 s: a server that has just begun must not call a sound file bad.
void market_health(struct market *market, struct market_health *out_health);

struct category_health {
    char path[512];
    char detail[256];      // why what stands in the file is not in effect, with the line; "" when it is
    size_t category_count; // of the set in effect
    size_t symbol_count;
    uint64_t version; // rises with each set that comes into effect; 0 before the first
};

// As market_health.
void market_category_health(struct market *market, struct category_health *out_health);

// The set of categories in effect, one owner more: the last good one while the file is broken, an empty one
// while there is no file. The first look at the file is waited for.
const struct category_set *market_categories(struct market *market);

// The market as somebody sees it: its candles, and the categories that names of categories are of. Borrows
// both.
struct market_view {
    struct market *market;
    const struct category_set *categories; // NULL: those of the file, as they are in effect at each call
};

// With the categories of the file.
static inline struct market_view market_as_it_is(struct market *market)
{
    return (struct market_view){.market = market};
}

// Those of the view, with one owner more.
const struct category_set *market_view_categories(struct market_view view);

// The newest catalogue. The first one is waited for up to 5 s while the file is locked or being read.
// STATUS_UNAVAILABLE "market_data_unavailable" when the file cannot be read and nothing was read before.
enum status market_catalog(struct market *market, const struct catalog **out_catalog, struct error *error);

// The symbol of a catalogue that a text means, whatever the case of its letters: no ratio, no category.
// STATUS_INVALID "invalid_symbol", STATUS_NOT_FOUND "unknown_symbol" with near names.
enum status market_find_stored(const struct catalog *catalog, struct str text,
                               const struct symbol_info **out_info, struct error *error);

// How complete and clean the stored series are; made when it is first asked for, then kept until the file is
// another. Errors: those of market_catalog.
enum status market_coverage(struct market *market, const struct coverage **out_coverage, struct error *error);

// The files that a stored series came from, and the values that were replaced (provenance.h).
// STATUS_UNAVAILABLE "market_data_unavailable".
enum status market_origins(struct market *market, const struct provenance_query *query, struct arena *arena,
                           struct provenance_page *out_page, struct error *error);
enum status market_revisions(struct market *market, const struct provenance_query *query, struct arena *arena,
                             struct provenance_page *out_page, struct error *error);

// How many candles of each series were given other values (provenance_reader.h says of which).
enum status market_revision_counts(struct market *market, const struct provenance_query *query,
                                   struct arena *arena, struct revision_counts *out_counts,
                                   struct error *error);

// What is stored of that which a download wants. A file that is not there, or holds no candles, has nothing.
struct arena;
struct download_spec;
struct download_holdings;
enum status market_holdings(struct market *market, const struct download_spec *spec, struct arena *arena,
                            struct download_holdings *out_holdings, struct error *error);

// Whole series of an expression (series_expression.h) on an interval, stored or resampled from the
// largest stored one that divides it. Slices are made by the caller by time. All of it is of one version of
// the file (data_version, for ETags), the newest that was seen or the one before while that is being read.
// Errors: STATUS_NOT_FOUND "unknown_symbol" (with up to five near names in the message and as error.near),
// STATUS_NOT_FOUND "unknown_category" (likewise),
// STATUS_NOT_FOUND "no_candles" when neither the interval nor a divisor is stored (naming what is) or the two
// of a ratio have no bar in common, STATUS_INVALID "invalid_symbol" for a text that is no expression,
// STATUS_TOO_LARGE, STATUS_UNAVAILABLE "market_data_unavailable". Never fails because an import runs: what
// was read before is served, a first read waits for the file up to 5 s.
enum status market_series(struct market_view view, struct str expression, enum interval interval,
                          const struct series **out_series, struct error *error);

// Has many stored series ready for market_series, read in one pass where that pays. Never fails.
struct symbol_list;
void market_preload(struct market *market, const struct symbol_list *symbols, enum interval interval);
