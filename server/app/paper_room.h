// How many symbols, and open legs, an account may have at once: LIMIT_POSITIONS of each, for every read of it
// lists them all.
//
// A symbol counts while the account holds it or a plan has an open leg of it, though all together be flat. So
// a closing, of whatever, never makes one more: what is full can always be closed, and reset. Asked for with
// the account locked, in the transaction of the fill, so that of two at the same moment one finds it full.
#pragma once

#include "app/journal.h"
#include "base/error.h"
#include "base/str.h"

// Before a fill that makes a position of a symbol that the account holds nothing of. STATUS_CONFLICT
// "too_many_positions".
enum status paper_room_for_symbol(const struct journal_move *move, struct str symbol, struct error *error);

// After a plan was opened and saved: STATUS_CONFLICT "too_many_positions" when that was too much.
enum status paper_room_after_open(const struct journal_move *move, struct error *error);
