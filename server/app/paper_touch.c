#include "app/paper_touch.h"

static bool is_at_most(struct decimal a, struct decimal b)
{
    return decimal_compare(a, b) <= 0;
}

// A price that waits below: reached from above, gapped over by an open under it.
static bool touches_below(struct decimal price, const struct touch_bar *bar, struct decimal *out_price)
{
    if (!is_at_most(bar->low, price)) return false;
    *out_price = is_at_most(bar->open, price) ? bar->open : price;
    return true;
}

static bool touches_above(struct decimal price, const struct touch_bar *bar, struct decimal *out_price)
{
    if (!is_at_most(price, bar->high)) return false;
    *out_price = is_at_most(price, bar->open) ? bar->open : price;
    return true;
}

struct touch touch_leg(const struct trade_plan_leg *leg, const struct touch_bar *bar)
{
    const bool is_long = leg->side == LEG_LONG;
    struct touch touch = {.kind = TOUCH_NONE};
    if (!decimal_is_zero(leg->stop_price) &&
        (is_long ? touches_below : touches_above)(leg->stop_price, bar, &touch.price))
        touch.kind = TOUCH_STOP;
    else if (!decimal_is_zero(leg->target_price) &&
             (is_long ? touches_above : touches_below)(leg->target_price, bar, &touch.price))
        touch.kind = TOUCH_TARGET;
    return touch;
}

bool touch_limit(enum fill_side side, struct decimal limit, const struct touch_bar *bar,
                 struct decimal *out_price, bool *out_is_gap)
{
    const bool is_buy = side == FILL_BUY;
    *out_is_gap = is_buy ? is_at_most(bar->open, limit) : is_at_most(limit, bar->open);
    return (is_buy ? touches_below : touches_above)(limit, bar, out_price);
}
