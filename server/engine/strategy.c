#include "engine/strategy.h"

#include "engine/strategies/strategies.h"

#include <math.h>
#include <stdio.h>

// The table: a new strategy is one line here, one file in strategies/ and one test.
static const struct strategy *const table[] = {
    &strategy_ma_cross, &strategy_macd_cross,    &strategy_supertrend,          &strategy_donchian_breakout,
    &strategy_momentum, &strategy_rsi_reversion, &strategy_bollinger_reversion, &strategy_buy_and_hold,
};

size_t strategy_count(void)
{
    return sizeof table / sizeof *table;
}

const struct strategy *strategy_at(size_t index)
{
    return index < strategy_count() ? table[index] : NULL;
}

const struct strategy *strategy_find(struct str id)
{
    for (size_t i = 0; i < strategy_count(); i++) {
        if (str_eq(id, str_from_c(table[i]->id))) return table[i];
    }
    return NULL;
}

void strategy_defaults(const struct strategy *strategy, double *out_values)
{
    for (size_t i = 0; i < strategy->param_count; i++)
        out_values[i] = strategy->params[i].default_value;
}

static size_t choice_count(const struct strategy_param *param)
{
    size_t count = 0;
    while (param->choices[count])
        count++;
    return count;
}

static bool is_whole(double value)
{
    return value == nearbyint(value);
}

// Records why `value` is not allowed; STATUS_OK when it is.
static enum status check_value(const struct strategy_param *param, double value, struct error *error)
{
    char pointer[ERROR_POINTER_MAX];
    snprintf(pointer, sizeof pointer, "/params/%s", param->name);
    switch (param->kind) {
    case STRATEGY_PARAM_INTEGER:
        if (value >= param->minimum && value <= param->maximum && is_whole(value)) return STATUS_OK;
        return error_add_field(error, pointer, "%s must be a whole number from %g to %g, not %g", param->name,
                               param->minimum, param->maximum, value);
    case STRATEGY_PARAM_NUMBER:
        if (value >= param->minimum && value <= param->maximum) return STATUS_OK;
        return error_add_field(error, pointer, "%s must be a number from %g to %g, not %g", param->name,
                               param->minimum, param->maximum, value);
    case STRATEGY_PARAM_CHOICE:
        if (value >= 0 && value < (double)choice_count(param) && is_whole(value)) return STATUS_OK;
        return error_add_field(error, pointer, "%s must be one of its %zu choices", param->name,
                               choice_count(param));
    }
    return STATUS_INTERNAL;
}

enum status strategy_check(const struct strategy *strategy, const double *values, struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < strategy->param_count; i++) {
        const enum status one = check_value(&strategy->params[i], values[i], error);
        if (one != STATUS_OK) status = one;
    }
    if (status != STATUS_OK || !strategy->check) return status;
    return strategy->check(values, error);
}
