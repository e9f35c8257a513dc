#include "engine/low_steps.h"

#include "engine/exact_sum.h"
#include "engine/order.h"
#include "engine/vector.h"

#include <string.h>

enum {
    SHARE = 4, // of what a run that is always in the market needs
    DIGIT_BITS = 11,
    DIGIT_VALUES = 1 << DIGIT_BITS,
    DIGITS = 6,      // of 64 bits
    FIRST_DIGIT = 2, // of those that as a rule tell all steps apart
};

// A step below 0, by a key whose order is that of the steps: the bits of a double grow with its magnitude.
struct entry {
    uint64_t key;
    uint32_t bar;
};

static uint64_t key_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return ~bits;
}

static double value_of(uint64_t key)
{
    const uint64_t bits = ~key;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

// Without a branch, since nothing foretells which steps they are.
static size_t gather(const double *steps, size_t count, double bound, struct entry *out)
{
    size_t taken = 0;
    for (size_t bar = 1; bar < count; bar++) {
        out[taken] = (struct entry){.key = key_of(steps[bar]), .bar = (uint32_t)bar};
        taken += (steps[bar] < 0) & (steps[bar] <= bound);
    }
    return taken;
}

// One digit of a radix sort; equal digits stay in their order.
static void sort_digit(const struct entry *entries, size_t count, unsigned shift, struct entry *out)
{
    size_t places[DIGIT_VALUES] = {0};
    size_t before = 0;
    for (size_t i = 0; i < count; i++)
        places[entries[i].key >> shift & (DIGIT_VALUES - 1)]++;
    for (size_t digit = 0; digit < DIGIT_VALUES; digit++) {
        const size_t size = places[digit];
        places[digit] = before;
        before += size;
    }
    for (size_t i = 0; i < count; i++)
        out[places[entries[i].key >> shift & (DIGIT_VALUES - 1)]++] = entries[i];
}

// By the digits from `first` on, an even number of them: it ends in `entries`.
static void sort_from(unsigned first, struct entry *entries, size_t count, struct entry *spare)
{
    for (unsigned digit = first; digit < DIGITS; digit += 2) {
        sort_digit(entries, count, digit * DIGIT_BITS, spare);
        sort_digit(spare, count, (digit + 1) * DIGIT_BITS, entries);
    }
}

static bool is_sorted(const struct entry *entries, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (entries[i - 1].key > entries[i].key) return false;
    return true;
}

// Few steps differ in their last digits alone: those are looked at where the others leave anything out of
// order. Either way equal keys stay in the order of their bars.
static void sort(struct entry *entries, size_t count, struct entry *spare)
{
    sort_from(FIRST_DIGIT, entries, count, spare);
    if (!is_sorted(entries, count)) sort_from(0, entries, count, spare);
}

static double guess_bound(const double *steps, size_t step_count, double fraction)
{
    double sample[ORDER_SAMPLE] UNINITIALISED;
    const double share = SHARE * fraction < 1 ? SHARE * fraction : 1;
    const size_t stride = step_count / ORDER_SAMPLE;
    for (size_t i = 0; i < ORDER_SAMPLE; i++)
        sample[i] = steps[1 + i * stride];
    return order_bound(sample, step_count, order_rank(step_count, share));
}

enum status low_steps_sort(const double *steps, size_t count, double fraction, struct arena *arena,
                           struct low_steps *out_lows, struct error *error)
{
    struct low_steps lows = {0};
    if (count > ORDER_SAMPLE_FROM) {
        struct entry *entries = arena_alloc_raw(arena, count, sizeof *entries);
        if (!entries) return error_no_memory(error);
        lows.count = gather(steps, count, guess_bound(steps, count - 1, fraction), entries);
        struct entry *spare = arena_alloc_raw(arena, lows.count, sizeof *spare);
        lows.values = arena_alloc_raw(arena, lows.count, sizeof *lows.values);
        lows.parts = arena_alloc_raw(arena, lows.count, sizeof *lows.parts);
        lows.bars = arena_alloc_raw(arena, lows.count, sizeof *lows.bars);
        if (!spare || !lows.values || !lows.parts || !lows.bars) return error_no_memory(error);
        sort(entries, lows.count, spare);
        for (size_t i = 0; i < lows.count; i++) {
            lows.values[i] = value_of(entries[i].key);
            lows.parts[i] = exact_sum_part(lows.values[i]);
            lows.bars[i] = entries[i].bar;
        }
    }
    *out_lows = lows;
    return STATUS_OK;
}
