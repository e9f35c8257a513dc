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

// Sums of powers of steps less a pivot each, a lane for each remainder of the step's index.
struct step_sums {
    double pivot;
    double other_pivot;
    lanes x;
    lanes xx;
    lanes xxx;
    lanes xxxx;
    lanes y;
    lanes yy;
    lanes xy;
    lanes downside;
};

static double step_at(const double *curve, size_t i)
{
    return curve[i] > 0 ? curve[i + 1] / curve[i] - 1 : 0;
}

// The steps behind the last eight; `k` is the lane.
static void add_step(struct step_sums *sums, double step, double other_step, size_t k)
{
    const double x = step - sums->pivot;
    const double y = other_step - sums->other_pivot;
    sums->x[k] += x;
    sums->xx[k] += x * x;
    sums->xxx[k] += x * x * x;
    sums->xxxx[k] += x * x * (x * x);
    sums->y[k] += y;
    sums->yy[k] += y * y;
    sums->xy[k] += x * y;
    sums->downside[k] += step < 0 ? step * step : 0;
}

// `count` steps, from curve[0] to curve[count].
VECTORISED static void add_steps(const double *restrict curve, const double *restrict other, size_t count,
                                 double *restrict out_steps, struct step_sums *sums)
{
    struct step_sums now = *sums;
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        const lanes before = LANES_AT(curve + i), other_before = LANES_AT(other + i);
        const lanes step = LANES_WHERE(before > 0, LANES_AT(curve + i + 1) / before - 1);
        const lanes other_step = LANES_WHERE(other_before > 0, LANES_AT(other + i + 1) / other_before - 1);
        const lanes loss = LANES_WHERE(step < 0, step);
        const lanes x = step - now.pivot, y = other_step - now.other_pivot;
        const lanes square = x * x;
        *(lanes *)(out_steps + i) = step;
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
    const double n = (double)count;
    const double x = LANES_SUM(sums->x) / n; // from the pivot to the mean
    const double y = LANES_SUM(sums->y) / n;
    const double xx = LANES_SUM(sums->xx);
    const double xxx = LANES_SUM(sums->xxx);
    return (struct curve_steps){
        .count = count,
        .mean = sums->pivot + x,
        .second = fmax(xx - n * x * x, 0), // rounding must not make it negative
        .third = xxx - 3 * x * xx + 2 * n * x * x * x,
        .fourth = LANES_SUM(sums->xxxx) - 4 * x * xxx + 6 * x * x * xx - 3 * n * x * x * x * x,
        .downside = LANES_SUM(sums->downside),
        .other_mean = sums->other_pivot + y,
        .other_second = fmax(LANES_SUM(sums->yy) - n * y * y, 0),
        .shared = LANES_SUM(sums->xy) - n * x * y,
    };
}

// A stretch below the peak, as far as it was seen.
struct stretch {
    double peak;
    size_t length; // 0: none
    double lowest;
    lanes squares;
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
    lanes lowest = {0}, squares = stretch->squares;
    lowest += stretch->lowest;
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        const lanes value = LANES_AT(values + i);
        const lanes depth = value * scale - 1;
        lowest = LANES_MIN(value, lowest);
        squares += depth * depth;
    }
    for (size_t k = 0; i < count; i++, k++) {
        const double depth = values[i] * scale - 1;
        lowest[k] = values[i] < lowest[k] ? values[i] : lowest[k];
        squares[k] += depth * depth;
    }
    for (size_t k = 0; k < LANES; k++)
        stretch->lowest = lowest[k] < stretch->lowest ? lowest[k] : stretch->lowest;
    stretch->squares = squares;
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
    drawdowns->square_sum += LANES_SUM(stretch->squares);
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
