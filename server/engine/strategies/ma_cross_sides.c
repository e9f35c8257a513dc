#include "engine/strategies/ma_cross_sides.h"

#include "engine/indicators/ema.h"
#include "engine/indicators/window.h"
#include "engine/near_sums.h"
#include "engine/vector.h"

#include <string.h>

enum { BLOCK = 2 * SIDE_BARS }; // bars at a time at least

enum param { FAST, SLOW };

// Averages closer than this are equal, so that a market that stands still has no crosses: their sums carry up
// to 2·log2(10000) roundings of 2^-53 each.
#define CLOSER_THAN_ROUNDING 1e-14

double ma_cross_fast_scale(double fast)
{
    return 1 / fast;
}

double ma_cross_slow_scale(double slow)
{
    return (1 + CLOSER_THAN_ROUNDING) / slow;
}

// The averages that are needed: a window each, and its scale.
struct averages {
    struct window *windows;
    double *scales;
    size_t count;
    size_t longest;
};

// One set of values, by the indices of its averages.
struct pair {
    size_t fast, slow;
};

struct search {
    const struct candles *candles;
    struct averages averages;
    struct pair *pairs;
    size_t block; // bars
    double *columns;
    float *rounded; // averages of a group, SIDE_BARS each
    double *front;  // the closes of the first blocks behind some that are none
    struct window_scratch *scratch;
};

static size_t add_average(struct averages *averages, size_t length, double scale)
{
    size_t i = 0;
    while (i < averages->count && !(averages->windows[i].length == length && averages->scales[i] == scale))
        i++;
    if (i == averages->count) {
        averages->windows[i].length = length;
        averages->scales[i] = scale;
        averages->count++;
        if (length > averages->longest) averages->longest = length;
    }
    return i;
}

static bool begin_search(struct search *search, const double *const *values, size_t count,
                         struct arena *arena)
{
    struct averages *averages = &search->averages;
    averages->windows = ARENA_ARRAY(arena, struct window, 2 * count);
    averages->scales = ARENA_ARRAY(arena, double, 2 * count);
    search->pairs = ARENA_ARRAY(arena, struct pair, count);
    search->scratch = arena_alloc_raw(arena, 1, sizeof *search->scratch);
    if (!averages->windows || !averages->scales || !search->pairs || !search->scratch) return false;
    for (size_t k = 0; k < count; k++) {
        const double fast = values[k][FAST], slow = values[k][SLOW];
        search->pairs[k].fast = add_average(averages, (size_t)fast, ma_cross_fast_scale(fast));
        search->pairs[k].slow = add_average(averages, (size_t)slow, ma_cross_slow_scale(slow));
    }
    const size_t groups = side_groups(averages->longest);
    search->block = groups * SIDE_BARS > BLOCK ? groups * SIDE_BARS : BLOCK;
    search->columns = arena_alloc_raw(arena, averages->count * search->block, sizeof *search->columns);
    search->rounded = arena_alloc_raw(arena, averages->count * SIDE_BARS, sizeof *search->rounded);
    search->front = arena_alloc_raw(arena, search->block + averages->longest, sizeof *search->front);
    for (size_t i = 0; search->columns && i < averages->count; i++)
        averages->windows[i].sums = search->columns + i * search->block;
    return search->columns && search->rounded && search->front;
}

VECTORISED static void scale(double *restrict values, size_t count, double factor)
{
    for (size_t i = 0; i < count; i++)
        values[i] *= factor;
}

// The closes from longest - 1 before `bar` on, `rows` + longest - 1 of them. Some that are not there are 0.
static const double *closes_from(const struct search *search, size_t bar, size_t rows)
{
    const size_t before = search->averages.longest - 1;
    const double *close = search->candles->close;
    const size_t count = search->candles->count;
    if (bar >= before && bar + rows <= count) return close + bar - before;
    const size_t from = bar > before ? bar - before : 0, to = bar + rows < count ? bar + rows : count;
    memset(search->front, 0, (before + rows) * sizeof *search->front);
    memcpy(search->front + before + from - bar, close + from, (to - from) * sizeof *close);
    return search->front;
}

// The averages themselves, at the bars of a group from `row` on.
static void compare_whole(const struct averages *averages, struct pair pair, size_t row, uint64_t *out_words)
{
    double fast[SIDE_BARS], slow[SIDE_BARS];
    memcpy(fast, averages->windows[pair.fast].sums + row, sizeof fast);
    memcpy(slow, averages->windows[pair.slow].sums + row, sizeof slow);
    scale(fast, SIDE_BARS, averages->scales[pair.fast]);
    scale(slow, SIDE_BARS, averages->scales[pair.slow]);
    side_words_compare(fast, slow, SIDE_BARS, out_words);
}

// The rows of a block, group by group, so that the rounded averages of a group stay in the first-level cache.
static void compare(const struct search *search, size_t count, size_t rows, size_t word,
                    uint64_t *const *out_words)
{
    const struct averages *averages = &search->averages;
    for (size_t row = 0; row < rows; row += SIDE_BARS) {
        float *rounded = search->rounded;
        for (size_t i = 0; i < averages->count; i++)
            side_words_round(averages->windows[i].sums + row, averages->scales[i], rounded + i * SIDE_BARS);
        for (size_t k = 0; k < count; k++) {
            const struct pair pair = search->pairs[k];
            uint64_t *words = out_words[k] + word + row / SIDE_WORD_BARS;
            if (!side_words_compare_rounded(rounded + pair.fast * SIDE_BARS, rounded + pair.slow * SIDE_BARS,
                                            words))
                compare_whole(averages, pair, row, words);
        }
    }
}

static void find(const struct search *search, size_t count, struct side_range range,
                 uint64_t *const *out_words)
{
    const struct averages *averages = &search->averages;
    for (size_t bar = range.from, rows; bar < range.to; bar += rows) {
        rows = range.to - bar < search->block ? range.to - bar : search->block;
        const double *closes = closes_from(search, bar, rows);
        window_sums(closes, rows, averages->windows, averages->count, search->scratch);
        compare(search, count, rows, (bar - range.from) / SIDE_WORD_BARS, out_words);
    }
}

// The group from `bar` on, by whole sums, of the only pair.
static void find_group(const struct search *search, size_t bar, uint64_t *out_words)
{
    const struct averages *averages = &search->averages;
    window_sums(closes_from(search, bar, SIDE_BARS), SIDE_BARS, averages->windows, averages->count,
                search->scratch);
    compare_whole(averages, search->pairs[0], 0, out_words);
}

enum status ma_cross_find_sides(const struct candles *candles, const double *const *values, size_t count,
                                struct side_range range, struct arena *arena, uint64_t *const *out_words)
{
    struct search search = {.candles = candles};
    if (!begin_search(&search, values, count, arena)) return STATUS_NO_MEMORY;
    find(&search, count, range, out_words);
    return STATUS_OK;
}

// ---- one set of values, by sums that are nearly right

// Bars whose sums are taken from one start, or as often as many as the slow average looks back at; more would
// let roundings add up.
enum { STRETCH = 8 * SIDE_BARS };

struct near_pair {
    size_t fast, slow;
    double fast_scale, slow_scale;
    double tolerance;
};

// How far the fast average is above the slow one at four bars; *sums is the sum up to the first of them.
INLINED void near_difference(const struct near_pair *pair, const double *sums, quad *out)
{
    const quad up_to = QUAD_AT(sums);
    const quad fast = (up_to - QUAD_AT(sums - pair->fast)) * pair->fast_scale;
    const quad slow = (up_to - QUAD_AT(sums - pair->slow)) * pair->slow_scale;
    *out = fast - slow;
}

// SIDE_BARS bars. False where one of them is too near to tell.
VECTORISED static bool compare_near(const struct near_pair *pair, const double *sums, uint64_t *out_words)
{
    const struct near_pair now = *pair;
    const quad above = (quad){0} + now.tolerance, below = -above;
    quad_mask low = {0}, high = {0}, sure = {-1, -1, -1, -1};
    const size_t half = SIDE_BARS / 2;
    for (size_t i = half; i > 0; i -= QUAD) { // the last bars first, whose bits are the highest
        quad first, second;
        near_difference(&now, sums + i - QUAD, &first);
        near_difference(&now, sums + half + i - QUAD, &second);
        const quad_mask is_above = first > above, is_next_above = second > above;
        low = low + low - is_above;
        high = high + high - is_next_above;
        sure &= (is_above | (first < below)) & (is_next_above | (second < below));
    }
    const quad_mask lanes = high << (SIDE_WORD_BARS / 2) | low;
    side_words_from_lanes(&lanes, out_words);
    return (sure[0] & sure[1]) & (sure[2] & sure[3]);
}

enum status ma_cross_find_side(const struct candles *candles, const double *values, struct arena *arena,
                               uint64_t *out_words)
{
    const size_t slow = (size_t)values[SLOW], lead = slow - 1, count = candles->count;
    const size_t stretch = (slow / STRETCH + 1) * STRETCH;
    struct near_pair pair = {.fast = (size_t)values[FAST],
                             .slow = slow,
                             .fast_scale = ma_cross_fast_scale(values[FAST]),
                             .slow_scale = ma_cross_slow_scale(values[SLOW])};
    struct search search = {.candles = candles};
    double *sums = arena_alloc_raw(arena, slow + stretch, sizeof *sums);
    if (!sums || !begin_search(&search, &values, 1, arena)) return STATUS_NO_MEMORY;
    for (size_t bar = lead, rows; bar < count; bar += rows) {
        rows = count - bar < stretch ? count - bar : stretch;
        pair.tolerance = near_sums(candles->close + bar - lead, lead + rows, pair.fast, sums);
        for (size_t row = 0; row < rows; row += SIDE_BARS, out_words += SIDE_WORDS) {
            const bool is_whole = row + SIDE_BARS <= rows;
            if (!is_whole || !compare_near(&pair, sums + slow + row, out_words))
                find_group(&search, bar + row, out_words);
        }
    }
    return STATUS_OK;
}

// ---- one set of values, exponential

// The column, and values of 0 for the bars of the last group that are not there.
static double *make_exponential(const struct candles *candles, double length, double factor,
                                struct arena *arena)
{
    const size_t count = candles->count;
    double *column = arena_alloc_raw(arena, count + SIDE_BARS, sizeof *column);
    if (!column) return NULL;
    ema_run(candles->close, count, (size_t)length, column);
    if (factor != 1) scale(column, count, factor);
    memset(column + count, 0, SIDE_BARS * sizeof *column);
    return column;
}

enum status ma_cross_find_exponential_side(const struct candles *candles, const double *values,
                                           struct arena *arena, uint64_t *out_words)
{
    const size_t first = (size_t)values[SLOW] - 1;
    const double *fast = make_exponential(candles, values[FAST], ma_cross_fast_scale(1), arena);
    const double *slow = make_exponential(candles, values[SLOW], ma_cross_slow_scale(1), arena);
    if (!fast || !slow) return STATUS_NO_MEMORY;
    side_words_compare(fast + first, slow + first, side_groups(candles->count - first) * SIDE_BARS,
                       out_words);
    return STATUS_OK;
}
