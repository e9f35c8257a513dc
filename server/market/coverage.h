// How complete and how clean everything is that is stored: for each series its quality (engine/quality.h),
// the files it came from and what of it was revised. A snapshot of one version of the file, made when
// somebody asks and kept until the file is another.
#pragma once

#include "base/error.h"
#include "base/str.h"
#include "engine/interval.h"
#include "engine/quality.h"

#include <stddef.h>
#include <stdint.h>

struct coverage_series {
    struct str symbol; // as the file spells it
    struct str quote_asset;
    enum interval interval;
    int64_t last_import_us; // of the newest file that changed something; 0: none is known
    int64_t files;          // that changed something
    int64_t revisions;      // values that were replaced
    int64_t without_source; // candles that no file is known of: taken over from another tool
    struct quality quality;
};

// Ordered by symbol and interval; reference counted, never changed.
struct coverage {
    uint64_t data_version;
    const struct coverage_series *series;
    size_t count;
};

const struct coverage *coverage_retain(const struct coverage *coverage);
void coverage_release(const struct coverage **coverage); // NULL is fine
#define COVERAGE_SCOPE __attribute__((cleanup(coverage_release))) const struct coverage *
