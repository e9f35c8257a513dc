// Series for the tests of the engine.
#pragma once

#include "engine/candles.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

enum { SERIES_MAX = 4096 };

struct test_series {
    int64_t time[SERIES_MAX];
    double open[SERIES_MAX];
    double high[SERIES_MAX];
    double low[SERIES_MAX];
    double close[SERIES_MAX];
    double volume[SERIES_MAX];
};

static inline struct candles series_candles(const struct test_series *series, size_t count)
{
    return (struct candles){
        .count = count,
        .time = series->time,
        .open = series->open,
        .high = series->high,
        .low = series->low,
        .close = series->close,
        .volume = series->volume,
    };
}

// Knuth's MMIX generator; 31 bits.
static inline uint64_t series_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

// Daily bars of a market that stands still but for a few roundings of each price, as an index does whose only
// member is what it is compared with.
static inline void series_still(struct test_series *series, size_t count, uint64_t seed)
{
    const double price = 0.007994017098422058, ulp = 0x1p-59;
    for (size_t i = 0; i < count; i++) {
        series->time[i] = 1577836800 + 86400 * (int64_t)i;
        series->open[i] = price + ulp * ((double)(series_random(&seed) % 15) - 7);
        series->close[i] = price + ulp * ((double)(series_random(&seed) % 15) - 7);
        series->high[i] = fmax(series->open[i], series->close[i]);
        series->low[i] = fmin(series->open[i], series->close[i]);
        series->volume[i] = 1;
    }
}

// A walk of daily bars from 100 on, in steps of up to 2 %; the next open is the close before it.
static inline void series_walk(struct test_series *series, size_t count, uint64_t seed)
{
    double price = 100;
    for (size_t i = 0; i < count; i++) {
        const double before = price;
        price = price * (1 + ((double)(series_random(&seed) % 2001) - 1000) / 50000);
        series->time[i] = 1577836800 + 86400 * (int64_t)i;
        series->open[i] = before;
        series->close[i] = price;
        series->high[i] = price * (1 + (double)(series_random(&seed) % 1000) / 100000);
        series->low[i] = price * (1 - (double)(series_random(&seed) % 1000) / 100000);
        series->volume[i] = 1;
    }
}
