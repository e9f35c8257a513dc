// Series that stand side by side, kept for the next run over the same candles: whoever tries a category with
// other rules finds its prices where they were. Shared between threads; bounded, least recently used first
// out.
#pragma once

#include "base/error.h"
#include "engine/universe.h"
#include "market/members.h"

#include <stddef.h>

struct universe_cache;

// At most LIMIT_UNIVERSE_CACHE of at most `max_bytes` in all. STATUS_NO_MEMORY.
enum status universe_cache_new(size_t max_bytes, struct universe_cache **out_cache, struct error *error);

// No other call may be under way. Universes that others still own live on. NULL is fine.
void universe_cache_free(struct universe_cache *cache);

// A universe with its calendar; its prices are put in place when somebody wants them. Owned by reference
// count.
struct shared_universe;

// The universe of these series in a range, with one owner more: the one that is kept, or a new one, which is
// kept unless it is larger than the cache. Whose series were read anew is another one. `cache` may be NULL:
// nothing is kept. Errors of universe_calendar.
enum status universe_cache_get(struct universe_cache *cache, const struct series_list *series,
                               struct universe_range range, const struct shared_universe **out_shared,
                               struct error *error);

// Of symbols and bars; without prices. Lives as long as the owner.
struct universe shared_universe_calendar(const struct shared_universe *shared);

// With prices, of the series that it was asked for with. Lives as long as the owner. STATUS_NO_MEMORY.
enum status shared_universe_prices(const struct shared_universe *shared, const struct series_list *series,
                                   struct universe *out_universe, struct error *error);

void shared_universe_release(const struct shared_universe **shared); // one owner less; NULL is fine
