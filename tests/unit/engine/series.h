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
