// How orders end: the rules of their prices, as pure functions, and the steps that lead there, inside the
// transaction that has locked the order's account.
#pragma once

#include "app/fill.h"
#include "app/journal.h"
#include "app/mark.h"
#include "app/paper_order_state.h"
#include "base/error.h"
#include "store/paper_order_store.h"

#include <stdbool.h>

// Whether a price is the limit or better for the trader: at or below it for a buy, at or above it for a sell.
bool paper_order_crosses(const struct paper_order *order, struct decimal price);

// The fill of an order at a mark: of a market order the mark moved by the account's slippage, of a limit
// order the mark itself, which must cross. The action is not decided yet. STATUS_INVALID as fill_price.
enum status paper_order_fill_at(const struct paper_order *order, const struct paper_account *account,
                                const struct mark *mark, struct fill *out_fill, struct error *error);

// Posts the fill, saves the account, and takes the order to its end. `order` is stored and rests. Buying
// power was looked at before. The events are the caller's to append (paper_order_tell).
enum status paper_order_post(const struct journal_move *move, struct paper_order *order, struct fill *fill,
                             struct error *error);

// To an end without a fill; `reason` of a rejection, else ptr NULL.
enum status paper_order_end(const struct journal_move *move, struct paper_order *order,
                            enum paper_order_step step, struct str reason, struct error *error);

// "order" {"id", "account_id", "symbol", "status", "version"}; where it was filled, "account" before it.
enum status paper_order_tell(const struct journal_move *move, const struct paper_order *order,
                             struct error *error);

// The mark of the order's symbol, first, and those of all that its account holds, for paper_power_check.
// Outside of any transaction.
struct paper_order_marks_query {
    const struct paper_order *order;
    const struct mark_list *given; // with the request; NULL: none
    int64_t now_us;
};
enum status paper_order_marks(const struct app *app, const struct paper_order_marks_query *query,
                              struct arena *arena, struct mark_list *out_marks, struct error *error);
