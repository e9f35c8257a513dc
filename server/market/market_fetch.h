// How an expression becomes a series: stored candles, resampled ones, indices of categories, ratios, each
// through the cache.
#pragma once

#include "base/error.h"
#include "market/cache.h"
#include "market/candle_file.h"
#include "market/catalog.h"
#include "market/category_set.h"
#include "market/series_expression.h"

// What a series is made from. `catalog` names what is stored; series are of its version or a later one.
struct market_source {
    struct candle_file *file;
    struct series_cache *cache;
    const struct catalog *catalog;
    const struct category_set *categories;
};

// The errors of market_series.
enum status market_fetch(const struct market_source *source, const struct series_expression *expression,
                         enum interval interval, const struct series **out_series, struct error *error);
