// What makes a plan one: its legs, their symbols, sides and prices, and its risk.
#pragma once

#include "app/app.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/trade_plan_store.h"

// One leg of a `single`, two of opposite sides of a `pair`, two or more of a `basket`; stops and targets on
// the right side of the planned entry price. Faults at "/trade_type", "/legs", "/legs/<index>/…".
enum status trade_plan_check_legs(const struct trade_plan *plan, struct error *error);

// Of a plan that is open: a stop may have been moved beyond the entry, but stays on its side of the target.
enum status trade_plan_check_moved(const struct trade_plan *plan, struct error *error);

// Symbols become as the market spells them, in the arena. STATUS_INVALID at
// "/legs/<index>/symbol", with near names; STATUS_UNAVAILABLE "market_data_unavailable".
enum status trade_plan_check_symbols(const struct app *app, struct arena *arena, struct trade_plan *plan,
                                     struct error *error);
