// One stored symbol on its way into a series: read as it is stored, or resampled, through the cache.
#pragma once

#include "base/error.h"
#include "market/market_fetch.h"

#include <stdbool.h>
#include <stdint.h>

// A wish for one stored symbol; everything in it outlives the call.
struct market_leg {
    const struct market_source *source;
    const struct symbol_info *info;
    enum interval interval;
    uint64_t data_version; // at least
    int64_t patience_ms;   // while an importer has the file locked
};

// Makes the series of a leg (`context`) without looking for itself in the cache: a load of series_request.
// The errors of market_series.
enum status market_leg_load(void *context, bool has_older, const struct series **out_series,
                            struct error *error);

// The same by way of the cache, for what is a part of something larger: never older than wanted, so that the
// whole is of one version.
enum status market_leg_get(const struct market_leg *leg, const struct series **out_series,
                           struct error *error);
