#include "market/series_check.h"

#include <string.h>

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

// Groups of bars that are hashed side by side: each waits for its own multiplications, not for the others'.
enum { SIDE_BY_SIDE = 4 };

static void check_groups(const struct candles *candles, size_t from, size_t bars_each, uint32_t *out_checks)
{
    uint64_t hashes[SIDE_BY_SIDE];
    for (size_t k = 0; k < SIDE_BY_SIDE; k++)
        hashes[k] = seed;
    for (size_t i = 0; i < bars_each; i++)
        for (size_t k = 0; k < SIDE_BY_SIDE; k++)
            hashes[k] = mix_bar(hashes[k], candles, from + k * bars_each + i);
    for (size_t k = 0; k < SIDE_BY_SIDE; k++)
        out_checks[k] = (uint32_t)hashes[k];
}

static uint32_t check_group(const struct candles *candles, size_t from, size_t to)
{
    uint64_t hash = seed;
    for (size_t i = from; i < to; i++)
        hash = mix_bar(hash, candles, i);
    return (uint32_t)hash;
}

static bool is_stop_wanted(const atomic_bool *is_stopped)
{
    return is_stopped && atomic_load_explicit(is_stopped, memory_order_relaxed);
}

bool series_check(const struct candles *candles, size_t from, size_t to, size_t bars_each,
                  const atomic_bool *is_stopped, uint32_t *out_checks)
{
    const size_t at_once = SIDE_BY_SIDE * bars_each;
    for (; to - from >= at_once; from += at_once, out_checks += SIDE_BY_SIDE) {
        if (is_stop_wanted(is_stopped)) return false;
        check_groups(candles, from, bars_each, out_checks);
    }
    for (size_t end; from < to; from = end) {
        end = to - from < bars_each ? to : from + bars_each;
        *out_checks++ = check_group(candles, from, end);
    }
    return true;
}
