#include "engine/deflated_sharpe.h"

#include "engine/normal.h"

#include <math.h>

#define EULER 0.57721566490153286061

static double expected_maximum(size_t trials, double variance)
{
    if (trials < 2) return 0;
    const double n = (double)trials;
    return sqrt(variance) *
           ((1 - EULER) * normal_quantile(1 - 1 / n) + EULER * normal_quantile(1 - 1 / (n * M_E)));
}

struct deflated_sharpe deflated_sharpe_of(const struct sharpe_trial *trial, size_t trials, double variance)
{
    const double sharpe = trial->sharpe;
    const double spread = 1 - trial->skew * sharpe + (trial->kurtosis + 2) / 4 * sharpe * sharpe;
    const double maximum = expected_maximum(trials, variance);
    struct deflated_sharpe result = {.expected_maximum = maximum, .probability = (double)NAN};
    if (spread > 0 && trial->returns > 1)
        result.probability = normal_below((sharpe - maximum) * sqrt(trial->returns - 1) / sqrt(spread));
    return result;
}
