#include "engine/curve.h"

#include "engine/power.h"
#include "engine/vector.h"

#include <float.h>
#include <math.h>

enum {
    BLOCK = 1024,       // steps made at a time: they go through the first-level cache only
    SCAN_BLOCK = 64,    // values looked at together in the search for the end of a drawdown
    SAMPLE_FROM = 8192, // steps from which a bound of the tail is worth the sample
};

// Sums of powers of steps less a pivot each, a lane for each remainder of the step's index modulo eight: four
// of them, which fit the registers of AVX2.
struct lane_sums {
    quad x;
    quad xx;
    quad xxx;
    quad xxxx;
    quad y;
    quad yy;
    quad xy;
    quad downside;
};

struct step_sums {
    double pivot;
    double other_pivot;
    struct lane_sums left; // lanes 0 to 3
    struct lane_sums right;
};

static double step_at(const double *curve, size_t i)
{
    return curve[i] > 0 ? curve[i + 1] / curve[i] - 1 : 0;
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

// Four steps of each eight, from curve[0] on.
VECTORISED static void add_lanes(const double *restrict curve, const double *restrict other, size_t count,
                                 double *restrict out_steps, const struct step_sums *pivots,
                                 struct lane_sums *sums)
{
    struct lane_sums now = *sums;
    const double pivot = pivots->pivot, other_pivot = pivots->other_pivot;
    for (size_t i = 0; i < count; i += LANES) {
        const quad before = QUAD_AT(curve + i), other_before = QUAD_AT(other + i);
        const quad step = QUAD_WHERE(before > 0, QUAD_AT(curve + i + 1) / before - 1);
        const quad other_step = QUAD_WHERE(other_before > 0, QUAD_AT(other + i + 1) / other_before - 1);
        const quad loss = QUAD_WHERE(step < 0, step);
        const quad x = step - pivot, y = other_step - other_pivot;
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

// `count` steps, from curve[0] to curve[count].
static void add_steps(const double *curve, const double *other, size_t count, double *out_steps,
                      struct step_sums *sums)
{
    size_t i = count - count % LANES;
    add_lanes(curve, other, i, out_steps, sums, &sums->left);
    add_lanes(curve + QUAD, other + QUAD, i, out_steps + QUAD, sums, &sums->right);
    for (size_t k = 0; i < count; i++, k++) {
        out_steps[i] = step_at(curve, i);
        add_step(sums, out_steps[i], step_at(other, i), k);
    }
}

// The step that leads from the first value to the last when repeated; 0 where nothing is left.
static double steady_step(const double *curve, size_t count)
{
    const double growth = curve[count - 1] / curve[0];
    if (count < 2 || !(growth > 0 && growth <= DBL_MAX)) return 0;
    return power_of(growth, 1 / (double)(count - 1)) - 1;
}

static struct curve_steps finish_steps(const struct step_sums *sums, size_t count)
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

// A stretch below the peak, as far as it was seen.
struct stretch {
    double peak;
    size_t length; // 0: none
    double lowest;
    quad left, right; // sums of squares of depths, in eight lanes
};

// Values of a row that are below `peak`.
VECTORISED static size_t count_below(const double *values, size_t count, double peak)
{
    size_t length = 0;
    for (; length + SCAN_BLOCK <= count; length += SCAN_BLOCK) {
        uint64_t is_over = 0;
        for (size_t i = 0; i < SCAN_BLOCK; i++)
            is_over |= values[length + i] >= peak;
        if (is_over) break;
    }
    while (length < count && values[length] < peak)
        length++;
    return length;
}

// The reciprocal of the peak saves a division a bar.
VECTORISED static void extend_stretch(const double *values, size_t count, struct stretch *stretch)
{
    const double scale = 1 / stretch->peak;
    quad lowest = {0}, left = stretch->left, right = stretch->right;
    lowest += stretch->lowest;
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        const quad first = QUAD_AT(values + i), second = QUAD_AT(values + i + QUAD);
        const quad depth = first * scale - 1, second_depth = second * scale - 1;
        const quad lower = QUAD_MIN(first, second);
        lowest = QUAD_MIN(lower, lowest);
        left += depth * depth;
        right += second_depth * second_depth;
    }
    double least = stretch->lowest;
    for (size_t k = 0; i < count; i++, k++) {
        const double depth = values[i] * scale - 1;
        quad *squares = k < QUAD ? &left : &right;
        least = values[i] < least ? values[i] : least;
        (*squares)[k % QUAD] += depth * depth;
    }
    for (size_t k = 0; k < QUAD; k++)
        least = lowest[k] < least ? lowest[k] : least;
    stretch->lowest = least;
    stretch->left = left;
    stretch->right = right;
    stretch->length += count;
}

static void end_stretch(struct stretch *stretch, struct curve_drawdowns *drawdowns)
{
    if (stretch->length == 0) return;
    const double depth = stretch->lowest / stretch->peak - 1;
    drawdowns->deepest = depth < drawdowns->deepest ? depth : drawdowns->deepest;
    drawdowns->longest_bars =
        stretch->length > drawdowns->longest_bars ? stretch->length : drawdowns->longest_bars;
    drawdowns->stretch_count++;
    drawdowns->depth_sum += depth;
    drawdowns->square_sum += PAIR_SUM(stretch->left, stretch->right);
    *stretch = (struct stretch){.peak = stretch->peak, .lowest = stretch->peak};
}

static void add_drawdowns(const double *values, size_t count, struct stretch *stretch,
                          struct curve_drawdowns *drawdowns)
{
    size_t i = 0;
    while (i < count) {
        const size_t below = count_below(values + i, count - i, stretch->peak);
        if (below > 0) extend_stretch(values + i, below, stretch);
        for (i += below; i < count && values[i] >= stretch->peak; i++) {
            end_stretch(stretch, drawdowns);
            stretch->peak = stretch->lowest = values[i];
        }
    }
}

// One pass. Steps above `bound` are left out of the tail; *out_taken says how many are in.
static struct curve_figures sweep(const double *curve, const double *other, size_t count, double bound,
                                  double *tail, size_t *out_taken)
{
    double block[BLOCK] UNINITIALISED;
    struct step_sums sums = {.pivot = steady_step(curve, count), .other_pivot = steady_step(other, count)};
    struct stretch stretch = {.peak = curve[0], .lowest = curve[0]};
    struct curve_figures figures = {0};
    size_t taken = 0;
    for (size_t i = 0; i + 1 < count; i += BLOCK) {
        const size_t size = count - 1 - i < BLOCK ? count - 1 - i : BLOCK;
        add_steps(curve + i, other + i, size, block, &sums);
        add_drawdowns(curve + i + 1, size, &stretch, &figures.drawdowns);
        taken += order_gather(block, size, bound, tail + taken);
    }
    end_stretch(&stretch, &figures.drawdowns);
    figures.steps = finish_steps(&sums, count - 1);
    *out_taken = taken;
    return figures;
}

// A bound that lets the tail through and little else.
static double guess_bound(const double *curve, size_t step_count, double tail_fraction, double *sample)
{
    if (step_count < SAMPLE_FROM) return (double)INFINITY;
    const size_t stride = step_count / ORDER_SAMPLE;
    for (size_t i = 0; i < ORDER_SAMPLE; i++)
        sample[i] = step_at(curve, i * stride);
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
