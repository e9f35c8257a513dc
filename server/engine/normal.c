#include "engine/normal.h"

#include "engine/power.h"

#include <math.h>

#define LOG_SQRT_TAU 0.91893853320467274178 // log(sqrt(2·pi))

double normal_below(double x)
{
    if (isnan(x)) return x;
    if (x < -9) return 0; // below 1.2e-19
    if (x > 9) return 1;
    double sum = x, term = x, before = 0;
    for (int i = 3; sum != before; i += 2) {
        before = sum;
        term *= x * x / i;
        sum += term;
    }
    const double share = 0.5 + sum * exponential_of(-0.5 * x * x - LOG_SQRT_TAU);
    return share < 0 ? 0 : share > 1 ? 1 : share;
}

double normal_quantile(double share)
{
    if (isnan(share)) return share;
    if (share <= 0) return (double)-INFINITY;
    if (share >= 1) return (double)INFINITY;
    double low = -9, high = 9;
    for (int i = 0; i < 64; i++) {
        const double middle = 0.5 * (low + high);
        if (normal_below(middle) < share)
            low = middle;
        else
            high = middle;
    }
    return 0.5 * (low + high);
}
