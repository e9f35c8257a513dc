// The index of a category: its members with equal weight, as one series. Pure: no file, no clock.
#pragma once

#include "market/series.h"

#include <stddef.h>

// The index of `count` members of one interval and one data version (market-data.md, "Series").
//
// Its calendar is every time at which a member has a candle. Members of a bar are those that have a candle
// there and at the bar before in that calendar, so that members come and go with their data and nobody is
// chosen by what became of it later. With close' the close at the bar before, over those members:
//
//     close(t) = close(t-1) * mean(close_i(t) / close_i'(t-1))       open, high, low: the same mean of
//     open_i, high_i, low_i; high = max(high, open, close), low = min(low, open, close)
//
// The first bar is 100 throughout, with no members; so is, at the close before it, a bar without any. Volume
// is 0. A member whose candle breaks (open_i(t) / close_i'(t-1) beyond GROUND_GAP_FACTOR) or whose
// prices make no number is left out of that bar, and is back at the next one.
//
// member_counts has the members of each bar. `description` gives name, interval and versions; what members
// are resampled from and whether the last bar is partial is found here. No members make an empty series.
// STATUS_TOO_LARGE beyond LIMIT_SERIES_BARS; STATUS_NO_MEMORY.
enum status category_index(const struct series *const *members, size_t count,
                           const struct series *description, const struct series **out_series,
                           struct error *error);
