#include "engine/order.h"

#include "engine/exact_sum.h"

#include <math.h>
#include <stdbool.h>

enum {
    SAMPLE_FROM = 600
}; // below this many values sampling costs more than it saves (Floyd and Rivest's figure)

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

size_t order_rank(size_t count, double fraction)
{
    return (size_t)(fraction * (double)(count - 1));
}

double order_bound(double *sample, size_t count, size_t rank)
{
    const double expected = (double)rank * ORDER_SAMPLE / (double)count;
    const double margin = 4 * sqrt(expected) + 2; // four standard deviations, were the column in random order
    size_t place = (size_t)(expected + margin);
    if (place >= ORDER_SAMPLE) place = ORDER_SAMPLE - 1;
    select_rank(sample, 0, ORDER_SAMPLE - 1, place);
    return sample[place];
}

// Without a branch, since nothing foretells which values they are.
size_t order_gather(const double *values, size_t count, double bound, double *out)
{
    size_t taken = 0;
    for (size_t i = 0; i < count; i++) {
        out[taken] = values[i];
        taken += values[i] <= bound;
    }
    return taken;
}

static double sum_of(const double *values, size_t count)
{
    struct exact_sum exact = {0};
    double sum = 0;
    bool is_within = true;
    for (size_t i = 0; i < count; i++)
        is_within &= values[i] > -2 && values[i] < 2;
    for (size_t i = 0; i < count && is_within; i++)
        exact_sum_add(&exact, exact_sum_part(values[i]));
    for (size_t i = 0; i < count && !is_within; i++)
        sum += values[i];
    return is_within ? exact_sum_value(&exact) : sum;
}

struct lower_tail order_lower_tail(double *smallest, size_t taken, size_t count, double fraction)
{
    const double position = fraction * (double)(count - 1);
    const size_t rank = order_rank(count, fraction);
    select_rank(smallest, 0, taken - 1, rank);
    double next = rank + 1 < taken ? smallest[rank + 1] : smallest[rank];
    for (size_t i = rank + 1; i < taken; i++)
        next = smallest[i] < next ? smallest[i] : next;
    return (struct lower_tail){
        .quantile = smallest[rank] + (position - (double)rank) * (next - smallest[rank]),
        .mean = sum_of(smallest, rank + 1) / (double)(rank + 1),
    };
}
