// Coarser bars out of finer ones, and one series divided by another. Pure: no file, no clock.
#pragma once

#include "market/series.h"

// Bars of `coarse` on the UTC grid of interval.h (weeks from Monday, months from the first, 3 days counted
// from 1970-01-01) put together from those of `fine`, whose interval divides it. Open of the first bar, close
// of the last, highest high, lowest low, sum of the volumes.
//
// A bar without volume counts only where no bar beside it in the coarse one has any: exchanges fill minutes
// without a trade with the last price, and their own coarser bars do not look at those (BTCUSDT 1h 2023-03-24
// 12:00). Missing bars are not made up; a coarse bar without any fine one is missing too. The first and the
// last bar stay when they are incomplete, as exchanges show them; is_last_partial tells it of the last.
//
// Where a name goes on as another asset within a coarse bar (the price jumps from a close to the next open by
// more than GROUND_GAP_FACTOR), the bar is of the one before, which ends in it, with all that it lost: the
// step to the next bar tells of the break as that of the fine bars does.
//
// Binance counts the 3-day bars of each symbol from the day of its listing (modulo 3 of the epoch BTCUSDT
// opens them on days 1, LINKUSDT on days 2, XRPUSDT on days 0). Ours share one grid, so that ratios and
// indices of any symbols have bars in common. 3-day bars that are stored are served as they are.
//
// An empty series gives an empty one.
enum status series_resample(const struct series *fine, enum interval coarse, const struct series **out_series,
                            struct error *error);

// numerator/denominator over the bars both have: open and close divided, high = max(open, close, h1/h2),
// low = min(open, close, l1/l2), volume 0. Bars with a 0 in the divisor are left out (market-data.md,
// "Series"). Both are of one interval and one data version; `name` becomes the name of the series.
enum status series_ratio(const struct series *numerator, const struct series *denominator, struct str name,
                         const struct series **out_series, struct error *error);
