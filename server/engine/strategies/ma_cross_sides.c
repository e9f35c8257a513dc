#include "engine/strategies/ma_cross_sides.h"

#include "engine/indicators/window.h"
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
    double *front; // the closes of the first blocks behind some that are none
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
    const size_t groups = (averages->longest + SIDE_BARS - 1) / SIDE_BARS;
    search->block = groups * SIDE_BARS > BLOCK ? groups * SIDE_BARS : BLOCK;
    search->columns = arena_alloc_raw(arena, averages->count * search->block, sizeof *search->columns);
    search->front = arena_alloc_raw(arena, search->block + averages->longest, sizeof *search->front);
    for (size_t i = 0; search->columns && i < averages->count; i++)
        averages->windows[i].sums = search->columns + i * search->block;
    return search->columns && search->front;
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

// The rows of a block, group by group, so that the averages of a group stay in the first-level cache.
static void compare(const struct search *search, size_t count, size_t rows, size_t word,
                    uint64_t *const *out_words)
{
    const struct window *windows = search->averages.windows;
    for (size_t row = 0; row < rows; row += SIDE_BARS) {
        for (size_t k = 0; k < count; k++) {
            const struct pair pair = search->pairs[k];
            side_words_compare(windows[pair.fast].sums + row, windows[pair.slow].sums + row, SIDE_BARS,
                               out_words[k] + word + row / SIDE_WORD_BARS);
        }
    }
}

enum status ma_cross_find_sides(const struct candles *candles, const double *const *values, size_t count,
                                struct side_range range, struct arena *arena, uint64_t *const *out_words)
{
    struct search search = {.candles = candles};
    const struct averages *averages = &search.averages;
    if (!begin_search(&search, values, count, arena)) return STATUS_NO_MEMORY;
    for (size_t bar = range.from, rows; bar < range.to; bar += rows) {
        rows = range.to - bar < search.block ? range.to - bar : search.block;
        const double *closes = closes_from(&search, bar, rows);
        window_sums(closes, rows, averages->windows, averages->count, search.scratch);
        for (size_t i = 0; i < averages->count; i++)
            scale(averages->windows[i].sums, rows, averages->scales[i]);
        compare(&search, count, rows, (bar - range.from) / SIDE_WORD_BARS, out_words);
    }
    return STATUS_OK;
}
