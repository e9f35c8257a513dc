#include "engine/near_sums.h"

#include <math.h>

// Sums of a quad's first, first two, … values.
INLINED void scan_quad(const quad *values, quad *out)
{
    const quad none = {0};
    const quad pairs = *values + __builtin_shufflevector(none, *values, 0, 4, 5, 6);
    *out = pairs + __builtin_shufflevector(none, pairs, 0, 1, 4, 5);
}

INLINED double greatest_of(const double *values, size_t count, double greatest)
{
    for (size_t i = 0; i < count; i++)
        greatest = fabs(values[i]) > greatest ? fabs(values[i]) : greatest;
    return greatest;
}

// Answers the greatest magnitude.
VECTORISED static double sum_up(const double *restrict values, size_t count, double *restrict sums)
{
    const quad_mask magnitude = (quad_mask){0} + INT64_MAX;
    quad before = {0}, greatest = {0};
    size_t i = 0;
    sums[0] = 0;
    for (; i + QUAD <= count; i += QUAD) {
        const quad next = QUAD_AT(values + i), size = QUAD_WHERE(magnitude, next);
        quad inside;
        scan_quad(&next, &inside);
        *(quad *)(sums + 1 + i) = before + inside;
        before += __builtin_shufflevector(inside, inside, 3, 3, 3, 3);
        greatest = QUAD_EITHER(size > greatest, size, greatest);
    }
    const double most = greatest_of(values + i, count - i, quad_highest(&greatest));
    for (; i < count; i++)
        sums[i + 1] = sums[i] + values[i];
    return most;
}

// Each sum is off by at most a rounding of all values for each of them.
double near_sums(const double *values, size_t count, size_t length, double *out_sums)
{
    const double greatest = sum_up(values, count, out_sums);
    if (!isfinite(out_sums[count])) return (double)INFINITY;
    return greatest * near_tolerance(count * count / length);
}
