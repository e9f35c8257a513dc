#include "engine/scan_score.h"

#include <math.h>

// Values at which a figure earns half of what it can. They fit daily candles; on shorter bars scores are
// lower, in the same order.
static const double half_gap = 0.05;
static const double half_slope_medium = 0.05;
static const double half_slope_long = 0.025;
static const double half_recent_return = 0.2;
static const double half_long_return = 0.5;

static const struct scan_part_info parts[SCAN_PARTS] = {
    [SCAN_STACK] =
        {"trend_stack", 30,
         "for each of close/SMA(medium), SMA(short)/SMA(medium) and SMA(medium)/SMA(long): 5 when it is above "
         "1, and 5 * share(it - 1, 0.05)"},
    [SCAN_SLOPES] = {"slopes", 25, "12.5 * share(slope_medium, 0.05) + 12.5 * share(slope_long, 0.025)"},
    [SCAN_RETURNS] = {"returns", 25, "12.5 * share(recent_return, 0.2) + 12.5 * share(long_return, 0.5)"},
    [SCAN_DISTANCE] = {"distance", 20, "20 * max(0, 1 - |extension| / max_extension)"},
};

const struct scan_part_info *scan_part_info(enum scan_part part)
{
    return &parts[part];
}

static double share(double value, double half)
{
    if (isinf(value) && value > 0) return 1;
    return value > 0 ? value / (value + half) : 0; // NaN too
}

static double stack_points(bool holds, double quotient)
{
    return holds ? 5 + 5 * share(quotient - 1, half_gap) : 0;
}

static bool holds(const struct scan_figures *figures, enum scan_condition condition)
{
    return figures->conditions >> condition & 1;
}

static double distance_points(const struct scan_rules *rules, double extension)
{
    const double left = 1 - fabs(extension) / rules->max_extension;
    return left > 0 ? 20 * left : 0;
}

double scan_score(const struct scan_rules *rules, const struct scan_figures *figures,
                  double out_parts[static SCAN_PARTS])
{
    out_parts[SCAN_STACK] =
        stack_points(holds(figures, SCAN_CLOSE_ABOVE_MEDIUM), figures->close / figures->sma_medium) +
        stack_points(holds(figures, SCAN_SHORT_ABOVE_MEDIUM), figures->sma_short / figures->sma_medium) +
        stack_points(holds(figures, SCAN_MEDIUM_ABOVE_LONG), figures->sma_medium / figures->sma_long);
    out_parts[SCAN_SLOPES] = 12.5 * share(figures->slope_medium, half_slope_medium) +
                             12.5 * share(figures->slope_long, half_slope_long);
    out_parts[SCAN_RETURNS] = 12.5 * share(figures->recent_return, half_recent_return) +
                              12.5 * share(figures->long_return, half_long_return);
    out_parts[SCAN_DISTANCE] = distance_points(rules, figures->extension);
    double sum = 0;
    for (size_t i = 0; i < SCAN_PARTS; i++)
        sum += out_parts[i];
    return sum;
}
