// The moves of a trade plan: opening, closing in parts, closing. Each is all of it or nothing, in one
// transaction: the plan, its legs, their fills in the journal, the account.
#pragma once

#include "app/app.h"
#include "app/journal.h"
#include "app/mark.h"
#include "app/trade_plan.h"
#include "base/arena.h"
#include "base/decimal.h"
#include "base/error.h"
#include "store/trade_plan_store.h"

#include <stdbool.h>
#include <stddef.h>

// What fills are made at. Marks are those of app/mark.h: given ones go first.
struct trade_plan_terms {
    struct mark_list marks;
    bool has_fee_bps; // else the account's
    bool has_slippage_bps;
    struct decimal fee_bps;
    struct decimal slippage_bps;
};

// The plan after a move, and the fills of the move, in the order of the legs. In the caller's arena.
struct trade_plan_outcome {
    struct trade_plan plan;
    struct journal_list fills;
};

// A buy of each long leg, a sell of each short one, of the planned quantity at its mark, moved by slippage.
// STATUS_CONFLICT "plan_not_planned" with the state it is in, "too_many_positions" (paper_room.h);
// STATUS_STALE; STATUS_INVALID: "no_mark_price",
// "insufficient_buying_power" (paper_worth_check, over all positions after the fills: others at their given
// mark, else their newest candle, else their entry price), "amount_too_large".
struct trade_plan_opening {
    struct trade_plan_target target;
    struct trade_plan_terms terms;
};
enum status trade_plan_open(const struct app *app, const struct actor *actor,
                            const struct trade_plan_opening *opening, struct arena *arena,
                            struct trade_plan_outcome *out_outcome, struct error *error);

// How much of a leg.
struct trade_plan_part {
    struct str leg_id;
    struct decimal quantity; // > 0
};

struct trade_plan_closing {
    struct trade_plan_target target;     // of trade_plan_close alone
    struct decimal fraction;             // of what is open of each leg, in (0, 1]; 0: not by fraction
    const struct trade_plan_part *parts; // else these; none: everything
    size_t part_count;
    enum trade_plan_reason reason; // kept when nothing stays open
    struct str note;               // why, in words: a last paragraph of the plan's notes; "": none
    struct trade_plan_terms terms;
};

// Closes what is asked of what is open. A fraction of a leg is rounded half to even at the 18th digit and
// never more than is open. STATUS_CONFLICT "plan_not_open" with the state it is in, "too_many_versions";
// STATUS_STALE; STATUS_INVALID "no_mark_price", a leg that the plan does not have or has less of, nothing to
// close. The account's leverage is not looked at.
enum status trade_plan_close(const struct app *app, const struct actor *actor,
                             const struct trade_plan_closing *closing, struct arena *arena,
                             struct trade_plan_outcome *out_outcome, struct error *error);

// The same inside a transaction that holds the plan's account (move->account: trade_plan_hold, or
// paper_account_store_lock and then trade_plan_store_get), for a reset of the account and for rules:
// closing->terms.marks has a known mark of each symbol that is closed (STATUS_INVALID "no_mark_price"
// otherwise), whose source stands in the fills. The caller saves the account (paper_account_store_save) and
// commits with event_commit.
enum status trade_plan_close_in(const struct journal_move *move, const struct trade_plan_closing *closing,
                                struct trade_plan *plan, struct journal_list *out_fills, struct error *error);
