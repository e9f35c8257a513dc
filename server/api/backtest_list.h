// The query of a list of backtests, and the place of its next page.
#pragma once

#include "api/call.h"
#include "app/backtest.h"

#include <stddef.h>

// How a list of backtests is asked for.
struct backtest_list_query {
    struct backtest_filter filter; // asks for one row more than is shown: that tells of a next page
    size_t limit;
    bool is_csv;
};

// All parameters of the list of backtests, or of that of sweeps.
enum status backtest_list_query_read(struct api_call *call, bool are_sweeps,
                                     struct backtest_list_query *out_query);

// Cursor behind the first `shown` rows; ptr NULL when they are all.
struct str backtest_list_cursor(struct api_call *call, const struct backtest_list *list, size_t shown);
