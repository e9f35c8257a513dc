// The query of a list of backtests, and the place of its next page.
#pragma once

#include "api/call.h"
#include "app/backtest.h"

#include <stddef.h>

// All parameters of the list; the filter asks for one row more than is shown, which tells whether there is a
// next page.
enum status backtest_filter_read(struct api_call *call, struct backtest_filter *out_filter,
                                 size_t *out_limit);

// Cursor behind the first `shown` rows; ptr NULL when they are all.
struct str backtest_list_cursor(struct api_call *call, const struct backtest_list *list, size_t shown);
