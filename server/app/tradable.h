// Which symbols can be traded now, as Binance's exchangeInfo says.
// https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-endpoints
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "net/fetch.h"

#include <stdbool.h>
#include <stddef.h>

struct tradable_symbol {
    struct str symbol;
    struct str quote_asset;
    struct str status; // "TRADING", "BREAK", …
    bool is_tradable;  // TRADING, and on the spot market
};

struct tradable_list {
    const struct tradable_symbol *symbols; // by symbol
    size_t count;
};

// The "symbols" of an exchangeInfo, read one after the other, so that a long answer needs little memory.
// Texts live in the arena. STATUS_MALFORMED.
enum status tradable_parse(struct str exchange_info, struct arena *arena, struct tradable_list *out_list,
                           struct error *error);

// GET {base_url}/api/v3/exchangeInfo. Errors: STATUS_UNAVAILABLE, those of tradable_parse.
enum status tradable_fetch(struct str base_url, const struct fetch_rules *rules, struct arena *arena,
                           struct tradable_list *out_list, struct error *error);

// NULL: the exchange does not know it.
const struct tradable_symbol *tradable_find(const struct tradable_list *list, struct str symbol);
