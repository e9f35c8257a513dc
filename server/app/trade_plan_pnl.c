#include "app/trade_plan_pnl.h"

#include "app/position.h"
#include "app/trade_plan_risk.h"

#include <stdlib.h>

static struct decimal by_side(const struct trade_plan_leg *leg, struct decimal amount)
{
    return leg->side == LEG_LONG ? amount : decimal_negate(amount);
}

bool trade_plan_entry_price(const struct trade_plan_leg *leg, struct decimal *out_price)
{
    struct decimal filled;
    return decimal_add(leg->quantity_open, leg->quantity_closed, &filled) && !decimal_is_zero(filled) &&
           decimal_divide(leg->entry_notional, filled, out_price);
}

bool trade_plan_exit_price(const struct trade_plan_leg *leg, struct decimal *out_price)
{
    return !decimal_is_zero(leg->quantity_closed) &&
           decimal_divide(leg->exit_notional, leg->quantity_closed, out_price);
}

static enum status count_realized(const struct trade_plan_leg *leg, struct decimal filled,
                                  struct decimal *out_cost, struct trade_plan_figures *figures,
                                  struct error *error)
{
    *out_cost = leg->entry_notional;
    const bool is_part = !decimal_is_zero(leg->quantity_open);
    if (is_part && !decimal_share(leg->entry_notional, leg->quantity_closed, filled, out_cost))
        return amount_too_large(error);
    figures->realized_pnl = by_side(leg, leg->exit_notional);
    return amount_add(&figures->realized_pnl, by_side(leg, decimal_negate(*out_cost)), error);
}

static enum status count_unrealized(const struct trade_plan_leg *leg, struct decimal cost_of_closed,
                                    struct trade_plan_figures *figures, struct error *error)
{
    struct decimal value;
    if (!figures->mark) return STATUS_OK;
    if (!decimal_multiply(leg->quantity_open, figures->mark->price, &value)) return amount_too_large(error);
    TRY(amount_add(&value, decimal_negate(leg->entry_notional), error));
    TRY(amount_add(&value, cost_of_closed, error));
    figures->unrealized_pnl = by_side(leg, value);
    return STATUS_OK;
}

static enum status count_slippage(const struct trade_plan_leg *leg, struct decimal filled,
                                  struct trade_plan_figures *figures, struct error *error)
{
    struct decimal planned;
    if (!decimal_multiply(leg->planned_entry_price, filled, &planned)) return amount_too_large(error);
    figures->slippage = by_side(leg, leg->entry_notional);
    return amount_add(&figures->slippage, by_side(leg, decimal_negate(planned)), error);
}

static enum status add_up(struct trade_plan_figures *figures, struct error *error)
{
    figures->total_pnl = figures->realized_pnl;
    TRY(amount_add(&figures->total_pnl, figures->unrealized_pnl, error));
    return amount_add(&figures->total_pnl, decimal_negate(figures->fees), error);
}

static enum status count_leg(const struct trade_plan_leg *leg, const struct mark_list *marks,
                             struct trade_plan_figures *out_figures, struct error *error)
{
    const bool is_open = !decimal_is_zero(leg->quantity_open);
    struct decimal filled = leg->quantity_open, cost;
    struct trade_plan_figures figures = {
        .mark = is_open ? mark_of(marks, leg->symbol) : NULL,
        .quantity_open = leg->quantity_open,
        .quantity_closed = leg->quantity_closed,
        .entry_notional = leg->entry_notional,
        .exit_notional = leg->exit_notional,
        .fees = leg->fees,
    };
    figures.is_marked = !is_open || figures.mark;
    TRY(amount_add(&filled, leg->quantity_closed, error));
    TRY(count_realized(leg, filled, &cost, &figures, error));
    TRY(count_unrealized(leg, cost, &figures, error));
    TRY(count_slippage(leg, filled, &figures, error));
    TRY(add_up(&figures, error));
    *out_figures = figures;
    return STATUS_OK;
}

static enum status add_leg(const struct trade_plan_figures *leg, struct trade_plan_figures *total,
                           struct error *error)
{
    total->is_marked &= leg->is_marked;
    TRY(amount_add(&total->entry_notional, leg->entry_notional, error));
    TRY(amount_add(&total->exit_notional, leg->exit_notional, error));
    TRY(amount_add(&total->realized_pnl, leg->realized_pnl, error));
    TRY(amount_add(&total->unrealized_pnl, leg->unrealized_pnl, error));
    TRY(amount_add(&total->fees, leg->fees, error));
    TRY(amount_add(&total->total_pnl, leg->total_pnl, error));
    return amount_add(&total->slippage, leg->slippage, error);
}

enum status trade_plan_pnl_count(const struct trade_plan *plan, const struct mark_list *marks,
                                 struct arena *arena, struct trade_plan_pnl *out_pnl, struct error *error)
{
    struct trade_plan_pnl pnl = {
        .legs = ARENA_ARRAY(arena, struct trade_plan_figures, plan->leg_count),
        .leg_count = plan->leg_count,
        .total = {.is_marked = true},
    };
    if (!pnl.legs) return error_no_memory(error);
    for (size_t i = 0; i < plan->leg_count; i++) {
        TRY(count_leg(&plan->legs[i], marks, &pnl.legs[i], error));
        TRY(add_leg(&pnl.legs[i], &pnl.total, error));
    }
    TRY(trade_plan_risk_count(plan, &pnl.has_stop, &pnl.planned_risk, error));
    *out_pnl = pnl;
    return STATUS_OK;
}

// ---- marks

static size_t count_open_legs(const struct trade_plan_list *plans)
{
    size_t count = 0;
    for (size_t i = 0; i < plans->count; i++)
        for (size_t k = 0; k < plans->items[i].leg_count; k++)
            count += !decimal_is_zero(plans->items[i].legs[k].quantity_open);
    return count;
}

static int compare_symbols(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

// Sorted, each once.
static size_t make_distinct(struct str *symbols, size_t count)
{
    size_t kept = 0;
    if (count) qsort(symbols, count, sizeof *symbols, compare_symbols);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || !str_eq(symbols[kept - 1], symbols[i])) symbols[kept++] = symbols[i];
    return kept;
}

enum status trade_plan_pnl_marks(const struct app *app, const struct trade_plan_list *plans,
                                 const struct mark_query *query, struct arena *arena,
                                 struct mark_list *out_marks, struct error *error)
{
    struct str *symbols = ARENA_ARRAY(arena, struct str, count_open_legs(plans));
    struct mark_query of_all = *query;
    size_t count = 0;
    if (!symbols) return error_no_memory(error);
    for (size_t i = 0; i < plans->count; i++)
        for (size_t k = 0; k < plans->items[i].leg_count; k++)
            if (!decimal_is_zero(plans->items[i].legs[k].quantity_open))
                symbols[count++] = plans->items[i].legs[k].symbol;
    of_all.symbols = symbols;
    of_all.count = make_distinct(symbols, count);
    return mark_find(app, &of_all, arena, out_marks, error);
}
