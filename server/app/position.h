// What a fill makes of a position: pure arithmetic, exact but for one rounding that is written here.
#pragma once

#include "base/decimal.h"
#include "base/error.h"
#include "store/journal_store.h"
#include "store/position_store.h"

// A fill as positions see it; notional is quantity × price, rounded half to even at the 18th digit.
struct position_fill {
    enum fill_side side;
    struct decimal quantity; // > 0
    struct decimal price;
    struct decimal notional;
};

// Adds the fill. In the direction of the position (or on a flat one) its notional is bound in the position:
// cost += notional of a buy, −notional of a sell. Against it, `cost × closed / quantity` (rounded half to
// even at the 18th digit; all of it when everything is closed) goes out of the cost, and what the fill paid
// or got, less that, is *out_realized. A fill larger than the position closes all of it and opens the rest
// with what is left of the notional. So realized + (quantity × mark − cost) is, to the last digit, what the
// fills paid and got plus what is held at any mark. STATUS_INVALID "amount_too_large"; position as it was
// then.
enum status position_add(struct position *position, const struct position_fill *fill,
                         struct decimal *out_realized, struct error *error);

// |cost| / |quantity|, to show; 0 of a flat one.
struct decimal position_entry_price(const struct position *position);

// quantity × mark, and that less cost. False when they do not fit.
[[nodiscard]] bool position_worth(const struct position *position, struct decimal mark,
                                  struct decimal *out_value, struct decimal *out_unrealized);

// *total += amount. STATUS_INVALID "amount_too_large".
enum status amount_add(struct decimal *total, struct decimal amount, struct error *error);
enum status amount_too_large(struct error *error);
