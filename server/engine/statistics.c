#include "engine/statistics.h"

#include "engine/vector.h"

#include <math.h>

enum { LANES = 8 };

static double fold(const double lanes[LANES])
{
    return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

VECTORISED void statistics_returns(const double *restrict values, size_t count, double *restrict out)
{
    for (size_t i = 0; i + 1 < count; i++)
        out[i] = values[i] > 0 ? values[i + 1] / values[i] - 1 : 0;
}

VECTORISED double statistics_mean(const double *values, size_t count)
{
    double sum[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (size_t k = 0; k < LANES; k++)
            sum[k] += values[i + k];
    for (size_t k = 0; i < count; i++, k++)
        sum[k] += values[i];
    return fold(sum) / (double)count;
}

VECTORISED struct moments statistics_moments(const double *values, size_t count, double mean)
{
    double second[LANES] = {0};
    double third[LANES] = {0};
    double fourth[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            const double deviation = values[i + k] - mean;
            const double square = deviation * deviation;
            second[k] += square;
            third[k] += square * deviation;
            fourth[k] += square * square;
        }
    }
    for (size_t k = 0; i < count; i++, k++) {
        const double deviation = values[i] - mean;
        const double square = deviation * deviation;
        second[k] += square;
        third[k] += square * deviation;
        fourth[k] += square * square;
    }
    return (struct moments){.second = fold(second), .third = fold(third), .fourth = fold(fourth)};
}

VECTORISED double statistics_product(const double *x, const double *y, size_t count, double mean_x,
                                     double mean_y)
{
    double sum[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (size_t k = 0; k < LANES; k++)
            sum[k] += (x[i + k] - mean_x) * (y[i + k] - mean_y);
    for (size_t k = 0; i < count; i++, k++)
        sum[k] += (x[i] - mean_x) * (y[i] - mean_y);
    return fold(sum);
}

VECTORISED double statistics_downside(const double *values, size_t count)
{
    double sum[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            const double loss = values[i + k] < 0 ? values[i + k] : 0;
            sum[k] += loss * loss;
        }
    }
    for (size_t k = 0; i < count; i++, k++)
        sum[k] += values[i] < 0 ? values[i] * values[i] : 0;
    return fold(sum);
}

// Sum of (value / peak - 1)²; the reciprocal saves a division a bar.
VECTORISED static double depth_squares(const double *values, size_t count, double peak)
{
    const double scale = 1 / peak;
    double sum[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            const double depth = values[i + k] * scale - 1;
            sum[k] += depth * depth;
        }
    }
    for (size_t k = 0; i < count; i++, k++)
        sum[k] += (values[i] * scale - 1) * (values[i] * scale - 1);
    return fold(sum);
}

// Length of the stretch below `peak` that begins at values[0], and its lowest value.
static size_t stretch(const double *values, size_t count, double peak, double *out_lowest)
{
    size_t length = 0;
    double lowest = peak;
    while (length < count && values[length] < peak) {
        lowest = values[length] < lowest ? values[length] : lowest;
        length++;
    }
    *out_lowest = lowest;
    return length;
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
        double lowest;
        const size_t length = stretch(values + i, count - i, peak, &lowest);
        const double depth = lowest / peak - 1;
        drawdowns.deepest = depth < drawdowns.deepest ? depth : drawdowns.deepest;
        drawdowns.longest_bars = length > drawdowns.longest_bars ? length : drawdowns.longest_bars;
        drawdowns.stretch_count++;
        drawdowns.depth_sum += depth;
        drawdowns.square_sum += depth_squares(values + i, length, peak);
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
