#include "engine/power.h"

#include <math.h>

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

double exponential_of(double exponent)
{
    // ln 2 in two parts: the first has zeros behind, so that its multiples are exact (Cody and Waite).
    const double ln2_high = 0x1.62e42feep-1;
    const double ln2_low = 0x1.a39ef35793c76p-33;
    if (exponent > 1000) return (double)INFINITY;
    if (exponent < -1000) return 0;
    const double twos = nearbyint(exponent / M_LN2);
    const double rest = exponent - twos * ln2_high - twos * ln2_low;
    double series = 1;
    for (int n = 16; n >= 1; n--)
        series = 1 + series * rest / n;
    return ldexp(series, (int)twos);
}

double power_of(double base, double exponent)
{
    return exponential_of(exponent * natural_log(base));
}
