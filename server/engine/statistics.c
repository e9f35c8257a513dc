#include "engine/statistics.h"

#include "engine/vector.h"

#include <math.h>

// Values looked at together in the search for the end of a drawdown.
enum { SCAN_BLOCK = 64 };

VECTORISED double statistics_returns(const double *restrict values, size_t count, double *restrict out)
{
    lanes sum = {0};
    size_t i = 0;
    for (; i + LANES < count; i += LANES) {
        const lanes before = LANES_AT(values + i);
        const lanes change = LANES_WHERE(before > 0, LANES_AT(values + i + 1) / before - 1);
        *(lanes *)(out + i) = change;
        sum += change;
    }
    for (size_t k = 0; i + 1 < count; i++, k++) {
        out[i] = values[i] > 0 ? values[i + 1] / values[i] - 1 : 0;
        sum[k] += out[i];
    }
    return LANES_SUM(sum) / (double)(count - 1);
}

VECTORISED struct deviations statistics_deviations(const double *x, double mean_x, const double *y,
                                                   double mean_y, size_t count)
{
    lanes second = {0}, third = {0}, fourth = {0}, downside = {0}, shared = {0}, other = {0};
    lanes dx = {0}, dy = {0}, loss = {0}; // zeros behind the last value add nothing
    for (size_t i = 0; i < count; i += LANES) {
        if (i + LANES <= count) {
            loss = LANES_AT(x + i);
            dx = loss - mean_x;
            dy = LANES_AT(y + i) - mean_y;
        } else {
            loss = dx = dy = (lanes){0};
            for (size_t k = 0; i + k < count; k++) {
                loss[k] = x[i + k];
                dx[k] = x[i + k] - mean_x;
                dy[k] = y[i + k] - mean_y;
            }
        }
        loss = LANES_WHERE(loss < 0, loss);
        const lanes square = dx * dx;
        second += square;
        third += square * dx;
        fourth += square * square;
        downside += loss * loss;
        shared += dx * dy;
        other += dy * dy;
    }
    return (struct deviations){
        .second = LANES_SUM(second),
        .third = LANES_SUM(third),
        .fourth = LANES_SUM(fourth),
        .downside = LANES_SUM(downside),
        .shared = LANES_SUM(shared),
        .other = LANES_SUM(other),
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
