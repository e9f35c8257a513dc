// What a backtest of a category is asked to be: the body of POST …/backtests/category-relative-momentum, and
// the payload of its job.
#pragma once

#include "app/category_choice.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "engine/interval.h"
#include "engine/momentum.h"
#include "json/json.h"

#include <stdbool.h>
#include <stdint.h>

struct momentum_request {
    struct str category;               // "" where symbols are named
    struct category_choice categories; // that the category is of
    const struct str *symbols;         // as the user wrote them; none where a category is
    size_t symbol_count;
    struct str quote_asset;
    enum interval interval;
    bool has_from;
    bool has_to;
    int64_t from; // epoch seconds: from <= open time < to
    int64_t to;
    struct momentum_rules rules;
    struct str name; // ptr NULL: none
    struct str notes;
    struct str tags_json; // array of distinct strings
};

// The rules of a request that gives none.
struct momentum_rules momentum_default_rules(void);

// "relative_momentum", "risk_adjusted_momentum"; "equal", "inverse_volatility".
const char *momentum_strategy_name(enum momentum_strategy strategy);
const char *momentum_weighting_name(enum momentum_weighting weighting);

// All faults at once, each with its pointer: STATUS_INVALID. Texts borrow from the object and the arena.
enum status momentum_request_decode(const struct json_value *object, struct arena *arena,
                                    struct momentum_request *out_request, struct error *error);
