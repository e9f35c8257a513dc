// The list of backtests as a table: a line each.
#pragma once

#include "api/call.h"
#include "app/backtest.h"

#include <stdbool.h>
#include <stddef.h>

// The first `shown` of the list: what each is, the essentials of its request, and all metrics, whose cells
// are empty where there is no result. Sweeps have their summary behind those. STATUS_INTERNAL when a stored
// text cannot be read.
enum status backtest_list_reply_csv(struct api_call *call, const struct backtest_list *list, size_t shown,
                                    bool are_sweeps, struct str next_cursor);
