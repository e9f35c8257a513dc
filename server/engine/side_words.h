// Which side of another line a line is on, a bit a bar, in an order that comparing four bars at a time
// yields: words of SIDE_BARS bars, one for each remainder of the bar modulo four; the first of a word's bars
// is its highest bit.
#pragma once

#include "engine/vector.h"

#include <stddef.h>
#include <stdint.h>

enum {
    SIDE_WORD_BARS = 64,
    SIDE_BARS = QUAD * SIDE_WORD_BARS, // 256, QUAD words
};

// Groups of SIDE_BARS that so many bars take.
static inline size_t side_groups(size_t bars)
{
    return (bars + SIDE_BARS - 1) / SIDE_BARS;
}

// Bars [from, to).
struct side_range {
    size_t from, to;
};

// Sets bit by bit where above[i] > below[i], for bars that begin a group of words; `count` is a multiple of
// SIDE_BARS.
void side_words_compare(const double *above, const double *below, size_t count, uint64_t *out_words);

// The words of a series, from bar `from` on.
struct side_words {
    const uint64_t *words;
    size_t from;
};

// Where the signals go: that of a bar to signals[bar - first].
struct side_marks {
    uint8_t *signals;
    uint64_t *marked; // a bit for each of them (simulate.h)
    size_t first;
    const double *open; // the series' column, bar 0 first
};

// Writes SIGNAL_LONG where a bar of the range is above and the one before it is not, SIGNAL_SHORT where it is
// the other way round, and leaves the other signals alone. The words begin before the range. The opens behind
// such bars, which fills read, are fetched into the cache.
void side_words_mark(struct side_words sides, struct side_range range, const struct side_marks *marks);
