#include "app/paper_room.h"

#include "base/limits.h"
#include "store/position_store.h"

static struct position_owner owner_of(const struct journal_move *move)
{
    return (struct position_owner){move->account->workspace_id, move->account->id};
}

static enum status too_many_symbols(struct error *error)
{
    return error_set(
        error, STATUS_CONFLICT, "too_many_positions",
        "the account would have positions or open legs in more than %d symbols, which is the most; close "
        "some first, or go on in another account",
        LIMIT_POSITIONS);
}

static enum status too_many_legs(struct error *error)
{
    return error_set(
        error, STATUS_CONFLICT, "too_many_positions",
        "the open plans of the account would have more than %d open legs, which is the most; close some "
        "first, or go on in another account",
        LIMIT_POSITIONS);
}

enum status paper_room_for_symbol(const struct journal_move *move, struct str symbol, struct error *error)
{
    int64_t others;
    TRY(position_store_count_symbols(move->tx, owner_of(move), symbol, &others, error));
    return others < LIMIT_POSITIONS ? STATUS_OK : too_many_symbols(error);
}

enum status paper_room_after_open(const struct journal_move *move, struct error *error)
{
    int64_t symbols, legs;
    TRY(position_store_count_legs(move->tx, owner_of(move), &legs, error));
    if (legs > LIMIT_POSITIONS) return too_many_legs(error);
    TRY(position_store_count_symbols(move->tx, owner_of(move), STR(""), &symbols, error));
    return symbols <= LIMIT_POSITIONS ? STATUS_OK : too_many_symbols(error);
}
