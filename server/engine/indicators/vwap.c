#include "engine/indicators/vwap.h"

#include <math.h>
#include <stdbool.h>

enum { SECONDS_PER_DAY = 86400 };

// The mean of the three; where they are equal, exactly theirs, which a third of their sum is not always.
static double typical(double high, double low, double close)
{
    return low + ((high - low) + (close - low)) / 3;
}

struct session {
    int64_t day;
    double volume;
    double mean;
};

// The mean moves towards the bar's price by the bar's share of the volume: where prices are equal it is
// theirs.
static void take_bar(struct session *session, double price, double volume)
{
    session->volume += volume;
    if (session->volume > 0) session->mean += (price - session->mean) * (volume / session->volume);
}

void vwap_run(const struct candles *candles, double *out)
{
    struct session session = {.day = -1};
    for (size_t t = 0; t < candles->count; t++) {
        const int64_t day = candles->time[t] / SECONDS_PER_DAY;
        const double price = typical(candles->high[t], candles->low[t], candles->close[t]);
        const double volume = candles->volume[t];
        if (day != session.day) session = (struct session){.day = day};
        const bool counts = isfinite(price) && isfinite(volume);
        if (counts) take_bar(&session, price, volume);
        out[t] = counts && session.volume > 0 ? session.mean : (double)NAN;
    }
}
