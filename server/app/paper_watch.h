// What happens to paper money by itself: orders that rest, and plans with stops, targets or an invalidation,
// when candles arrive.
#pragma once

#include "app/app.h"
#include "base/str.h"

#include <stdint.h>

// From when on candles of a symbol count for what begins now: the end of its newest stored candle of any
// interval, or now where that is earlier (candles may be stored before they have ended). Candles that open
// earlier are of what was known, or hold the moment itself.
int64_t paper_watch_from(const struct app *app, struct str symbol, int64_t now_us);
