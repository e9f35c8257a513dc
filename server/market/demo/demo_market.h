// An invented market for trying everything without a network: deterministic to the last bit on every machine.
#pragma once

#include "base/error.h"
#include "market/candle_store.h"

#include <stddef.h>
#include <stdint.h>

#define DEMO_DEFAULT_UNTIL_DAY 20635 // 2026-07-01, days since the epoch: the first day without candles

struct demo_summary {
    size_t series;
    int64_t rows;
};

// Writes the whole market up to `until_day` (exclusive; days since the epoch, from a year after
// DEMO_FIRST_DAY on). The candles of a day are the same whatever the end is. STATUS_CONFLICT when the
// database holds candles and `overwrites` is false; errors of candle_writer_store.
enum status demo_market_write(struct candle_writer *writer, int64_t until_day, bool overwrites,
                              struct demo_summary *out_summary, struct error *error);
