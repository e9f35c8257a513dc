// A plan's trades once more by the rules of backtests, beside what was really filled: each fill at the open
// of the first bar that opens after it, with the fee and slippage that the account has now.
#pragma once

#include "app/app.h"
#include "app/trade_plan.h"
#include "base/arena.h"
#include "base/decimal.h"
#include "base/error.h"
#include "engine/interval.h"
#include "store/trade_plan_store.h"

#include <stdbool.h>
#include <stddef.h>

struct trade_plan_replay_query {
    struct trade_plan_place place;
    bool has_interval; // else 1d where the market offers it of a symbol, and the finest stored one where not
    enum interval interval;
    int64_t now_us;
};

// Of a leg, or the sum over all. With σ = 1 of a sell and −1 of a buy, N the notional of a fill, M its
// quantity × mark price (rounded half to even at the 18th digit), F its fee, each as filled and (') as
// replayed, where M' is at the bar's price and N', F' follow from it as of any fill (app/fill.h):
//
//     actual_pnl  Σ (σ N − F) + V      replay_pnl  Σ (σ N' − F') + V
//     timing      Σ σ (M − M')         what the prices differ by
//     slippage    Σ σ ((N − M) − (N' − M'))
//     fees        Σ (F' − F)
//     difference  actual_pnl − replay_pnl = timing + slippage + fees, to the last digit
//
// V is what is open at the newest mark (0 without: is_marked is false then, and the pnls mean nothing).
struct trade_plan_replay_figures {
    bool is_marked;
    struct decimal actual_pnl;
    struct decimal replay_pnl;
    struct decimal difference;
    struct decimal timing;
    struct decimal slippage;
    struct decimal fees;
    struct decimal replay_fees; // Σ F'
};

// One fill of the plan, and what it was replayed at.
struct trade_plan_replay_fill {
    struct journal_entry actual;
    int64_t bar_time;   // epoch seconds: the bar at whose open it was replayed
    bool is_last_close; // none opened after the fill yet: the newest close instead, of the bar of that time
    struct decimal mark_price;
    struct decimal price;
    struct decimal fee;
};

struct trade_plan_replay_leg {
    enum interval interval;
    struct trade_plan_replay_figures figures;
};

struct trade_plan_replay {
    struct trade_plan plan;
    struct trade_plan_replay_leg *legs; // as the plan's
    struct trade_plan_replay_fill *fills;
    size_t fill_count;
    struct trade_plan_replay_figures total;
    struct decimal fee_bps; // of the account
    struct decimal slippage_bps;
};

// STATUS_NOT_FOUND; STATUS_CONFLICT "plan_not_open" for one that was never opened; STATUS_TOO_LARGE beyond
// LIMIT_REPLAY_FILLS; errors of market_series; STATUS_INVALID "amount_too_large".
enum status trade_plan_replay(const struct app *app, const struct trade_plan_replay_query *query,
                              struct arena *arena, struct trade_plan_replay *out_replay, struct error *error);
