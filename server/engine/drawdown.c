#include "engine/drawdown.h"

#include <stdint.h>

enum { SCAN_BLOCK = 64 }; // values looked at together in the search for the end of a stretch

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

void stretch_end(struct stretch *stretch, struct curve_drawdowns *drawdowns)
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

struct stretch stretch_begin(double value)
{
    return (struct stretch){.peak = value, .lowest = value};
}

void stretch_add(struct stretch *stretch, const double *values, size_t count,
                 struct curve_drawdowns *drawdowns)
{
    size_t i = 0;
    while (i < count) {
        const size_t below = count_below(values + i, count - i, stretch->peak);
        if (below > 0) extend_stretch(values + i, below, stretch);
        for (i += below; i < count && values[i] >= stretch->peak; i++) {
            stretch_end(stretch, drawdowns);
            stretch->peak = stretch->lowest = values[i];
        }
    }
}

void stretch_hold(struct stretch *stretch, double value, size_t count, struct curve_drawdowns *drawdowns)
{
    if (count == 0) return;
    if (value >= stretch->peak) {
        stretch_end(stretch, drawdowns);
        stretch->peak = stretch->lowest = value;
        return;
    }
    const double depth = value * (1 / stretch->peak) - 1;
    stretch->lowest = value < stretch->lowest ? value : stretch->lowest;
    stretch->left[0] += (double)count * (depth * depth);
    stretch->length += count;
}

void stretch_extend(struct stretch *stretch, size_t count, double lowest, const quad *squares)
{
    stretch->lowest = lowest < stretch->lowest ? lowest : stretch->lowest;
    stretch->left += *squares;
    stretch->length += count;
}
