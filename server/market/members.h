// Many symbols at once: which ones belong together, and their series, all of one version of the market data.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "engine/interval.h"
#include "market/market.h"
#include "market/series.h"

#include <stddef.h>
#include <stdint.h>

// Symbols ordered by their bytes, each once.
struct symbol_list {
    const struct str *items;
    size_t count;
};

struct member_query {
    struct str category;    // whatever the case; "" for the whole market
    struct str quote;       // asset they are priced in, whatever the case; "" for any
    enum interval interval; // that is stored, or put together from one that is
};

// The symbols that the market data has of what is asked for; none is no error. Texts live in the arena.
// Errors: those of market_catalog, STATUS_NOT_FOUND "unknown_category" with near names, STATUS_NO_MEMORY.
enum status market_members(struct market_view view, const struct member_query *query, struct arena *arena,
                           struct symbol_list *out_members, struct error *error);

// Zero-initialise; owns its series.
struct series_list {
    const struct series **items; // in the order of the symbols
    size_t count;
    uint64_t data_version; // of all of them; 0 for an empty list
};

// The series of every symbol. All are of one version: where the file changes meanwhile, they are read again.
// The errors of market_series, for the first symbol that has one; STATUS_UNAVAILABLE
// "market_data_unavailable" when the file changes faster than it can be read.
enum status market_series_list(struct market_view view, const struct symbol_list *symbols,
                               enum interval interval, struct series_list *out_list, struct error *error);

void series_list_release(struct series_list *list); // an empty one is fine
#define SERIES_LIST_SCOPE __attribute__((cleanup(series_list_release))) struct series_list
