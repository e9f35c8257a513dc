#include "engine/span_tail.h"

#include "engine/exact_sum.h"

#include <math.h>
#include <string.h>

enum { WORD_BITS = 64 };

_Static_assert(sizeof(double) == sizeof(uint64_t), "words stand in the place of numbers");

// ---- by selection

static double equity_at(const struct span_steps *steps, size_t span, size_t bar)
{
    return steps->spans[span].cash + steps->spans[span].units * steps->ground->close[bar];
}

// A bound that lets the tail through and little else.
static double guess_bound(const struct span_steps *steps, size_t count, double fraction, double *sample)
{
    if (count < ORDER_SAMPLE_FROM) return (double)INFINITY;
    const size_t stride = count / ORDER_SAMPLE;
    size_t before = 0, after = 0; // spans
    for (size_t i = 0; i < ORDER_SAMPLE; i++) {
        const size_t bar = 1 + i * stride;
        while (span_end(steps, before) <= bar - 1)
            before++;
        after = span_end(steps, before) <= bar ? before + 1 : before;
        const double value = equity_at(steps, before, bar - 1);
        sample[i] = value > 0 ? equity_at(steps, after, bar) / value - 1 : 0;
    }
    return order_bound(sample, count, order_rank(count, fraction));
}

// All steps that are at most `bound`; answers how many.
static size_t gather(const struct span_steps *steps, double bound, double *out)
{
    size_t taken = order_gather(steps->loose, steps->loose_count, bound, out);
    for (size_t i = 0; i < steps->span_count; i++) {
        const size_t from = steps->spans[i].from + 1;
        if (!span_is_all_in(&steps->spans[i])) continue;
        taken += order_gather(steps->ground->steps + from, span_end(steps, i) - from, bound, out + taken);
    }
    if (bound < 0) return taken;
    for (size_t i = 0; i < steps->flat_count; i++)
        out[taken + i] = 0;
    return taken + steps->flat_count;
}

struct lower_tail span_tail_select(const struct span_steps *steps, double fraction, double *scratch)
{
    const size_t count = steps->ground->bar_count - 1;
    if (count == 0) return (struct lower_tail){.quantile = (double)NAN, .mean = (double)NAN};
    size_t taken = gather(steps, guess_bound(steps, count, fraction, scratch), scratch);
    if (taken < order_rank(count, fraction) + 2)
        taken = gather(steps, (double)INFINITY, scratch); // a bad guess
    return order_lower_tail(scratch, taken, count, fraction);
}

// ---- by walking

// Which bars are within spans that are all in, a bit each.
struct walk {
    const struct low_steps *lows;
    uint64_t *held;
    size_t at;     // low steps walked
    double *loose; // those low enough to count, in order
    size_t loose_count;
    struct exact_sum sum; // of all of them
};

static void set_bits(uint64_t *words, size_t from, size_t to)
{
    if (from >= to) return;
    const size_t first = from / WORD_BITS, last = (to - 1) / WORD_BITS;
    const uint64_t begin = ~UINT64_C(0) << from % WORD_BITS;
    const uint64_t end = ~UINT64_C(0) >> (WORD_BITS - 1 - (to - 1) % WORD_BITS);
    if (first == last) {
        words[first] |= begin & end;
        return;
    }
    words[first] |= begin;
    for (size_t i = first + 1; i < last; i++)
        words[i] = ~UINT64_C(0);
    words[last] |= end;
}

INLINED bool is_held(const struct walk *walk, size_t at)
{
    const uint32_t bar = walk->lows->bars[at];
    return walk->held[bar / WORD_BITS] >> bar % WORD_BITS & 1;
}

// Up to `wanted` steps that are held; false where there are fewer. As many at a time as cannot be too many.
VECTORISED static bool walk_up(struct walk *walk, size_t wanted)
{
    const struct low_steps *lows = walk->lows;
    struct exact_sum sum = {0};
    size_t found = 0, at = 0;
    while (found < wanted && at < lows->count) {
        const size_t most = wanted - found, left = lows->count - at;
        const size_t end = at + (most < left ? most : left);
        for (; at < end; at++) {
            const bool is_in = is_held(walk, at);
            found += is_in;
            exact_sum_add(&sum, lows->parts[at] & -(int64_t)is_in);
        }
    }
    walk->at = at;
    walk->sum = sum;
    return found == wanted;
}

// Shell's sort, gaps by M. Ciura.
static void sort(double *values, size_t count)
{
    static const size_t gaps[] = {701, 301, 132, 57, 23, 10, 4, 1};
    for (size_t g = 0; g < sizeof gaps / sizeof *gaps; g++) {
        const size_t gap = gaps[g];
        for (size_t i = gap; i < count; i++) {
            const double value = values[i];
            size_t j = i;
            for (; j >= gap && values[j - gap] > value; j -= gap)
                values[j] = values[j - gap];
            values[j] = value;
        }
    }
}

// Takes the greatest away and answers it.
static double take_greatest(struct walk *walk)
{
    while (walk->at > 0 && !is_held(walk, walk->at - 1))
        walk->at--;
    const double held = walk->at > 0 ? walk->lows->values[walk->at - 1] : -(double)INFINITY;
    const bool is_loose = walk->loose_count > 0 && walk->loose[walk->loose_count - 1] > held;
    const double value = is_loose ? walk->loose[--walk->loose_count] : held;
    if (!is_loose) walk->at--;
    exact_sum_take(&walk->sum, exact_sum_part(value));
    return value;
}

// Adds the loose steps that are at most as great as the last one held. False where one is too great a loss
// for an exact sum.
static bool add_loose(struct walk *walk, const struct span_steps *steps)
{
    walk->loose_count =
        order_gather(steps->loose, steps->loose_count, walk->lows->values[walk->at - 1], walk->loose);
    sort(walk->loose, walk->loose_count);
    if (walk->loose_count > 0 && !(walk->loose[0] > -2)) return false;
    for (size_t i = 0; i < walk->loose_count; i++)
        exact_sum_add(&walk->sum, exact_sum_part(walk->loose[i]));
    return true;
}

static struct walk begin_walk(const struct span_steps *steps, double *scratch)
{
    const size_t words = steps->ground->bar_count / WORD_BITS + 1;
    struct walk walk = {.lows = &steps->ground->lows, .held = (uint64_t *)scratch, .loose = scratch + words};
    memset(scratch, 0, words * sizeof *scratch);
    for (size_t i = 0; i < steps->span_count; i++) {
        if (span_is_all_in(&steps->spans[i]))
            set_bits(walk.held, steps->spans[i].from + 1, span_end(steps, i));
    }
    return walk;
}

static bool find_by_walking(const struct span_steps *steps, double fraction, double *scratch,
                            struct lower_tail *out_tail)
{
    const size_t count = steps->ground->bar_count - 1;
    const double position = fraction * (double)(count - 1);
    const size_t rank = order_rank(count, fraction);
    struct walk walk = begin_walk(steps, scratch);
    if (!walk_up(&walk, rank + 2) || !add_loose(&walk, steps)) return false;
    for (size_t left = walk.loose_count; left > 0; left--)
        (void)take_greatest(&walk);
    const double next = take_greatest(&walk);
    const double mean = exact_sum_value(&walk.sum) / (double)(rank + 1);
    const double last = take_greatest(&walk);
    *out_tail = (struct lower_tail){
        .quantile = last + (position - (double)rank) * (next - last),
        .mean = mean,
    };
    return true;
}

struct lower_tail span_tail(const struct span_steps *steps, double fraction, double *scratch)
{
    struct lower_tail tail;
    const size_t words = steps->ground->bar_count / WORD_BITS + 1;
    const bool has_room = words + steps->loose_count <= steps->ground->bar_count;
    if (steps->ground->lows.count > 0 && has_room && find_by_walking(steps, fraction, scratch, &tail))
        return tail;
    return span_tail_select(steps, fraction, scratch);
}
