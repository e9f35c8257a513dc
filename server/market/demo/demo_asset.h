// The cast of the demo market. All of it is invented; every name begins with DEMO.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What becomes of an asset beside its daily ups and downs. Days count from DEMO_FIRST_DAY.
enum demo_fate {
    DEMO_FATE_PLAIN,
    DEMO_FATE_DELISTED, // no candles from fate_day on
    DEMO_FATE_SPLIT,    // redenominated 1000:1 on fate_day, three days without candles before
    DEMO_FATE_FROZEN,   // flat without trades from fate_day on
    DEMO_FATE_OUTAGES,  // days without candles from fate_day on, now and then
    DEMO_FATE_REPLACED, // loses nearly all in five days, then another coin under the same name
    DEMO_FATE_PEGGED,   // worth one dollar
};

struct demo_asset {
    const char *base; // "DEMOBTC"
    double price;     // at its listing
    int decimals;     // of its prices
    int beta_percent; // how much of the market's moves it makes
    int idle_bp;      // its own daily deviation, in hundredths of a percent
    int turnover_m;   // millions of dollars a day at its first price
    int listed_day;
    enum demo_fate fate;
    int fate_day;
    bool is_intraday; // has 1h candles too, DEMOBTC and DEMOETH also 15m
};

enum { DEMO_FIRST_DAY = 18628 }; // 2021-01-01, days since the epoch

extern const struct demo_asset demo_assets[];
extern const size_t demo_asset_count;

// Pairs in another asset, made from the two dollar series.
struct demo_pair {
    const char *symbol;
    size_t base, quote; // indices into demo_assets
};

extern const struct demo_pair demo_pairs[];
extern const size_t demo_pair_count;
