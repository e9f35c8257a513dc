// Blocks of neighbouring bars of one test and what each adds to the figures of a position that is all in
// throughout, so that a long span costs a block instead of its bars.
#pragma once

#include "engine/vector.h"

#include <float.h>
#include <math.h>
#include <stddef.h>

enum { BLOCK_BARS = 32 };

struct step_block {
    double powers[QUAD]; // sums of (step - pivot), its square, its third and its fourth power
    double downside;     // sum of squares of the steps below 0
    double low, high;    // of the closes; high is infinite where the spread would leave the range of doubles
    double mean;
    double spread; // sum of (close / mean - 1)²
};

// Sums of four quads, a lane for each.
INLINED void block_sums(const quad *x, double *out)
{
    const double *const columns[QUAD] = {(const double *)&x[0], (const double *)&x[1], (const double *)&x[2],
                                         (const double *)&x[3]};
    double rows[QUAD * QUAD] UNINITIALISED;
    quad_turn(columns, 0, rows, QUAD);
    *(quad *)out = (QUAD_AT(rows) + QUAD_AT(rows + 2 * (size_t)QUAD)) +
                   (QUAD_AT(rows + QUAD) + QUAD_AT(rows + 3 * (size_t)QUAD));
}

INLINED void block_steps(const double *steps, double pivot, struct step_block *out)
{
    quad powers[QUAD] = {0};
    quad downside = {0};
    for (size_t i = 0; i < BLOCK_BARS; i += QUAD) {
        const quad step = QUAD_AT(steps + i);
        const quad x = step - pivot, loss = QUAD_WHERE(step < 0, step);
        const quad square = x * x;
        powers[0] += x;
        powers[1] += square;
        powers[2] += square * x;
        powers[3] += square * square;
        downside += loss * loss;
    }
    block_sums(powers, out->powers);
    out->downside = QUAD_SUM(downside);
}

// The spread is taken from the first close, which is one of them, and moved to the mean: nothing large is
// subtracted.
INLINED void block_closes(const double *close, struct step_block *out)
{
    const double scale = 1 / close[0];
    quad low = QUAD_AT(close), high = low, sum = {0}, squares = {0};
    for (size_t i = 0; i < BLOCK_BARS; i += QUAD) {
        const quad price = QUAD_AT(close + i), apart = price * scale - 1;
        low = QUAD_MIN(price, low);
        high = QUAD_MAX(price, high);
        sum += apart;
        squares += apart * apart;
    }
    const double mean = QUAD_SUM(sum) / BLOCK_BARS, left = QUAD_SUM(squares) - QUAD_SUM(sum) * mean;
    out->low = quad_lowest(&low);
    out->high = quad_highest(&high);
    out->mean = close[0] * (1 + mean);
    out->spread = (left > 0 ? left : 0) / ((1 + mean) * (1 + mean));
    if (!(QUAD_SUM(squares) <= DBL_MAX && out->spread <= DBL_MAX)) out->high = (double)INFINITY;
}

// Of BLOCK_BARS closes, finite and above 0, and the steps that lead to them.
INLINED void step_block_make(const double *close, const double *steps, double pivot, struct step_block *out)
{
    block_steps(steps, pivot, out);
    block_closes(close, out);
}
