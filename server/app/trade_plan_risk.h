// What a plan may lose: pure arithmetic over its legs.
#pragma once

#include "base/error.h"
#include "store/trade_plan_store.h"

#include <stdbool.h>

// What of a leg's quantity × planned entry price is lost at its stop: s × (entry − stop) × quantity, rounded
// half to even at the 18th digit; s = 1 long, −1 short. While the stop is on the losing side that is
// |entry − stop| × quantity; a stop that was moved beyond the entry loses nothing. The sum over the legs that
// have a stop; *out_has_stop false: none has. STATUS_INVALID "amount_too_large".
enum status trade_plan_risk_count(const struct trade_plan *plan, bool *out_has_stop, struct decimal *out_risk,
                                  struct error *error);

// STATUS_INVALID "risk_too_large" at /max_risk_amount with the figure, when that is over the plan's
// max_risk_amount.
enum status trade_plan_risk_check(const struct trade_plan *plan, struct error *error);
