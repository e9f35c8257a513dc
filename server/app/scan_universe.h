// The series that a scan looks at, all of one version of the market data, each cut to the bars that count.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "engine/candles.h"
#include "market/members.h"

#include <stdbool.h>

// Which symbols, and as of when.
struct scan_scope {
    struct str category; // whatever the case; "" for the whole market
    struct str quote;    // asset they are priced in; "" for any
    enum interval interval;
    int64_t now_s;  // bars that end later are open, and left out
    bool has_as_of; // bars that end later than as_of are left out, but for the one that opens then
    int64_t as_of;
};

// Zero-initialise; scan_universe_release.
struct scan_universe {
    struct series_list list;
    struct candles *candles; // as cut; in the arena
    size_t count;
    bool has_newest;
    int64_t newest; // open time of the newest bar of them all, where there is any
};

// The symbols that it means.
struct member_query scan_scope_members(const struct scan_scope *scope);

// The symbols of the scope. Errors of market_members and market_series_list.
enum status scan_universe_open(struct market_view view, const struct scan_scope *scope, struct arena *arena,
                               struct scan_universe *out_universe, struct error *error);

// The series of these expressions instead, in their order.
enum status scan_universe_open_list(struct market_view view, const struct scan_scope *scope,
                                    const struct symbol_list *names, struct arena *arena,
                                    struct scan_universe *out_universe, struct error *error);

void scan_universe_release(struct scan_universe *universe);
#define SCAN_UNIVERSE_SCOPE __attribute__((cleanup(scan_universe_release))) struct scan_universe

static inline struct str scan_universe_name(const struct scan_universe *universe, size_t index)
{
    return str_from_c(universe->list.items[index]->name);
}
