// The files that Binance publishes: what they are called and which days they hold.
// https://github.com/binance/binance-public-data, data/{spot|futures/um|futures/cm}/{daily|monthly}/klines/…
#pragma once

#include "base/arena.h"
#include "base/str.h"
#include "engine/interval.h"

#include <stdbool.h>
#include <stdint.h>

enum download_asset { DOWNLOAD_SPOT, DOWNLOAD_UM, DOWNLOAD_CM };

// "spot", "um", "cm", and "futures/um", "futures/cm".
bool download_asset_parse(struct str text, enum download_asset *out_asset);
const char *download_asset_name(enum download_asset asset);

// One file: a day or a whole month of one series. Days are counted from 1970-01-01.
struct download_archive {
    enum download_asset asset;
    struct str symbol;
    enum interval interval;
    bool is_monthly;
    int64_t first_day; // of a month its first
};

// "data/spot/monthly/klines/BTCUSDT/1d/BTCUSDT-1d-2024-01.zip"; ptr NULL on lack of memory.
struct str download_archive_path(const struct download_archive *archive, struct arena *arena);

// The same behind `base_url`, bytes that URLs do not have as they are escaped.
struct str download_archive_url(const struct download_archive *archive, struct str base_url,
                                struct arena *arena);

// The day or month behind "SYMBOL-INTERVAL-" in a file's name, as candle_sources keeps it. False for any
// other name.
bool download_archive_period(struct str file_name, struct str symbol, enum interval interval,
                             bool *out_is_monthly, int64_t *out_first_day);

// Binance puts up to a day into a daily file; three days, weeks and months come in monthly ones only.
bool download_interval_has_daily(enum interval interval);

// The first day of the month of a day, and of the month after it.
int64_t download_month_first(int64_t day);
int64_t download_month_next(int64_t day);
