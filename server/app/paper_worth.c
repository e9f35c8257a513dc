#include "app/paper_worth.h"

#include "app/position.h"

static enum status add_holding(struct paper_worth *worth, const struct paper_holding *holding,
                               struct error *error)
{
    TRY(amount_add(&worth->positions_value, holding->value, error));
    TRY(amount_add(&worth->unrealized_pnl, holding->unrealized_pnl, error));
    return amount_add(&worth->gross_exposure, decimal_absolute(holding->value), error);
}

static enum status count_holding(const struct paper_worth_query *query, struct paper_holding *holding,
                                 struct error *error)
{
    const struct position *position = &holding->row->position;
    holding->mark = mark_of(query->marks, holding->row->symbol);
    if (!holding->mark && !query->takes_entry) return STATUS_OK;
    const struct decimal price = holding->mark ? holding->mark->price : position_entry_price(position);
    return position_worth(position, price, &holding->value, &holding->unrealized_pnl)
               ? STATUS_OK
               : amount_too_large(error);
}

enum status paper_worth_count(const struct paper_worth_query *query, struct arena *arena,
                              struct paper_worth *out_worth, struct error *error)
{
    const size_t count = query->positions->count;
    struct paper_worth worth = {.holdings = ARENA_ARRAY(arena, struct paper_holding, count),
                                .count = count,
                                .is_known = true,
                                .equity = query->account->cash};
    if (!worth.holdings) return error_no_memory(error);
    for (size_t i = 0; i < count; i++) {
        struct paper_holding *holding = &worth.holdings[i];
        holding->row = &query->positions->items[i];
        TRY(count_holding(query, holding, error));
        worth.is_known &= holding->mark != NULL || query->takes_entry;
        TRY(add_holding(&worth, holding, error));
    }
    TRY(amount_add(&worth.equity, worth.positions_value, error));
    worth.net_exposure = worth.positions_value;
    *out_worth = worth;
    return STATUS_OK;
}

enum status paper_worth_check(const struct paper_account *account, const struct paper_worth *worth,
                              struct error *error)
{
    char gross[DECIMAL_TEXT_MAX], limit_text[DECIMAL_TEXT_MAX], equity[DECIMAL_TEXT_MAX],
        leverage[DECIMAL_TEXT_MAX];
    struct decimal limit;
    if (!decimal_multiply(worth->equity, account->max_leverage, &limit)) return amount_too_large(error);
    if (decimal_compare(worth->gross_exposure, limit) <= 0) return STATUS_OK;
    (void)decimal_format(worth->gross_exposure, gross);
    (void)decimal_format(limit, limit_text);
    (void)decimal_format(worth->equity, equity);
    (void)decimal_format(account->max_leverage, leverage);
    return error_set(error, STATUS_INVALID, "insufficient_buying_power",
                     "the positions would be worth %s %.*s, the account may hold %s: equity %s × leverage %s",
                     gross, STR_ARG(account->currency), limit_text, equity, leverage);
}
