#include "engine/side_words.h"

#include "engine/strategy.h"

enum { LANE_BARS = SIDE_BARS / LANES }; // of a lane of floats

// A comparison is -1 in each lane where it holds: the bits move up by one and take it in.
VECTORISED static void compare_group(const double *restrict above, const double *restrict below,
                                     uint64_t *restrict out_words)
{
    quad_mask low = {0}, high = {0}; // two chains of additions at a time
    const size_t half = SIDE_BARS / 2;
    for (size_t i = half; i > 0; i -= QUAD) {
        const size_t at = i - QUAD;
        low = low + low - (QUAD_AT(above + at) > QUAD_AT(below + at));
        high = high + high - (QUAD_AT(above + half + at) > QUAD_AT(below + half + at));
    }
    const quad_mask lanes = high << (SIDE_WORD_BARS / 2) | low;
    side_words_from_lanes(&lanes, out_words);
}

void side_words_compare(const double *above, const double *below, size_t count, uint64_t *out_words)
{
    for (size_t i = 0; i < count; i += SIDE_BARS)
        compare_group(above + i, below + i, out_words + i / SIDE_WORD_BARS);
}

// Eight floats, a register of AVX2, and half of them.
typedef float octet __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float)), may_alias));
typedef int32_t octet_mask
    __attribute__((vector_size(LANES * sizeof(int32_t)), aligned(sizeof(int32_t)), may_alias));
typedef float half_octet
    __attribute__((vector_size(QUAD * sizeof(float)), aligned(sizeof(float)), may_alias));

// Each lane has bars that follow each other, so that its bits are half of a word: octet i has every
// LANE_BARS-th bar from bar i on.
VECTORISED static void round_group(const double *restrict values, double scale, float *restrict out)
{
    double rows[QUAD * QUAD] UNINITIALISED;
    for (size_t half = 0; half < LANES; half += QUAD) {
        const double *const columns[QUAD] = {values + half * LANE_BARS, values + (half + 1) * LANE_BARS,
                                             values + (half + 2) * LANE_BARS,
                                             values + (half + 3) * LANE_BARS};
        for (size_t bar = 0; bar < LANE_BARS; bar += QUAD) {
            quad_turn(columns, bar, rows, QUAD);
            for (size_t k = 0; k < QUAD; k++)
                *(half_octet *)(out + (bar + k) * LANES + half) =
                    __builtin_convertvector(QUAD_AT(rows + k * QUAD) * scale, half_octet);
        }
    }
}

void side_words_round(const double *values, double scale, float *out_rounded)
{
    round_group(values, scale, out_rounded);
}

VECTORISED static bool compare_rounded(const float *restrict above, const float *restrict below,
                                       octet_mask *restrict out_words)
{
    octet_mask low = {0}, high = {0}, equal = {0};
    const size_t half = SIDE_BARS / 2;
    for (size_t i = half; i > 0; i -= LANES) {
        const octet a = *(const octet *)(above + i - LANES), b = *(const octet *)(below + i - LANES);
        const octet c = *(const octet *)(above + half + i - LANES);
        const octet d = *(const octet *)(below + half + i - LANES);
        low = low + low - (a > b);
        high = high + high - (c > d);
        equal |= (a == b) | (c == d);
    }
    *out_words = high << (LANE_BARS / 2) | low;
    const quad_mask any = *(const quad_mask *)&equal;
    return ((any[0] | any[1]) | (any[2] | any[3])) == 0;
}

bool side_words_compare_rounded(const float *above, const float *below, uint64_t *out_words)
{
    return compare_rounded(above, below, (octet_mask *)out_words);
}

// The turns of one word from `bar` on; answers how many. Most words have at most SIDE_TURNS_SPARE of them:
// so many are written without a branch, which nothing foretells.
INLINED size_t put_turns(uint64_t word, uint64_t changes, size_t bar, const double *open,
                         struct side_turn *out)
{
    const size_t count = (size_t)__builtin_popcountll(changes);
    for (size_t i = 0; i < SIDE_TURNS_SPARE || i < count; i++) {
        const size_t place = (size_t)__builtin_ctzll(changes | UINT64_C(1) << (SIDE_WORD_BARS - 1));
        __builtin_prefetch(open + place + 1);
        out[i] = (struct side_turn){.bar = (uint32_t)(bar + place),
                                    .signal = word >> place & 1 ? SIGNAL_LONG : SIGNAL_SHORT};
        changes &= changes - 1;
    }
    return count;
}

VECTORISED static size_t find_turns(const uint64_t *words, struct side_range range, size_t first,
                                    const double *open, struct side_turn *out)
{
    const size_t begin = range.from / SIDE_WORD_BARS, end = (range.to - 1) / SIDE_WORD_BARS;
    uint64_t before = begin > 0 ? words[begin - 1] >> (SIDE_WORD_BARS - 1) : 0;
    size_t count = 0;
    for (size_t i = begin; i <= end; i++) {
        const uint64_t word = words[i];
        uint64_t changes = word ^ (word << 1 | before);
        before = word >> (SIDE_WORD_BARS - 1);
        if (i == begin) changes &= ~UINT64_C(0) << range.from % SIDE_WORD_BARS;
        if (i == end) changes &= ~UINT64_C(0) >> (SIDE_WORD_BARS - 1 - (range.to - 1) % SIDE_WORD_BARS);
        count += put_turns(word, changes, i * SIDE_WORD_BARS - first, open + i * SIDE_WORD_BARS, out + count);
    }
    return count;
}

void side_words_turns(struct side_words sides, struct side_range range, size_t first, const double *open,
                      struct side_turns *turns)
{
    if (range.from >= range.to) return;
    const struct side_range inside = {.from = range.from - sides.from, .to = range.to - sides.from};
    turns->count +=
        find_turns(sides.words, inside, first - sides.from, open + sides.from, turns->turns + turns->count);
}
