#include "app/trade_plan_risk.h"

#include "app/position.h"

static enum status count_leg(const struct trade_plan_leg *leg, struct decimal *out_risk, struct error *error)
{
    struct decimal distance, risk;
    const bool is_long = leg->side == LEG_LONG;
    if (!decimal_subtract(is_long ? leg->planned_entry_price : leg->stop_price,
                          is_long ? leg->stop_price : leg->planned_entry_price, &distance) ||
        !decimal_multiply(distance, leg->planned_quantity, &risk))
        return amount_too_large(error);
    *out_risk = decimal_is_negative(risk) ? DECIMAL_ZERO : risk;
    return STATUS_OK;
}

enum status trade_plan_risk_count(const struct trade_plan *plan, bool *out_has_stop, struct decimal *out_risk,
                                  struct error *error)
{
    struct decimal sum = DECIMAL_ZERO, risk = DECIMAL_ZERO;
    bool has_stop = false;
    for (size_t i = 0; i < plan->leg_count; i++) {
        if (decimal_is_zero(plan->legs[i].stop_price)) continue;
        has_stop = true;
        TRY(count_leg(&plan->legs[i], &risk, error));
        TRY(amount_add(&sum, risk, error));
    }
    *out_has_stop = has_stop;
    *out_risk = sum;
    return STATUS_OK;
}

enum status trade_plan_risk_check(const struct trade_plan *plan, struct error *error)
{
    struct decimal risk;
    bool has_stop;
    char risk_text[DECIMAL_TEXT_MAX], most[DECIMAL_TEXT_MAX];
    TRY(trade_plan_risk_count(plan, &has_stop, &risk, error));
    const bool is_bound = has_stop && !decimal_is_zero(plan->max_risk_amount);
    if (!is_bound || decimal_compare(risk, plan->max_risk_amount) <= 0) return STATUS_OK;
    (void)decimal_format(risk, risk_text);
    (void)decimal_format(plan->max_risk_amount, most);
    (void)error_set(error, STATUS_INVALID, "risk_too_large",
                    "the plan would lose %s at its stops, max_risk_amount allows %s; take smaller quantities "
                    "or nearer stops",
                    risk_text, most);
    return error_add_field(error, "/max_risk_amount", "%s is lost at the stops, %s is allowed", risk_text,
                           most);
}
