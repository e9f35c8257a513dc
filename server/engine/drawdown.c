#include "engine/drawdown.h"

void stretch_end(struct stretch *stretch, struct curve_drawdowns *drawdowns)
{
    stretch_finish(stretch, drawdowns);
    drawdowns->square_sum = PAIR_SUM(stretch->left, stretch->right);
}

struct stretch stretch_begin(double value)
{
    struct stretch stretch = {0};
    stretch_rise(&stretch, value);
    return stretch;
}

// The values of a row that are not all below the peak, one by one.
INLINED void walk_row(const double *values, double units, size_t count, struct stretch *stretch,
                      struct curve_drawdowns *drawdowns)
{
    double squares = 0;
    for (size_t i = 0; i < count; i++) {
        const double value = units * values[i];
        if (value < stretch->floor) {
            const double depth = value * stretch->scale - 1;
            stretch->lowest = value < stretch->lowest ? value : stretch->lowest;
            stretch->length++;
            squares += depth * depth;
        } else {
            stretch_finish(stretch, drawdowns);
            stretch_rise(stretch, value);
        }
    }
    stretch->left[0] += squares;
}

// Rows of eight: most are either all below the peak, or among those that make new ones.
VECTORISED static void walk(const double *values, double units, size_t count, struct stretch *stretch,
                            struct curve_drawdowns *drawdowns)
{
    struct stretch now = *stretch;
    struct curve_drawdowns found = *drawdowns;
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        const quad first = QUAD_AT(values + i) * units, second = QUAD_AT(values + i + QUAD) * units;
        const quad higher = QUAD_MAX(first, second), lower = QUAD_MIN(first, second);
        if (!(quad_highest(&higher) < now.floor)) {
            walk_row(values + i, units, LANES, &now, &found);
            continue;
        }
        const quad depth = first * now.scale - 1, second_depth = second * now.scale - 1;
        const double least = quad_lowest(&lower);
        now.lowest = least < now.lowest ? least : now.lowest;
        now.left += depth * depth;
        now.right += second_depth * second_depth;
        now.length += LANES;
    }
    walk_row(values + i, units, count - i, &now, &found);
    *stretch = now;
    *drawdowns = found;
}

void stretch_add(struct stretch *stretch, const double *values, double units, size_t count,
                 struct curve_drawdowns *drawdowns)
{
    walk(values, units, count, stretch, drawdowns);
}
