// Names of markets: which asset is traded and which one it is priced in.
#pragma once

#include "base/str.h"

// The parts of a symbol, borrowed from it: "ETHBTC" is ETH priced in BTC, "币安人生USDT" is 币安人生 in USDT.
// The longest known quote asset that ends the name and leaves something before it counts: "TUSDT" is T in
// USDT, "USDCUSDT" is USDC in USDT. What follows an underscore is the term of a future ("BTCUSDT_240329",
// "BTCUSD_PERP") and no part of either. Without a known quote asset the base is the whole name and the quote
// is "".
struct symbol_parts {
    struct str base_asset;
    struct str quote_asset;
};

struct symbol_parts symbol_name_split(struct str symbol);
