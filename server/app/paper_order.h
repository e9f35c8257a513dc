// Orders of paper money: accepted, filled, cancelled, rejected (paper_order_state.h). No order ever leaves
// this server: a fill is an entry of the journal at a price that is known here.
#pragma once

#include "app/app.h"
#include "app/journal.h"
#include "app/mark.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/paper_order_store.h"

struct paper_order_request {
    struct str account_id;
    struct str symbol;
    enum fill_side side;
    enum paper_order_type type;
    struct decimal quantity;    // > 0
    struct decimal limit_price; // > 0, of a limit order; 0: none
    enum paper_order_force force;
    struct str note;        // ptr NULL: none
    struct mark_list marks; // that came with the request
};

// A market order is filled at its mark, moved against the trader by the account's slippage. A limit order is
// filled at the mark when that is its limit or better, and rests otherwise, or is cancelled where it must not
// (ioc). STATUS_INVALID: a member with its pointer, "no_mark_price", "insufficient_buying_power",
// "amount_too_large"; STATUS_NOT_FOUND for an account that there is not; STATUS_CONFLICT "too_many_orders"
// rest, "too_many_positions" (paper_room.h). The order belongs to the actor's workspace; texts live in the
// arena.
enum status paper_order_create(const struct app *app, const struct actor *actor,
                               const struct paper_order_request *request, struct arena *arena,
                               struct paper_order *out_order, struct error *error);

// `order` was read before; on success it is as it is now. STATUS_CONFLICT "order_ended" for one that rests no
// more, naming its state.
enum status paper_order_cancel(const struct app *app, const struct actor *actor, struct paper_order *order,
                               struct arena *arena, struct error *error);

// Every order of the account that rests, within the move.
enum status paper_order_cancel_all(const struct journal_move *move, struct error *error);

// STATUS_NOT_FOUND.
enum status paper_order_get(const struct app *app, struct str workspace_id, struct str id,
                            struct arena *arena, struct paper_order *out_order, struct error *error);

// Newest first.
enum status paper_order_list(const struct app *app, const struct paper_order_filter *filter,
                             struct arena *arena, struct paper_order_list *out_list, struct error *error);
