// Values with owners, by a key: the ones used last are kept, within a number and a size. Shared between
// threads. Whoever keeps one kind of value wraps it (category_cache.h, universe_cache.h).
#pragma once

#include "base/error.h"
#include "base/str.h"

#include <stddef.h>

struct recent_cache;

// What the values are. Both functions are called with the lock of the cache held and take no other.
struct recent_kind {
    size_t max_count;
    void (*retain)(const void *value);  // one owner more
    void (*release)(const void *value); // one owner less
};

// The kind is borrowed. STATUS_NO_MEMORY.
enum status recent_cache_new(const struct recent_kind *kind, size_t max_bytes,
                             struct recent_cache **out_cache, struct error *error);

// No other call may be under way. Values that others still own live on. NULL is fine.
void recent_cache_free(struct recent_cache *cache);

// The value with that key, byte by byte, with one owner more; NULL when it is not here.
const void *recent_cache_get(struct recent_cache *cache, struct str key);

// Keeps the value, which holds `bytes`, too, unless it is larger than the cache, or its key is here already,
// or there is no memory for the key, which is copied. The least recently used make room.
void recent_cache_put(struct recent_cache *cache, struct str key, const void *value, size_t bytes);
