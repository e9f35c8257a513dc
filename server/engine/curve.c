#include "engine/curve.h"

#include <math.h>

enum { BLOCK = 1024 }; // steps made at a time: they go through the first-level cache only

// One pass. Steps above `bound` are left out of the tail; *out_taken says how many are in.
static struct curve_figures sweep(const double *curve, const double *other, size_t count, double bound,
                                  double *tail, size_t *out_taken)
{
    double block[BLOCK] UNINITIALISED;
    double others[BLOCK] UNINITIALISED;
    struct step_sums sums = {.pivot = step_steady(curve[0], curve[count - 1], count - 1),
                             .other_pivot = step_steady(other[0], other[count - 1], count - 1)};
    struct stretch stretch = stretch_begin(curve[0]);
    struct curve_figures figures = {.first = curve[0], .last = curve[count - 1]};
    size_t taken = 0;
    for (size_t i = 0; i + 1 < count; i += BLOCK) {
        const size_t size = count - 1 - i < BLOCK ? count - 1 - i : BLOCK;
        const struct step_pairs pairs = {.before = curve + i, .after = curve + i + 1, .others = others};
        steps_of(other + i, size, others);
        step_sums_add(&sums, &pairs, size, block);
        stretch_add(&stretch, curve + i + 1, 1, size, &figures.drawdowns);
        taken += order_gather(block, size, bound, tail + taken);
    }
    stretch_end(&stretch, &figures.drawdowns);
    figures.steps = step_sums_finish(&sums, count - 1);
    *out_taken = taken;
    return figures;
}

// A bound that lets the tail through and little else.
static double guess_bound(const double *curve, size_t step_count, double tail_fraction, double *sample)
{
    if (step_count < ORDER_SAMPLE_FROM) return (double)INFINITY;
    const size_t stride = step_count / ORDER_SAMPLE;
    for (size_t i = 0; i < ORDER_SAMPLE; i++)
        steps_of(curve + i * stride, 1, &sample[i]);
    return order_bound(sample, step_count, order_rank(step_count, tail_fraction));
}

struct curve_figures curve_measure(const double *curve, const double *other, size_t count,
                                   double tail_fraction, double *scratch)
{
    const size_t step_count = count - 1;
    const double bound = guess_bound(curve, step_count, tail_fraction, scratch);
    size_t taken;
    struct curve_figures figures = sweep(curve, other, count, bound, scratch, &taken);
    if (step_count == 0) {
        figures.tail = (struct lower_tail){.quantile = (double)NAN, .mean = (double)NAN};
        return figures;
    }
    const size_t needed = order_rank(step_count, tail_fraction) + 2;
    if (taken < needed)
        figures = sweep(curve, other, count, (double)INFINITY, scratch, &taken); // a bad guess
    figures.tail = order_lower_tail(scratch, taken, step_count, tail_fraction);
    return figures;
}
