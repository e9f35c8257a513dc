#include "app/fill.h"

#include "app/position.h"

enum { WHOLE_BPS = 10000 };

enum status fill_price(struct decimal mark, enum fill_side side, struct decimal slippage_bps,
                       struct decimal *out_price, struct error *error)
{
    const struct decimal slip = side == FILL_BUY ? slippage_bps : decimal_negate(slippage_bps);
    struct decimal bps, price;
    if (decimal_is_zero(slippage_bps)) {
        *out_price = mark;
        return STATUS_OK;
    }
    if (!decimal_add(decimal_of_int(WHOLE_BPS), slip, &bps) ||
        !decimal_multiply_bps(mark, decimal_of_int(1), bps, &price))
        return amount_too_large(error);
    if (price.units <= 0)
        return error_set(error, STATUS_INVALID, "invalid_input",
                         "slippage leaves nothing of the price; take less than 10000 bps");
    *out_price = price;
    return STATUS_OK;
}

enum status fill_count(const struct fill *fill, struct fill_amounts *out_amounts, struct error *error)
{
    struct fill_amounts amounts;
    if (!decimal_multiply(fill->quantity, fill->price, &amounts.notional) ||
        !decimal_multiply_bps(fill->quantity, fill->price, fill->fee_bps, &amounts.fee))
        return amount_too_large(error);
    amounts.cash = fill->side == FILL_BUY ? decimal_negate(amounts.notional) : amounts.notional;
    TRY(amount_add(&amounts.cash, decimal_negate(amounts.fee), error));
    *out_amounts = amounts;
    return STATUS_OK;
}
