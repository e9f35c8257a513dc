// What a plan has made: pure arithmetic over what its fills come to, and marks for what is open.
#pragma once

#include "app/app.h"
#include "app/mark.h"
#include "base/arena.h"
#include "base/decimal.h"
#include "base/error.h"
#include "store/trade_plan_store.h"

#include <stdbool.h>
#include <stddef.h>

// Of a leg, or of all of them. s = 1 long, −1 short; E and X are the notionals of what opened and closed, c
// and o the quantities closed and open:
//
//     cost of the closed part   E × c / (c + o), rounded half to even at the 18th digit; E when nothing is
//     open realized_pnl              s × (X − that) unrealized_pnl            s × (mark × o − (E − that)),
//     mark × o rounded likewise total_pnl                 realized + unrealized − fees slippage s × (E −
//     planned entry price × (c + o)): what was paid beyond the plan
//
// so that realized + unrealized is exactly s × (X + mark × o − E). A total is the sum of its legs.
struct trade_plan_figures {
    const struct mark *mark; // of a leg; NULL: there is none, or nothing is open
    bool is_marked;          // what is open has a mark; else unrealized and total mean nothing
    struct decimal quantity_open;
    struct decimal quantity_closed;
    struct decimal entry_notional;
    struct decimal exit_notional;
    struct decimal realized_pnl;
    struct decimal unrealized_pnl;
    struct decimal fees;
    struct decimal total_pnl;
    struct decimal slippage;
};

struct trade_plan_pnl {
    struct trade_plan_figures *legs; // as the plan's
    size_t leg_count;
    struct trade_plan_figures total; // without quantities, which are of different things
    bool has_stop;
    struct decimal planned_risk; // trade_plan_risk_count
};

// STATUS_INVALID "amount_too_large". Borrows the marks.
enum status trade_plan_pnl_count(const struct trade_plan *plan, const struct mark_list *marks,
                                 struct arena *arena, struct trade_plan_pnl *out_pnl, struct error *error);

// Marks of everything that is open of any of the plans, in one look-up; given ones go first.
enum status trade_plan_pnl_marks(const struct app *app, const struct trade_plan_list *plans,
                                 const struct mark_query *query, struct arena *arena,
                                 struct mark_list *out_marks, struct error *error);

// E / (c + o) and X / c, to show. False where there is none yet.
bool trade_plan_entry_price(const struct trade_plan_leg *leg, struct decimal *out_price);
bool trade_plan_exit_price(const struct trade_plan_leg *leg, struct decimal *out_price);
