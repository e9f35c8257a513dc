// What a user gives for a move of a plan.
#pragma once

#include "app/trade_plan_move.h"
#include "base/arena.h"
#include "base/error.h"
#include "json/json.h"

#include <stdint.h>

// The body of an open: mark_prices, fee_bps, slippage_bps, all of them optional; NULL: none. Marks are of
// `now_us`. STATUS_INVALID with every fault's pointer.
enum status trade_plan_terms_read(const struct json_value *body, int64_t now_us, struct arena *arena,
                                  struct trade_plan_terms *out_terms, struct error *error);

// The body of a close: the same with `fraction`, or `legs` [{leg_id, quantity}]. The reason is manual.
enum status trade_plan_closing_read(const struct json_value *body, int64_t now_us, struct arena *arena,
                                    struct trade_plan_closing *out_closing, struct error *error);
