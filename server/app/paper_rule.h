// When a plan's invalidation rule came true, over the stored candles.
#pragma once

#include "app/app.h"
#include "app/trade_plan_rule.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

// The span that is looked at: candles that opened from then on and have ended by now.
struct paper_span {
    int64_t from_us;
    int64_t now_us;
};

struct paper_rule_finding {
    bool is_broken;
    int64_t at_us;      // the end of the first candle whose close was beyond the level or average
    int64_t seen_to_us; // the end of the last one that was looked at; 0: there was none
};

// The average of a candle is that of the closes up to its own (engine/indicators/sma.h, ema.h), from the
// first stored one on. A series that cannot be read now has nothing to look at. STATUS_NO_MEMORY.
enum status paper_rule_find(const struct app *app, const struct trade_plan_rule *rule, struct paper_span span,
                            struct paper_rule_finding *out_finding, struct error *error);
