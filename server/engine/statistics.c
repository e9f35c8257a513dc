#include "engine/statistics.h"

#include "engine/vector.h"

#include <float.h>
#include <math.h>

// Values looked at together in the search for the end of a drawdown.
enum { SCAN_BLOCK = 64 };

static double natural_log(double x)
{
    int exponent;
    double mantissa = frexp(x, &exponent);
    if (mantissa < M_SQRT1_2) {
        mantissa *= 2;
        exponent--;
    }
    // log m = 2 artanh((m - 1) / (m + 1)); |s| < 0.172, so that 12 terms reach the last bit.
    const double s = (mantissa - 1) / (mantissa + 1);
    double series = 0;
    for (int n = 23; n >= 1; n -= 2)
        series = series * s * s + 1.0 / n;
    return exponent * M_LN2 + 2 * s * series;
}

static double natural_exp(double x)
{
    // ln 2 in two parts: the first has zeros behind, so that its multiples are exact (Cody and Waite).
    const double ln2_high = 0x1.62e42feep-1;
    const double ln2_low = 0x1.a39ef35793c76p-33;
    if (x > 1000) return (double)INFINITY;
    if (x < -1000) return 0;
    const double twos = nearbyint(x / M_LN2);
    const double rest = x - twos * ln2_high - twos * ln2_low;
    double series = 1;
    for (int n = 16; n >= 1; n--)
        series = 1 + series * rest / n;
    return ldexp(series, (int)twos);
}

double statistics_power(double base, double exponent)
{
    return natural_exp(exponent * natural_log(base));
}

// Sums of powers of what is left of returns less a pivot each.
struct step_sums {
    double x;
    double xx;
    double xxx;
    double xxxx;
    double y;
    double yy;
    double xy;
    double downside;
};

VECTORISED static struct step_sums sum_steps(const double *restrict curve, double pivot,
                                             const double *restrict other, double other_pivot, size_t count,
                                             double *restrict out_steps)
{
    lanes x1 = {0}, x2 = {0}, x3 = {0}, x4 = {0}, y1 = {0}, y2 = {0}, xy = {0}, down = {0};
    struct step_sums tail = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        const lanes before = LANES_AT(curve + i), other_before = LANES_AT(other + i);
        const lanes step = LANES_WHERE(before > 0, LANES_AT(curve + i + 1) / before - 1);
        const lanes other_step = LANES_WHERE(other_before > 0, LANES_AT(other + i + 1) / other_before - 1);
        const lanes loss = LANES_WHERE(step < 0, step);
        const lanes x = step - pivot, y = other_step - other_pivot;
        const lanes square = x * x;
        *(lanes *)(out_steps + i) = step;
        x1 += x;
        x2 += square;
        x3 += square * x;
        x4 += square * square;
        y1 += y;
        y2 += y * y;
        xy += x * y;
        down += loss * loss;
    }
    for (; i < count; i++) {
        const double step = curve[i] > 0 ? curve[i + 1] / curve[i] - 1 : 0;
        const double other_step = other[i] > 0 ? other[i + 1] / other[i] - 1 : 0;
        const double x = step - pivot, y = other_step - other_pivot;
        out_steps[i] = step;
        tail.x += x;
        tail.xx += x * x;
        tail.xxx += x * x * x;
        tail.xxxx += x * x * x * x;
        tail.y += y;
        tail.yy += y * y;
        tail.xy += x * y;
        tail.downside += step < 0 ? step * step : 0;
    }
    return (struct step_sums){
        .x = LANES_SUM(x1) + tail.x,
        .xx = LANES_SUM(x2) + tail.xx,
        .xxx = LANES_SUM(x3) + tail.xxx,
        .xxxx = LANES_SUM(x4) + tail.xxxx,
        .y = LANES_SUM(y1) + tail.y,
        .yy = LANES_SUM(y2) + tail.yy,
        .xy = LANES_SUM(xy) + tail.xy,
        .downside = LANES_SUM(down) + tail.downside,
    };
}

// The step that leads from the first value to the last when repeated; 0 where nothing is left.
static double steady_step(const double *curve, size_t value_count)
{
    const double growth = curve[value_count - 1] / curve[0];
    if (value_count < 2 || !(growth > 0 && growth <= DBL_MAX)) return 0;
    return statistics_power(growth, 1 / (double)(value_count - 1)) - 1;
}

struct returns statistics_returns(const double *curve, const double *other, size_t value_count,
                                  double *out_steps)
{
    const size_t count = value_count - 1;
    const double n = (double)count;
    const double pivot = steady_step(curve, value_count);
    const double other_pivot = steady_step(other, value_count);
    const struct step_sums sums = sum_steps(curve, pivot, other, other_pivot, count, out_steps);
    const double x = sums.x / n; // from the pivot to the mean
    const double y = sums.y / n;
    return (struct returns){
        .count = count,
        .mean = pivot + x,
        .second = fmax(sums.xx - n * x * x, 0), // rounding must not make it negative
        .third = sums.xxx - 3 * x * sums.xx + 2 * n * x * x * x,
        .fourth = sums.xxxx - 4 * x * sums.xxx + 6 * x * x * sums.xx - 3 * n * x * x * x * x,
        .downside = sums.downside,
        .other_mean = other_pivot + y,
        .other_second = fmax(sums.yy - n * y * y, 0),
        .shared = sums.xy - n * x * y,
    };
}

// Bars until the value is back at `peak`; values[0] is below it.
VECTORISED static size_t stretch_length(const double *values, size_t count, double peak)
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

// Adds one stretch below `peak` to the sums; the reciprocal saves a division a bar.
VECTORISED static void add_stretch(const double *values, size_t length, double peak,
                                   struct drawdowns *drawdowns)
{
    const double scale = 1 / peak;
    lanes lowest = {0}, square = {0};
    lowest += peak;
    size_t i = 0;
    for (; i + LANES <= length; i += LANES) {
        const lanes value = LANES_AT(values + i);
        const lanes depth = value * scale - 1;
        lowest = LANES_MIN(value, lowest);
        square += depth * depth;
    }
    for (size_t k = 0; i < length; i++, k++) {
        const double depth = values[i] * scale - 1;
        lowest[k] = values[i] < lowest[k] ? values[i] : lowest[k];
        square[k] += depth * depth;
    }
    double bottom = lowest[0];
    for (size_t k = 1; k < LANES; k++)
        bottom = lowest[k] < bottom ? lowest[k] : bottom;
    const double depth = bottom / peak - 1;
    drawdowns->deepest = depth < drawdowns->deepest ? depth : drawdowns->deepest;
    drawdowns->longest_bars = length > drawdowns->longest_bars ? length : drawdowns->longest_bars;
    drawdowns->stretch_count++;
    drawdowns->depth_sum += depth;
    drawdowns->square_sum += LANES_SUM(square);
}

struct drawdowns statistics_drawdowns(const double *values, size_t count)
{
    struct drawdowns drawdowns = {0};
    double peak = values[0];
    size_t i = 0;
    while (i < count) {
        if (values[i] >= peak) {
            peak = values[i++];
            continue;
        }
        const size_t length = stretch_length(values + i, count - i, peak);
        add_stretch(values + i, length, peak, &drawdowns);
        i += length;
    }
    return drawdowns;
}
