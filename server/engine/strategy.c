#include "engine/strategy.h"

#include "base/buf.h"
#include "base/limits.h"
#include "engine/strategies/strategies.h"

#include <math.h>
#include <stdio.h>

enum { SHOWN_BYTES = 64 }; // of an unknown id

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

static size_t shared_start(struct str a, struct str b)
{
    size_t length = 0;
    while (length < a.len && length < b.len && a.ptr[length] == b.ptr[length])
        length++;
    return length;
}

enum status strategy_unknown(struct str id, struct error *error)
{
    BUF_SCOPE(known, KIB);
    for (size_t i = 0; i < strategy_count(); i++)
        buf_append_format(&known, "%s%s", i ? ", " : "", table[i]->id);
    const struct str shown = str_slice(id, 0, SHOWN_BYTES);
    for (size_t length = shown.len + 1; length-- > 0;) {
        for (size_t i = 0; i < strategy_count(); i++) {
            const struct str name = str_from_c(table[i]->id);
            if (shared_start(shown, name) == length) error_add_near(error, name);
        }
    }
    return error_set(error, STATUS_NOT_FOUND, "unknown_strategy",
                     "there is no strategy \"%.*s\"; there are %.*s", STR_ARG(shown),
                     STR_ARG(buf_str(&known)));
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

enum status strategy_check_value(const struct strategy_param *param, double value, struct error *error)
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
        const enum status one = strategy_check_value(&strategy->params[i], values[i], error);
        if (one != STATUS_OK) status = one;
    }
    if (status != STATUS_OK || !strategy->check) return status;
    return strategy->check(values, error);
}
