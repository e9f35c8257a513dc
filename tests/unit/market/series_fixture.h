// Series made of literal candles.
#pragma once

#include "unit/unit.h"

#include "market/series.h"

// A series of `count` candles, which must be in order.
const struct series *series_of(const struct candle *candles, size_t count, enum interval interval);
#define SERIES_OF(interval, ...)                                                                             \
    series_of((const struct candle[]){__VA_ARGS__},                                                          \
              sizeof((const struct candle[]){__VA_ARGS__}) / sizeof(struct candle), (interval))

void assert_candle(const struct series *series, size_t i, struct candle expected);
