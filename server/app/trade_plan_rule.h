// When a plan's idea is wrong, in a form that a machine can check: the close of a series, on an interval,
// above or below a level or one of its averages.
//
//     {"series": "BTCUSDT", "interval": "1d", "operator": "below", "level": 58000}
//     {"series": "ETHUSDT/BTCUSDT", "interval": "4h", "operator": "above", "average": {"kind": "ema",
//     "length": 50}}
#pragma once

#include "app/app.h"
#include "base/arena.h"
#include "base/decimal.h"
#include "base/error.h"
#include "base/str.h"
#include "engine/interval.h"
#include "json/json.h"

#include <stdbool.h>
#include <stddef.h>

enum trade_plan_average { AVERAGE_NONE, AVERAGE_SMA, AVERAGE_EMA };

struct trade_plan_rule {
    struct str series; // an expression (market/series_expression.h), normalised
    enum interval interval;
    bool is_above;
    enum trade_plan_average average; // of `length` closes; AVERAGE_NONE: against `level`
    size_t length;
    struct decimal level;
};

// What a user gives. STATUS_INVALID with pointers behind `pointer`: a series that the market does not have,
// with near names; both or neither of level and average.
enum status trade_plan_rule_read(const struct app *app, const struct json_value *object, const char *pointer,
                                 struct arena *arena, struct trade_plan_rule *out_rule, struct error *error);

// The one text of a rule, as plans keep it, in the arena; ptr NULL on lack of memory.
struct str trade_plan_rule_write(const struct trade_plan_rule *rule, struct arena *arena);

// Back from that text. STATUS_INTERNAL when it is none.
enum status trade_plan_rule_parse(struct str text, struct arena *arena, struct trade_plan_rule *out_rule,
                                  struct error *error);
