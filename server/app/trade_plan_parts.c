#include "app/trade_plan_parts.h"

#include "app/position.h"
#include "app/trade_plan_request.h"

#include <stdio.h>

static enum status take_fraction(const struct trade_plan *plan, struct decimal fraction,
                                 struct decimal *out_quantities, struct error *error)
{
    bool takes_something = false;
    for (size_t i = 0; i < plan->leg_count; i++) {
        if (!decimal_multiply(plan->legs[i].quantity_open, fraction, &out_quantities[i]))
            return amount_too_large(error);
        takes_something |= !decimal_is_zero(out_quantities[i]);
    }
    if (takes_something) return STATUS_OK;
    return error_add_field(error, "/fraction", "is so small that nothing of any leg would be closed");
}

static enum status take_part(const struct trade_plan *plan, const struct trade_plan_part *part, size_t index,
                             struct decimal *out_quantities, struct error *error)
{
    char pointer[ERROR_POINTER_MAX], wanted[DECIMAL_TEXT_MAX], open[DECIMAL_TEXT_MAX];
    const struct trade_plan_leg *leg = trade_plan_leg_find(plan, part->leg_id);
    (void)snprintf(pointer, sizeof pointer, "/legs/%zu/leg_id", index);
    if (!leg)
        return error_add_field(error, pointer, "the plan has no leg \"%.*s\"",
                               STR_ARG(str_prefix(part->leg_id, 8)));
    struct decimal *quantity = &out_quantities[leg - plan->legs];
    if (!decimal_is_zero(*quantity))
        return error_add_field(error, pointer, "leg %.*s stands twice", STR_ARG(leg->id));
    *quantity = part->quantity;
    if (decimal_compare(part->quantity, leg->quantity_open) <= 0) return STATUS_OK;
    (void)snprintf(pointer, sizeof pointer, "/legs/%zu/quantity", index);
    (void)decimal_format(part->quantity, wanted);
    (void)decimal_format(leg->quantity_open, open);
    return error_add_field(error, pointer, "%s is more than the %s that are open of leg %.*s", wanted, open,
                           STR_ARG(leg->id));
}

static enum status take_parts(const struct trade_plan *plan, const struct trade_plan_closing *closing,
                              struct decimal *out_quantities, struct error *error)
{
    for (size_t i = 0; i < closing->part_count; i++)
        (void)take_part(plan, &closing->parts[i], i, out_quantities, error);
    return error->field_count ? STATUS_INVALID : STATUS_OK;
}

enum status trade_plan_parts_count(const struct trade_plan *plan, const struct trade_plan_closing *closing,
                                   struct decimal *out_quantities, struct error *error)
{
    const bool is_whole = closing->part_count == 0 && decimal_is_zero(closing->fraction);
    for (size_t i = 0; i < plan->leg_count; i++)
        out_quantities[i] = is_whole ? plan->legs[i].quantity_open : DECIMAL_ZERO;
    if (is_whole) return STATUS_OK;
    return closing->part_count ? take_parts(plan, closing, out_quantities, error)
                               : take_fraction(plan, closing->fraction, out_quantities, error);
}
