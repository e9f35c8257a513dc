// How much of each leg a closing takes: pure arithmetic.
#pragma once

#include "app/trade_plan_move.h"

// One quantity a leg, 0 for those that stay as they are, into out_quantities[plan->leg_count].
// STATUS_INVALID: "/fraction" of which nothing is left, "/legs/<index>/…" of a leg that the plan does not
// have, that stands twice, or of which less is open.
enum status trade_plan_parts_count(const struct trade_plan *plan, const struct trade_plan_closing *closing,
                                   struct decimal *out_quantities, struct error *error);
