// Buying power: whether an account can carry one more fill.
#pragma once

#include "app/fill.h"
#include "app/journal.h"
#include "app/mark.h"
#include "base/error.h"

// Looks at the account (locked) and its positions as they would be after the fill. Holdings count at their
// marks, those without at their average entry price. A fill that only makes a position smaller is always
// carried. Changes nothing. STATUS_INVALID "insufficient_buying_power" with the figures, or
// "amount_too_large"; STATUS_CONFLICT "too_many_positions" (paper_room.h).
enum status paper_power_check(const struct journal_move *move, const struct fill *fill,
                              const struct mark_list *marks, struct error *error);

// Whether a fill opens: false for one that only makes smaller what the account holds.
enum status paper_power_action(const struct journal_move *move, const struct fill *fill,
                               enum fill_action *out_action, struct error *error);
