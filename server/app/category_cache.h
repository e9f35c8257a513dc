// Versions of category sets as they were read, so that a scan need not read one each time. Shared between
// threads; bounded, least recently used first out.
#pragma once

#include "base/error.h"
#include "base/str.h"
#include "market/category_set.h"

#include <stddef.h>
#include <stdint.h>

struct category_cache;

// At most LIMIT_CATEGORY_CACHE_SETS sets of at most `max_bytes` in all. STATUS_NO_MEMORY.
enum status category_cache_new(size_t max_bytes, struct category_cache **out_cache, struct error *error);

// No other call may be under way. Sets that others still own live on. NULL is fine.
void category_cache_free(struct category_cache *cache);

// The version of the set, with one owner more; NULL when it is not here. A version never changes, so it is
// never old.
const struct category_set *category_cache_get(struct category_cache *cache, struct str set_id,
                                              int64_t version);

// Keeps the version too, unless it is larger than the cache, or here already.
void category_cache_put(struct category_cache *cache, struct str set_id, int64_t version,
                        const struct category_set *set);
