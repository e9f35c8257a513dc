#include "engine/side_words.h"

#include "engine/strategy.h"

// A comparison is -1 in each lane where it holds: the word moves up by one and takes it in.
VECTORISED static void compare_words(const double *restrict above, const double *restrict below,
                                     quad_mask *out)
{
    quad_mask left = {0}, right = {0}; // two chains of additions at a time
    const size_t half = SIDE_BARS / 2;
    for (size_t i = 0; i < half; i += QUAD) {
        left = left + left - (QUAD_AT(above + i) > QUAD_AT(below + i));
        right = right + right - (QUAD_AT(above + half + i) > QUAD_AT(below + half + i));
    }
    *out = left << (SIDE_WORD_BARS / 2) | right;
}

void side_words_compare(const double *above, const double *below, size_t count, uint64_t *out_words)
{
    for (size_t i = 0; i < count; i += SIDE_BARS)
        compare_words(above + i, below + i, (quad_mask *)(out_words + i / SIDE_WORD_BARS));
}

INLINED void put_mark(const struct side_marks *marks, size_t bar, bool is_above)
{
    marks->signals[bar] = is_above ? SIGNAL_LONG : SIGNAL_SHORT;
    marks->marked[bar / SIDE_WORD_BARS] |= UINT64_C(1) << bar % SIDE_WORD_BARS;
}

// The changes of one word, whose bits are `stride` bars apart, from `bar` on.
static void mark_word(uint64_t word, uint64_t changes, size_t bar, struct side_range range,
                      const struct side_marks *marks)
{
    while (changes) {
        const int place = __builtin_clzll(changes);
        const uint64_t bit = UINT64_C(1) << (SIDE_WORD_BARS - 1 - place);
        const size_t at = bar + QUAD * (size_t)place;
        __builtin_prefetch(marks->open + at + 1); // fills read it, here and there
        if (at >= range.from && at < range.to) put_mark(marks, at - marks->first, word & bit);
        changes ^= bit;
    }
}

void side_words_mark(struct side_words sides, struct side_range range, const struct side_marks *marks)
{
    if (range.from >= range.to) return;
    const size_t begin = (range.from - sides.from) / SIDE_BARS, end = (range.to - 1 - sides.from) / SIDE_BARS;
    for (size_t group = begin; group <= end; group++) {
        const uint64_t *word = sides.words + group * QUAD;
        const uint64_t last = group > 0 ? word[-1] << (SIDE_WORD_BARS - 1) : 0; // the bar before the group
        const size_t bar = sides.from + group * SIDE_BARS;
        mark_word(word[0], word[0] ^ (word[3] >> 1 | last), bar, range, marks);
        for (size_t lane = 1; lane < QUAD; lane++)
            mark_word(word[lane], word[lane] ^ word[lane - 1], bar + lane, range, marks);
    }
}
