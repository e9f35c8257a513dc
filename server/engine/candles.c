#include "engine/candles.h"

size_t candles_lower_bound(const struct candles *candles, int64_t time)
{
    size_t low = 0, high = candles->count;
    if (high == 0 || time <= candles->time[0]) return 0; // whole series are what is asked for most
    if (time > candles->time[high - 1]) return high;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (candles->time[middle] < time)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct candles candles_slice(const struct candles *candles, size_t from, size_t to)
{
    return (struct candles){
        .count = to - from,
        .time = candles->time + from,
        .open = candles->open + from,
        .high = candles->high + from,
        .low = candles->low + from,
        .close = candles->close + from,
        .volume = candles->volume + from,
    };
}
