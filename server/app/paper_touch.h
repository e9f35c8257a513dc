// Whether a candle reaches a price that something waits for, and at which price it is dealt with then: pure
// functions. A price that was reached within a candle is had as it is; one that the candle opened beyond is
// not, and its open is the first price there was: worse than a stop, better than a target or a limit.
#pragma once

#include "app/fill.h"
#include "base/decimal.h"
#include "store/trade_plan_store.h"

#include <stdbool.h>

// The prices of a candle.
struct touch_bar {
    struct decimal open, high, low, close;
};

enum touch_kind { TOUCH_NONE, TOUCH_STOP, TOUCH_TARGET };

struct touch {
    enum touch_kind kind;
    struct decimal price;
};

// Of a leg's stop and target (0: none). A stop below a long leg is reached by a low at or under it, a target
// above it by a high at or over it; of a short leg the other way round. Of a candle that reaches both the
// stop counts: nobody knows which came first.
struct touch touch_leg(const struct trade_plan_leg *leg, const struct touch_bar *bar);

// Of an order's limit: a buy by a low at or under it, a sell by a high at or over it. *out_is_gap: the candle
// opened at the limit or beyond, and its open is the price.
bool touch_limit(enum fill_side side, struct decimal limit, const struct touch_bar *bar,
                 struct decimal *out_price, bool *out_is_gap);
