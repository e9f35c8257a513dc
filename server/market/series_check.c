#include "market/series_check.h"

#include <string.h>

enum { BARS_AT_ONCE = 1 << 20 }; // between two looks at whether to stop, some milliseconds

static const uint64_t seed = 0x7461626c61622d31; // any constant: it is part of what is stored

// An odd multiplier and a shift that loses nothing: two values that differ still do afterwards.
static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * 0x9e3779b97f4a7c15;
    return hash ^ hash >> 32;
}

static uint64_t mix_price(uint64_t hash, double price)
{
    uint64_t bits;
    memcpy(&bits, &price, sizeof bits);
    return mix(hash, bits);
}

static uint64_t mix_bar(uint64_t hash, const struct candles *candles, size_t i)
{
    hash = mix(hash, (uint64_t)candles->time[i]);
    hash = mix_price(hash, candles->open[i]);
    hash = mix_price(hash, candles->high[i]);
    hash = mix_price(hash, candles->low[i]);
    hash = mix_price(hash, candles->close[i]);
    return mix_price(hash, candles->volume[i]);
}

size_t series_check_count(size_t bars, size_t bars_each)
{
    return bars / bars_each + (bars % bars_each > 0);
}

bool series_check(const struct candles *candles, size_t from, size_t to, size_t bars_each,
                  const atomic_bool *is_stopped, uint32_t *out_checks)
{
    uint64_t hash = seed;
    for (size_t i = from; i < to; i++) {
        const size_t done = i - from;
        if (done % BARS_AT_ONCE == 0 && is_stopped && atomic_load_explicit(is_stopped, memory_order_relaxed))
            return false;
        if (done % bars_each == 0) hash = seed;
        hash = mix_bar(hash, candles, i);
        out_checks[done / bars_each] = (uint32_t)hash;
    }
    return true;
}
