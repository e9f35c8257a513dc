#include "app/paper_power.h"

#include "app/paper_room.h"
#include "app/paper_worth.h"
#include "app/position.h"
#include "store/position_store.h"

static struct position_owner owner_of(const struct journal_move *move)
{
    return (struct position_owner){move->account->workspace_id, move->account->id};
}

static bool only_reduces(const struct position *position, const struct fill *fill)
{
    const bool is_against =
        fill->side == FILL_BUY ? position->quantity.units < 0 : position->quantity.units > 0;
    return is_against && decimal_compare(fill->quantity, decimal_absolute(position->quantity)) <= 0;
}

// The row of the symbol; a new one, flat, where the account has none. The list has room for it.
static struct position_row *row_of(struct position_list *list, struct str symbol)
{
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->items[i].symbol, symbol)) return &list->items[i];
    list->items[list->count] = (struct position_row){.symbol = symbol};
    return &list->items[list->count++];
}

// One row more than there are.
static enum status list_with_room(const struct journal_move *move, struct position_list *out_list,
                                  struct error *error)
{
    struct position_list held;
    TRY(position_store_list(move->tx, owner_of(move), move->arena, &held, error));
    struct position_list list = {ARENA_ARRAY(move->arena, struct position_row, held.count + 1), held.count};
    if (!list.items) return error_no_memory(error);
    for (size_t i = 0; i < held.count; i++)
        list.items[i] = held.items[i];
    *out_list = list;
    return STATUS_OK;
}

// What the fill makes of the account's cash and of the position.
static enum status apply(const struct fill *fill, struct paper_account *account, struct position *position,
                         struct error *error)
{
    struct fill_amounts amounts;
    struct decimal realized;
    TRY(fill_count(fill, &amounts, error));
    const struct position_fill change = {fill->side, fill->quantity, fill->price, amounts.notional};
    TRY(position_add(position, &change, &realized, error));
    return amount_add(&account->cash, amounts.cash, error);
}

enum status paper_power_check(const struct journal_move *move, const struct fill *fill,
                              const struct mark_list *marks, struct error *error)
{
    struct paper_account account = *move->account;
    struct position_list positions;
    struct paper_worth worth;
    TRY(list_with_room(move, &positions, error));
    struct position_row *row = row_of(&positions, fill->symbol);
    if (only_reduces(&row->position, fill)) return STATUS_OK;
    if (decimal_is_zero(row->position.quantity)) TRY(paper_room_for_symbol(move, fill->symbol, error));
    TRY(apply(fill, &account, &row->position, error));
    const struct paper_worth_query query = {
        .account = &account, .positions = &positions, .marks = marks, .takes_entry = true};
    TRY(paper_worth_count(&query, move->arena, &worth, error));
    return paper_worth_check(&account, &worth, error);
}

enum status paper_power_action(const struct journal_move *move, const struct fill *fill,
                               enum fill_action *out_action, struct error *error)
{
    struct position position;
    TRY(position_store_get(move->tx, owner_of(move), fill->symbol, &position, error));
    *out_action = only_reduces(&position, fill) ? FILL_CLOSE : FILL_OPEN;
    return STATUS_OK;
}
