// Fills: at which price, for how much money, at what fee.
#pragma once

#include "base/decimal.h"
#include "base/error.h"
#include "store/journal_store.h"

#include <stdint.h>

// A price that a symbol has: where from, and of when.
struct mark {
    struct str symbol;
    bool is_known; // false: the rest means nothing
    struct decimal price;
    enum mark_source source;
    int64_t time_us;
};

// What is to be filled. Texts that are not there have ptr NULL.
struct fill {
    struct str plan_id; // with its leg; or an order; or neither
    struct str leg_id;
    struct str order_id;
    enum fill_action action;
    enum fill_side side;
    struct str symbol;
    struct decimal quantity; // > 0
    struct decimal price;    // fill_price, or that of a limit, stop or target
    struct decimal fee_bps;
    struct decimal slippage_bps; // that the price has in it
    struct mark mark;
};

// mark × (1 + bps / 10,000) of a buy, mark × (1 − bps / 10,000) of a sell, rounded half to even at the 18th
// digit. STATUS_INVALID: "amount_too_large", or nothing is left of the price.
enum status fill_price(struct decimal mark, enum fill_side side, struct decimal slippage_bps,
                       struct decimal *out_price, struct error *error);

struct fill_amounts {
    struct decimal notional; // quantity × price
    struct decimal fee;      // quantity × price × fee_bps / 10,000
    struct decimal cash;     // −notional − fee of a buy, notional − fee of a sell
};

// Each rounded once, half to even, at the 18th digit. STATUS_INVALID "amount_too_large".
enum status fill_count(const struct fill *fill, struct fill_amounts *out_amounts, struct error *error);
