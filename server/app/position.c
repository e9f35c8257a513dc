#include "app/position.h"

enum status amount_too_large(struct error *error)
{
    return error_set(error, STATUS_INVALID, "amount_too_large",
                     "an amount of this has more than %d digits before the point; take smaller quantities or "
                     "prices",
                     DECIMAL_INTEGER_DIGITS);
}

enum status amount_add(struct decimal *total, struct decimal amount, struct error *error)
{
    return decimal_add(*total, amount, total) ? STATUS_OK : amount_too_large(error);
}

static struct decimal signed_by(struct decimal amount, enum fill_side side)
{
    return side == FILL_BUY ? amount : decimal_negate(amount);
}

static bool is_against(const struct position *position, enum fill_side side)
{
    return decimal_is_negative(position->quantity)
               ? side == FILL_BUY
               : side == FILL_SELL && !decimal_is_zero(position->quantity);
}

// In the direction of the position.
static enum status extend(struct position *position, enum fill_side side, struct decimal quantity,
                          struct decimal notional, struct error *error)
{
    TRY(amount_add(&position->quantity, signed_by(quantity, side), error));
    return amount_add(&position->cost, signed_by(notional, side), error);
}

// Against it, by no more than it holds.
static enum status reduce(struct position *position, enum fill_side side, struct decimal quantity,
                          struct decimal notional, struct decimal *out_realized)
{
    struct decimal removed = position->cost, flow = signed_by(notional, side);
    const struct decimal held = decimal_absolute(position->quantity);
    if (decimal_compare(quantity, held) < 0 && !decimal_share(position->cost, quantity, held, &removed))
        return STATUS_INVALID;
    const bool fits = decimal_add(position->quantity, signed_by(quantity, side), &position->quantity) &&
                      decimal_subtract(position->cost, removed, &position->cost) &&
                      decimal_add(flow, removed, &flow);
    if (!fits) return STATUS_INVALID;
    *out_realized = decimal_negate(flow);
    return STATUS_OK;
}

static enum status reduce_or_turn(struct position *position, const struct position_fill *fill,
                                  struct decimal *out_realized, struct error *error)
{
    const struct decimal held = decimal_absolute(position->quantity);
    struct decimal closing = fill->notional, rest, rest_notional;
    if (decimal_compare(fill->quantity, held) <= 0)
        return reduce(position, fill->side, fill->quantity, fill->notional, out_realized) == STATUS_OK
                   ? STATUS_OK
                   : amount_too_large(error);
    if (!decimal_multiply(held, fill->price, &closing) ||
        !decimal_subtract(fill->notional, closing, &rest_notional) ||
        !decimal_subtract(fill->quantity, held, &rest) ||
        reduce(position, fill->side, held, closing, out_realized) != STATUS_OK)
        return amount_too_large(error);
    return extend(position, fill->side, rest, rest_notional, error);
}

enum status position_add(struct position *position, const struct position_fill *fill,
                         struct decimal *out_realized, struct error *error)
{
    struct position changed = *position;
    struct decimal realized = DECIMAL_ZERO;
    if (is_against(position, fill->side))
        TRY(reduce_or_turn(&changed, fill, &realized, error));
    else
        TRY(extend(&changed, fill->side, fill->quantity, fill->notional, error));
    *position = changed;
    *out_realized = realized;
    return STATUS_OK;
}

struct decimal position_entry_price(const struct position *position)
{
    struct decimal price = DECIMAL_ZERO;
    (void)!decimal_divide(decimal_absolute(position->cost), decimal_absolute(position->quantity), &price);
    return price;
}

bool position_worth(const struct position *position, struct decimal mark, struct decimal *out_value,
                    struct decimal *out_unrealized)
{
    struct decimal value;
    if (!decimal_multiply(position->quantity, mark, &value) ||
        !decimal_subtract(value, position->cost, out_unrealized))
        return false;
    *out_value = value;
    return true;
}
