// Which side of another line a line is on, a bit a bar: that of bar i is bit i % SIDE_WORD_BARS of word
// i / SIDE_WORD_BARS, set where the line is above.
#pragma once

#include "engine/vector.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SIDE_WORD_BARS = 64,
    SIDE_WORDS = QUAD,
    SIDE_BARS = SIDE_WORDS * SIDE_WORD_BARS, // a group, found at a time
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

// Exchanges the bits of a mask's places with those `apart` above them.
INLINED void side_words_swap(quad_mask *words, int64_t mask, int apart)
{
    const quad_mask differ = (*words >> apart ^ *words) & mask;
    *words ^= differ ^ differ << apart;
}

// Turns what comparing four bars at a time yields, bit j of lane q being that of bar QUAD * j + q, into the
// words of a group. Parts of 16 bits come together first; then the two digits of the lane change places with
// those of the bar until they are its last.
INLINED void side_words_from_lanes(const quad_mask *lanes, uint64_t *out_words)
{
    typedef int16_t parts __attribute__((vector_size(sizeof(quad_mask)), may_alias));
    const parts split = *(const parts *)lanes;
    quad_mask words = (quad_mask)__builtin_shufflevector(split, split, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14,
                                                         3, 7, 11, 15);
    side_words_swap(&words, 0x00000000cccccccc, 30);
    side_words_swap(&words, 0x0000aaaa0000aaaa, 15);
    side_words_swap(&words, 0x00000000ff00ff00, 24);
    side_words_swap(&words, 0x0000f0f00000f0f0, 12);
    *(quad_mask *)out_words = words;
}

// Sets bit by bit where above[i] > below[i]; `count` is a multiple of SIDE_BARS.
void side_words_compare(const double *above, const double *below, size_t count, uint64_t *out_words);

// Rounds the scaled values of a group to floats, in the order that side_words_compare_rounded takes them in.
// Rounding may make two values equal but never turns them around.
void side_words_round(const double *values, double scale, float *out_rounded);

// The words of one group of such values. False where two of them are equal: then the values themselves are to
// be compared.
bool side_words_compare_rounded(const float *above, const float *below, uint64_t *out_words);

// The words of a series, from bar `from` on.
struct side_words {
    const uint64_t *words;
    size_t from;
};

// A bar on another side than the one before it, and the signal that it gives.
struct side_turn {
    uint32_t bar;
    uint32_t signal; // SIGNAL_LONG where it is above, otherwise SIGNAL_SHORT (strategy.h)
};

enum { SIDE_TURNS_SPARE = 2 };

// All that a test has, in order: one a bar at most.
struct side_turns {
    struct side_turn *turns; // room for SIDE_TURNS_SPARE behind the last
    size_t count;
};

// Adds the turns at the bars of the range, bars counted from `first`. The words begin before the range. The
// opens behind them, which fills read, are fetched into the cache; `open` is the series' column.
void side_words_turns(struct side_words sides, struct side_range range, size_t first, const double *open,
                      struct side_turns *turns);
