// A decoded series: columns of one (symbol, interval) or of an expression over several, shared between threads by
// reference count and never changed once made.
#pragma once

#include "base/error.h"
#include "base/str.h"
#include "engine/candles.h"
#include "engine/interval.h"

#include <stdbool.h>
#include <stdint.h>

struct series {
    struct candles candles; // columns owned by the series
    enum interval interval;
    bool is_resampled;
    enum interval resampled_from; // where is_resampled
};

void series_release(const struct series **series); // NULL is fine
#define SERIES_SCOPE __attribute__((cleanup(series_release))) const struct series *
