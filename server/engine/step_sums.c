#include "engine/step_sums.h"

#include "engine/power.h"

#include <float.h>
#include <math.h>

static double step_between(double before, double after)
{
    return before > 0 ? after / before - 1 : 0;
}

// The steps behind the last eight; `k` is the lane.
static void add_step(struct step_sums *sums, double step, double other_step, size_t k)
{
    struct lane_sums *half = k < QUAD ? &sums->left : &sums->right;
    const size_t lane = k % QUAD;
    const double x = step - sums->pivot;
    const double y = other_step - sums->other_pivot;
    half->x[lane] += x;
    half->xx[lane] += x * x;
    half->xxx[lane] += x * x * x;
    half->xxxx[lane] += x * x * (x * x);
    half->y[lane] += y;
    half->yy[lane] += y * y;
    half->xy[lane] += x * y;
    half->downside[lane] += step < 0 ? step * step : 0;
}

// Four steps of each eight, from index `first` on.
VECTORISED static void add_lanes(const struct step_pairs *pairs, size_t first, size_t count,
                                 double *restrict out_steps, const struct step_sums *pivots,
                                 struct lane_sums *sums)
{
    struct lane_sums now = *sums;
    const double *restrict before = pairs->before, *restrict after = pairs->after;
    const double *restrict others = pairs->others;
    const double pivot = pivots->pivot, other_pivot = pivots->other_pivot;
    for (size_t i = first; i < count; i += LANES) {
        const quad value = QUAD_AT(before + i);
        const quad step = QUAD_WHERE(value > 0, QUAD_AT(after + i) / value - 1);
        const quad loss = QUAD_WHERE(step < 0, step);
        const quad x = step - pivot, y = QUAD_AT(others + i) - other_pivot;
        const quad square = x * x;
        *(quad *)(out_steps + i) = step;
        now.x += x;
        now.xx += square;
        now.xxx += square * x;
        now.xxxx += square * square;
        now.y += y;
        now.yy += y * y;
        now.xy += x * y;
        now.downside += loss * loss;
    }
    *sums = now;
}

VECTORISED static void make_steps(const double *restrict curve, size_t count, double *restrict out_steps)
{
    size_t i = 0;
    for (; i + QUAD <= count; i += QUAD) {
        const quad before = QUAD_AT(curve + i);
        *(quad *)(out_steps + i) = QUAD_WHERE(before > 0, QUAD_AT(curve + i + 1) / before - 1);
    }
    for (; i < count; i++)
        out_steps[i] = step_between(curve[i], curve[i + 1]);
}

void steps_of(const double *curve, size_t count, double *out_steps)
{
    make_steps(curve, count, out_steps);
}

void step_sums_add(struct step_sums *sums, const struct step_pairs *pairs, size_t count, double *out_steps)
{
    size_t i = count - count % LANES;
    add_lanes(pairs, 0, i, out_steps, sums, &sums->left);
    add_lanes(pairs, QUAD, i, out_steps, sums, &sums->right);
    for (size_t k = 0; i < count; i++, k++) {
        out_steps[i] = step_between(pairs->before[i], pairs->after[i]);
        add_step(sums, out_steps[i], pairs->others[i], k);
    }
}

double step_steady(double first, double last, size_t count)
{
    const double growth = last / first;
    if (count < 1 || !(growth > 0 && growth <= DBL_MAX)) return 0;
    return power_of(growth, 1 / (double)count) - 1;
}

struct curve_steps step_sums_finish(const struct step_sums *sums, size_t count)
{
    const struct lane_sums *left = &sums->left, *right = &sums->right;
    const double n = (double)count;
    const double x = PAIR_SUM(left->x, right->x) / n; // from the pivot to the mean
    const double y = PAIR_SUM(left->y, right->y) / n;
    const double xx = PAIR_SUM(left->xx, right->xx);
    const double xxx = PAIR_SUM(left->xxx, right->xxx);
    const double xxxx = PAIR_SUM(left->xxxx, right->xxxx);
    return (struct curve_steps){
        .count = count,
        .mean = sums->pivot + x,
        .second = fmax(xx - n * x * x, 0), // rounding must not make it negative
        .third = xxx - 3 * x * xx + 2 * n * x * x * x,
        .fourth = xxxx - 4 * x * xxx + 6 * x * x * xx - 3 * n * x * x * x * x,
        .downside = PAIR_SUM(left->downside, right->downside),
        .other_mean = sums->other_pivot + y,
        .other_second = fmax(PAIR_SUM(left->yy, right->yy) - n * y * y, 0),
        .shared = PAIR_SUM(left->xy, right->xy) - n * x * y,
    };
}

struct curve_steps curve_steps_join(const struct curve_steps *a, const struct curve_steps *b)
{
    if (a->count == 0) return *b;
    if (b->count == 0) return *a;
    const double na = (double)a->count, nb = (double)b->count, n = na + nb;
    const double apart = b->mean - a->mean, other_apart = b->other_mean - a->other_mean;
    const double pa = na / n, pb = nb / n;
    const double square = apart * apart, weight = na * pb;
    return (struct curve_steps){
        .count = a->count + b->count,
        .mean = a->mean + apart * pb,
        .second = a->second + b->second + square * weight,
        .third = a->third + b->third + square * apart * weight * (pa - pb) +
                 3 * apart * (pa * b->second - pb * a->second),
        .fourth = a->fourth + b->fourth + square * square * weight * (pa * pa - pa * pb + pb * pb) +
                  6 * square * (pa * pa * b->second + pb * pb * a->second) +
                  4 * apart * (pa * b->third - pb * a->third),
        .downside = a->downside + b->downside,
        .other_mean = a->other_mean + other_apart * pb,
        .other_second = a->other_second + b->other_second + other_apart * other_apart * weight,
        .shared = a->shared + b->shared + apart * other_apart * weight,
    };
}
