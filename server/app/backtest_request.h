// What a backtest is asked to be: the body of POST …/backtests, and the payload of its job.
#pragma once

#include "app/category_choice.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "engine/interval.h"
#include "engine/simulate.h"
#include "engine/strategy.h"
#include "json/json.h"

#include <stdbool.h>
#include <stdint.h>

struct backtest_request {
    const struct strategy *strategy;
    double values[STRATEGY_PARAMS_MAX]; // of strategy->params, checked
    struct str symbol;                  // series expression as the user wrote it
    struct category_choice categories;  // that its categories are of
    enum interval interval;
    bool has_from;
    bool has_to;
    int64_t from; // epoch seconds: from <= open time < to
    int64_t to;
    struct backtest_rules rules;
    struct str name; // ptr NULL: none
    struct str notes;
    struct str tags_json; // array of distinct strings
};

// The rules of a request that gives none.
struct backtest_rules backtest_default_rules(void);

// All faults at once, each with its pointer: STATUS_INVALID; STATUS_NOT_FOUND "unknown_strategy" with the
// strategies there are. Texts borrow from the object and the arena.
enum status backtest_request_decode(const struct json_value *object, struct arena *arena,
                                    struct backtest_request *out_request, struct error *error);

// The same, but that each parameter is looked at alone: they need not go together.
enum status backtest_request_decode_parts(const struct json_value *object, struct arena *arena,
                                          struct backtest_request *out_request, struct error *error);
