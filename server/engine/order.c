#include "engine/order.h"

#include <math.h>

enum {
    SAMPLE_FROM = 600, // below this many values sampling costs more than it saves (Floyd and Rivest's figure)
    SAMPLE = 1024,     // values that the bound of the tail is guessed from
    GATHER_FROM = 8192, // columns that the guess is worth it for
};

static void swap(double *a, double *b)
{
    const double kept = *a;
    *a = *b;
    *b = kept;
}

// Splits values[left .. right] around the value at `rank`; answers where that value comes to lie.
static size_t partition(double *values, size_t left, size_t right, size_t rank)
{
    const double pivot = values[rank];
    size_t i = left;
    size_t j = right;
    swap(&values[left], &values[rank]);
    if (values[right] > pivot) swap(&values[right], &values[left]);
    while (i < j) {
        swap(&values[i++], &values[j--]);
        while (values[i] < pivot)
            i++;
        while (values[j] > pivot)
            j--;
    }
    if (values[left] == pivot) {
        swap(&values[left], &values[j]);
        return j;
    }
    swap(&values[++j], &values[right]);
    return j;
}

// values[rank] becomes the value of that rank; none before it is larger, none behind it smaller.
// After R. W. Floyd, R. L. Rivest: Algorithm 489, SELECT (CACM 18, 1975): a sample around the rank is put in
// order first, so that the pass over the whole column has a pivot close to the answer. The sample has
// 8·sqrt(n) values where theirs has n^(2/3), which would need a logarithm.
static void select_rank(double *values, size_t left, size_t right, size_t rank)
{
    while (right > left) {
        if (right - left > SAMPLE_FROM) {
            const double n = (double)(right - left + 1);
            const double i = (double)(rank - left + 1);
            const double sample = 8 * sqrt(n);
            const double spread = 1.5 * sqrt(sample) * (i < n / 2 ? -1 : 1);
            const double low = (double)rank - i * sample / n + spread;
            const double high = (double)rank + (n - i) * sample / n + spread;
            select_rank(values, low > (double)left ? (size_t)low : left,
                        high < (double)right ? (size_t)high : right, rank);
        }
        const size_t middle = partition(values, left, right, rank);
        if (middle <= rank) left = middle + 1;
        if (rank <= middle) right = middle == 0 ? 0 : middle - 1;
    }
}

// A value that most likely has more than `rank` values at or below it, and not many more: from a sample of
// the column.
static double guess_bound(const double *values, size_t count, size_t rank, double *scratch)
{
    const size_t stride = count / SAMPLE;
    const double expected = (double)rank / (double)stride;
    const double margin =
        4 * sqrt(expected) + 2; // four standard deviations, as if the column were in random order
    size_t place = (size_t)(expected + margin);
    if (place >= SAMPLE) place = SAMPLE - 1;
    for (size_t i = 0; i < SAMPLE; i++)
        scratch[i] = values[i * stride];
    select_rank(scratch, 0, SAMPLE - 1, place);
    return scratch[place];
}

// Copies the values up to `bound`; without a branch, since nothing foretells which they are.
static size_t gather(const double *values, size_t count, double bound, double *out)
{
    size_t taken = 0;
    for (size_t i = 0; i < count; i++) {
        out[taken] = values[i];
        taken += values[i] <= bound;
    }
    return taken;
}

struct lower_tail order_lower_tail(const double *values, size_t count, double fraction, double *scratch)
{
    const double position = fraction * (double)(count - 1);
    const size_t rank = (size_t)position;
    size_t taken = 0;
    if (count >= GATHER_FROM)
        taken = gather(values, count, guess_bound(values, count, rank, scratch), scratch);
    if (taken < rank + 2)
        taken = gather(values, count, (double)INFINITY, scratch); // a small column or a bad guess
    select_rank(scratch, 0, taken - 1, rank);
    double sum = 0;
    for (size_t i = 0; i <= rank; i++)
        sum += scratch[i];
    double next = rank + 1 < taken ? scratch[rank + 1] : scratch[rank];
    for (size_t i = rank + 1; i < taken; i++)
        next = scratch[i] < next ? scratch[i] : next;
    return (struct lower_tail){
        .quantile = scratch[rank] + (position - (double)rank) * (next - scratch[rank]),
        .mean = sum / (double)(rank + 1),
    };
}
