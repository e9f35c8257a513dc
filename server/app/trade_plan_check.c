#include "app/trade_plan_check.h"

#include "base/limits.h"
#include "market/series_expression.h"

#include <stdio.h>

// "/legs/3/stop_price", until the next call.
struct place {
    char text[ERROR_POINTER_MAX];
};

static const char *at(struct place *place, size_t index, const char *member)
{
    (void)snprintf(place->text, sizeof place->text, "/legs/%zu/%s", index, member);
    return place->text;
}

// ---- how many, on which sides

static enum status check_count(const struct trade_plan *plan, struct error *error)
{
    static const struct {
        size_t least, most;
        const char *rule;
    } rules[] = {
        [TRADE_SINGLE] = {1, 1, "a single has exactly one leg"},
        [TRADE_PAIR] = {2, 2, "a pair has exactly two legs"},
        [TRADE_BASKET] = {2, LIMIT_PLAN_LEGS, "a basket has 2 to 50 legs"},
    };
    _Static_assert(LIMIT_PLAN_LEGS == 50, "the rule above says so");
    if (plan->leg_count >= rules[plan->type].least && plan->leg_count <= rules[plan->type].most)
        return STATUS_OK;
    return error_add_field(error, "/legs", "%s, not %zu", rules[plan->type].rule, plan->leg_count);
}

static enum status check_sides(const struct trade_plan *plan, struct error *error)
{
    if (plan->type != TRADE_PAIR || plan->legs[0].side != plan->legs[1].side) return STATUS_OK;
    return error_add_field(error, "/legs/1/side", "the legs of a pair have opposite sides; both are %s",
                           leg_side_names[plan->legs[1].side]);
}

// ---- prices

// Whether `a` is better than `b` for whoever holds the leg.
static bool is_better(const struct trade_plan_leg *leg, struct decimal a, struct decimal b)
{
    const int order = decimal_compare(a, b);
    return leg->side == LEG_LONG ? order > 0 : order < 0;
}

static void refuse_price(const char *pointer, struct decimal price, const char *rule, struct decimal bound,
                         struct error *error)
{
    char price_text[DECIMAL_TEXT_MAX], bound_text[DECIMAL_TEXT_MAX];
    (void)decimal_format(price, price_text);
    (void)decimal_format(bound, bound_text);
    (void)error_add_field(error, pointer, "%s must be %s %s", price_text, rule, bound_text);
}

static void check_prices(const struct trade_plan_leg *leg, size_t index, struct error *error)
{
    struct place place;
    const bool is_long = leg->side == LEG_LONG;
    if (!decimal_is_zero(leg->stop_price) && !is_better(leg, leg->planned_entry_price, leg->stop_price))
        refuse_price(at(&place, index, "stop_price"), leg->stop_price,
                     is_long ? "below the entry price of a long leg,"
                             : "above the entry price of a short leg,",
                     leg->planned_entry_price, error);
    if (!decimal_is_zero(leg->target_price) && !is_better(leg, leg->target_price, leg->planned_entry_price))
        refuse_price(at(&place, index, "target_price"), leg->target_price,
                     is_long ? "above the entry price of a long leg,"
                             : "below the entry price of a short leg,",
                     leg->planned_entry_price, error);
}

enum status trade_plan_check_legs(const struct trade_plan *plan, struct error *error)
{
    TRY(check_count(plan, error));
    TRY(check_sides(plan, error));
    for (size_t i = 0; i < plan->leg_count; i++)
        check_prices(&plan->legs[i], i, error);
    return error->field_count ? STATUS_INVALID : STATUS_OK;
}

enum status trade_plan_check_moved(const struct trade_plan *plan, struct error *error)
{
    struct place place;
    for (size_t i = 0; i < plan->leg_count; i++) {
        const struct trade_plan_leg *leg = &plan->legs[i];
        if (decimal_is_zero(leg->stop_price) || decimal_is_zero(leg->target_price)) continue;
        if (!is_better(leg, leg->target_price, leg->stop_price))
            refuse_price(at(&place, i, "stop_price"), leg->stop_price,
                         leg->side == LEG_LONG ? "below the target," : "above the target,", leg->target_price,
                         error);
    }
    return error->field_count ? STATUS_INVALID : STATUS_OK;
}

// ---- symbols

static enum status refuse_symbol(const struct catalog *catalog, const struct trade_plan_leg *leg,
                                 size_t index, struct error *error)
{
    struct place place;
    const struct str shown = str_prefix(leg->symbol, LIMIT_SYMBOL_BYTES);
    if (error->near_count == 0) catalog_add_near(catalog, leg->symbol, error);
    return error_add_field(error, at(&place, index, "symbol"), "no candles of \"%.*s\" are stored%s%s",
                           STR_ARG(shown), error->near_count ? "; near is " : "",
                           error->near_count ? error->near[0] : "");
}

static enum status read_symbol(struct arena *arena, struct trade_plan_leg *leg, size_t index,
                               struct error *error)
{
    struct place place;
    struct error fault = {0};
    struct series_expression expression;
    if (series_expression_parse(leg->symbol, &expression, &fault) != STATUS_OK)
        return error_add_field(error, at(&place, index, "symbol"), "%.200s", fault.message);
    if (expression.term_count != 1 || expression.terms[0].kind != SERIES_TERM_SYMBOL)
        return error_add_field(error, at(&place, index, "symbol"),
                               "a leg is one symbol; a ratio is a pair of two legs");
    leg->symbol = str_copy(arena, str_from_c(expression.terms[0].name));
    return leg->symbol.ptr ? STATUS_OK : error_no_memory(error);
}

static enum status spell_symbol(const struct catalog *catalog, struct arena *arena,
                                struct trade_plan_leg *leg, size_t index, struct error *error)
{
    TRY(read_symbol(arena, leg, index, error));
    const struct symbol_info *info = catalog ? catalog_find(catalog, leg->symbol) : NULL;
    if (!info) return catalog ? refuse_symbol(catalog, leg, index, error) : STATUS_OK;
    leg->symbol = str_copy(arena, info->symbol);
    return leg->symbol.ptr ? STATUS_OK : error_no_memory(error);
}

enum status trade_plan_check_symbols(const struct app *app, struct arena *arena, struct trade_plan *plan,
                                     struct error *error)
{
    CATALOG_SCOPE catalog = NULL;
    if (app->market) TRY(market_catalog(app->market, &catalog, error));
    for (size_t i = 0; i < plan->leg_count; i++)
        (void)spell_symbol(catalog, arena, &plan->legs[i], i, error);
    if (error->status == STATUS_NO_MEMORY) return STATUS_NO_MEMORY;
    return error->field_count ? STATUS_INVALID : STATUS_OK;
}
