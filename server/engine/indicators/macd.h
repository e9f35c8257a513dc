// Moving average convergence/divergence (G. Appel).
//   macd(t) = EMA(fast)(t) - EMA(slow)(t);   signal = EMA of macd;   histogram = macd - signal
// Each average begins as the simple mean of its own first values (ema.h), so that macd is the difference of
// the two averages on the chart, but for roundings. TA-Lib begins the fast average at the slow one's first
// bar instead: its values differ at first, by a share that shrinks by (fast-1)/(fast+1) a bar.
#pragma once

#include <stddef.h>

// The fast length may be the greater one: macd changes its sign then.
struct macd_lengths {
    size_t fast;
    size_t slow;
    size_t signal;
};

struct macd_columns {
    double *macd;
    double *signal;
    double *histogram;
};

// macd is NaN before bar s-1, with s the greater of fast and slow; signal and histogram before bar
// s+signal-2. Lengths are >= 1. The columns must not overlap each other or `values`. Empty: nothing is
// written. Too short: all NaN. Flat: 0, exactly. A NaN gives NaN there and a fresh warm-up after it.
void macd_run(const double *values, size_t count, struct macd_lengths lengths, struct macd_columns out);
