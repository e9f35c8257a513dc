// What an account was worth over time: at the end of each day (UTC), and now.
#pragma once

#include "app/app.h"
#include "base/arena.h"
#include "base/decimal.h"
#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct paper_equity_point {
    int64_t time_s;
    struct decimal cash;
    struct decimal positions_value;
    struct decimal equity;
};

struct paper_equity {
    struct paper_equity_point *points; // oldest first
    size_t count;
};

struct paper_equity_query {
    struct str workspace_id;
    struct str account_id;
    int64_t from_us; // the points of [from_us, to_us]; what lies ahead ends now
    int64_t to_us;
    size_t limit; // the newest of them, at most LIMIT_EQUITY_DAYS
    int64_t now_us;
};

// From the first entry of the account on: a point at each midnight, and one at to_us where no midnight is. A
// position counts at the close of the newest daily candle that had ended (stored or resampled), or at the
// price of the symbol's last fill where that is newer or there is no candle. STATUS_NOT_FOUND; STATUS_INVALID
// "amount_too_large".
enum status paper_equity_list(const struct app *app, const struct paper_equity_query *query,
                              struct arena *arena, struct paper_equity *out_equity, struct error *error);
