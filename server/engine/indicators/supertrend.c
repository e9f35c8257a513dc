#include "engine/indicators/supertrend.h"

#include "engine/indicators/atr.h"
#include "engine/rounding.h"
#include "engine/vector.h"

#include <math.h>

// Bars from `t` on whose average true range, in out->line, is defined; answers the first that has none. Both
// sides are worked out at every bar and one is chosen, since nobody can foresee which. A close is beyond a
// band where it is so by more than rounding: what is beyond at all by its least and by its most.
VECTORISED static size_t follow(const struct candles *candles, size_t t, double factor,
                                const struct supertrend_columns *out)
{
    const double *restrict high = candles->high;
    const double *restrict low = candles->low;
    const double *restrict close = candles->close;
    double *restrict line = out->line;
    double *restrict direction = out->direction;
    double upper = (double)INFINITY;
    double lower = -(double)INFINITY;
    double least_before = 0, most_before = 0; // a close within such bands, which bind nothing
    double side = -1;
    for (; t < candles->count && !isnan(line[t]); t++) {
        const double distance = factor * line[t];
        const double middle = high[t] * 0.5 + low[t] * 0.5; // halves, which no price is too large for
        const double least = close[t] * (1 - SAME_PRICE), most = close[t] * (1 + SAME_PRICE);
        const double ceiling = least_before > upper ? (double)INFINITY : upper;
        const double floor = most_before < lower ? -(double)INFINITY : lower;
        upper = middle + distance < ceiling ? middle + distance : ceiling;
        lower = middle - distance > floor ? middle - distance : floor;
        const double if_rising = most < lower ? -1 : 1;
        const double if_falling = least > upper ? 1 : -1;
        side = side > 0 ? if_rising : if_falling;
        line[t] = side > 0 ? lower : upper;
        direction[t] = side;
        least_before = least;
        most_before = most;
    }
    return t;
}

void supertrend_run(const struct candles *candles, size_t length, double factor,
                    struct supertrend_columns out)
{
    atr_run(candles, length, out.line);
    for (size_t t = 0; t < candles->count;) {
        if (isnan(out.line[t]))
            out.direction[t++] = (double)NAN;
        else
            t = follow(candles, t, factor, &out);
    }
}
