#include "engine/statistics.h"

#include "engine/vector.h"

#include <math.h>

// Below this many values sampling costs more than it saves (Floyd and Rivest's figure).
enum { SAMPLE_FROM = 600, LANES = 8 };

static void swap(double *a, double *b)
{
    const double kept = *a;
    *a = *b;
    *b = kept;
}

// Splits values[left .. right] around values[rank]; answers where that value comes to lie.
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

// R. W. Floyd, R. L. Rivest: Algorithm 489, SELECT (CACM 18, 1975): a sample around the rank is selected
// first, so that the pass over the whole column has a pivot close to the answer. The constants are theirs.
static void select_range(double *values, size_t left, size_t right, size_t rank)
{
    while (right > left) {
        if (right - left > SAMPLE_FROM) {
            const double n = (double)(right - left + 1);
            const double i = (double)(rank - left + 1);
            const double z = log(n);
            const double s = 0.5 * exp(2 * z / 3);
            const double spread = 0.5 * sqrt(z * s * (n - s) / n) * (i < n / 2 ? -1 : 1);
            const double low = (double)rank - i * s / n + spread;
            const double high = (double)rank + (n - i) * s / n + spread;
            select_range(values, low > (double)left ? (size_t)low : left,
                         high < (double)right ? (size_t)high : right, rank);
        }
        const size_t middle = partition(values, left, right, rank);
        if (middle <= rank) left = middle + 1;
        if (rank <= middle) {
            if (middle == 0) return;
            right = middle - 1;
        }
    }
}

void statistics_select(double *values, size_t count, size_t rank)
{
    select_range(values, 0, count - 1, rank);
}

VECTORISED struct tail statistics_tail(const double *values, size_t count, double threshold)
{
    double sum[LANES] = {0};
    struct tail tail = {.next = (double)INFINITY};
    for (size_t i = 0; i < count; i++) {
        sum[i % LANES] += values[i] < threshold ? values[i] : 0;
        tail.below += values[i] < threshold;
        tail.equal += values[i] == threshold;
        if (values[i] > threshold && values[i] < tail.next) tail.next = values[i];
    }
    for (size_t k = 0; k < LANES; k++)
        tail.sum += sum[k];
    return tail;
}
