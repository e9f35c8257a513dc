// Decoded series by name and interval, shared between threads: bounded, least recently used first out, one
// loader per series at a time.
#pragma once

#include "base/error.h"
#include "base/str.h"
#include "engine/interval.h"
#include "market/series.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct series_cache;

enum status series_cache_new(size_t max_bytes, struct series_cache **out_cache, struct error *error);

// No other call may be under way. Series that others still own live on.
void series_cache_free(struct series_cache *cache);

// What is wanted and how it is made when it is not there.
struct series_request {
    struct str name;
    enum interval interval;
    uint64_t categories_version; // exactly this one; 0 for what is made without categories
    uint64_t data_version;       // at least this one
    bool is_older_welcome;       // an older one will do while the wanted one is being made or cannot be had
    // Makes the series. Called without a lock held: it may ask the cache for other series, as long as the
    // chain has an end. `has_older`: a failure is not the end, so there is no need to wait for anything.
    enum status (*load)(void *context, bool has_older, const struct series **out_series, struct error *error);
    void *context;
};

// The series, with one owner more. The first to ask loads it, others who ask meanwhile wait and share what
// comes of it, be it a failure (without its members at fault). Beyond max_bytes the least recently used are
// let go of; a series larger than that is served and not kept.
enum status series_cache_get(struct series_cache *cache, const struct series_request *request,
                             const struct series **out_series, struct error *error);

// Whether series_cache_get would find it without a load. Nobody is asked to make anything.
bool series_cache_has(struct series_cache *cache, const struct series_request *request);
