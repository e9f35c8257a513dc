// What the API calls a symbol: an expression over stored series. "BTCUSDT" is a symbol, "ETHUSDT/BTCUSDT" a
// ratio.
#pragma once

#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"

#include <stddef.h>

enum { SERIES_TERMS_MAX = 2 };

// Where the candles of a term come from.
enum series_term_kind {
    SERIES_TERM_SYMBOL, // stored under this name
};

struct series_term {
    enum series_term_kind kind;
    char name[LIMIT_SYMBOL_BYTES + 1]; // NUL-terminated
};

// A value without pointers: one term, or two for the first divided by the second.
struct series_expression {
    struct series_term terms[SERIES_TERMS_MAX];
    size_t term_count;
};

// Reads an expression. Spaces around it are dropped; ASCII letters become capitals, as exchanges write their
// symbols. STATUS_INVALID "invalid_symbol" for anything else: an empty term, two slashes, spaces or control
// bytes inside, bytes that are no UTF-8, a term over LIMIT_SYMBOL_BYTES, a text over
// LIMIT_SERIES_EXPRESSION_BYTES.
enum status series_expression_parse(struct str text, struct series_expression *out_expression,
                                    struct error *error);

// The text that reads back as this expression, NUL-terminated; the name of a series and its key in the cache.
struct str series_expression_text(const struct series_expression *expression,
                                  char buffer[static LIMIT_SERIES_EXPRESSION_BYTES + 1]);
