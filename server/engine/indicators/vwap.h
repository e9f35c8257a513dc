// Volume-weighted average price of a session, which is a day of UTC (S. A. Berkowitz, D. E. Logue, E. A.
// Noser, The Total Cost of Transactions on the NYSE, Journal of Finance, 1988).
//   typical(t) = (high(t) + low(t) + close(t)) / 3
//   out(t) = Σ typical · volume / Σ volume, of the bars from the first one of t's day on
// A bar of a day or longer is a session of its own.
#pragma once

#include "engine/candles.h"

// One pass; `out` has room for a value a bar and overlaps no column. Empty: nothing is written. Flat: the
// price, exactly. NaN as long as a session has no volume, as that of a ratio; a bar whose typical price or
// volume is not finite gives NaN and counts for nothing.
void vwap_run(const struct candles *candles, double *out);
