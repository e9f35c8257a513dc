// Checks of candles: one small number a bar, or for every few bars, kept beside the fingerprint of a backtest
// so that a change of the candles can be placed. Whether they changed at all is the fingerprint's to say: two
// different bars have the same check once in 2^32.
#pragma once

#include "engine/candles.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Checks of `bars` candles, one for each `bars_each` (>= 1) of them; the last one may stand for fewer.
size_t series_check_count(size_t bars, size_t bars_each);

// Writes series_check_count(to - from, bars_each) checks of the candles [from, to): each a hash of time,
// open, high, low, close and volume of its bars, bit by bit. The same on every machine. False when
// `is_stopped` (may be NULL) became true on the way: the checks are none then.
bool series_check(const struct candles *candles, size_t from, size_t to, size_t bars_each,
                  const atomic_bool *is_stopped, uint32_t *out_checks);
