// What the API calls a symbol: an expression over stored series.
//
//     BTCUSDT                a symbol
//     CAT:Layer 1            the index of a category, of its members that are priced in USDT
//     CAT:Layer 1@BTC        the same of those that are priced in BTC
//     ETHUSDT/BTCUSDT        a ratio, of any two of these: CAT:AI/CAT:Layer 1, ETHUSDT/CAT:Meme
#pragma once

#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"

#include <stddef.h>

enum { SERIES_TERMS_MAX = 2 };

#define SERIES_CATEGORY_PREFIX "CAT:"
#define SERIES_DEFAULT_QUOTE "USDT"

// Where the candles of a term come from.
enum series_term_kind {
    SERIES_TERM_SYMBOL,   // stored under this name
    SERIES_TERM_CATEGORY, // put together from the members of the category of this name
};

struct series_term {
    enum series_term_kind kind;
    char name[LIMIT_CATEGORY_BYTES + 1]; // NUL-terminated
    char quote[LIMIT_ASSET_BYTES + 1];   // of a category, NUL-terminated; "" for symbols
};

_Static_assert(LIMIT_CATEGORY_BYTES >= LIMIT_SYMBOL_BYTES, "one field holds the names of both");

// A value without pointers: one term, or two for the first divided by the second.
struct series_expression {
    struct series_term terms[SERIES_TERMS_MAX];
    size_t term_count;
};

// Reads an expression. Spaces around it are dropped; ASCII letters of symbols and quote assets become
// capitals, as exchanges write them. A category's name ends at "/", "@" or the end and keeps its letters and
// spaces. STATUS_INVALID "invalid_symbol" for anything else: an empty term, two slashes, spaces or control
// bytes in a symbol, a category that category_name_is_valid refuses, bytes that are no UTF-8, a symbol over
// LIMIT_SYMBOL_BYTES, a quote asset over LIMIT_ASSET_BYTES, a text over LIMIT_SERIES_EXPRESSION_BYTES.
enum status series_expression_parse(struct str text, struct series_expression *out_expression,
                                    struct error *error);

// The text that reads back as this expression, NUL-terminated; the name of a series and its key in the cache.
struct str series_expression_text(const struct series_expression *expression,
                                  char buffer[static LIMIT_SERIES_EXPRESSION_BYTES + 1]);
