// Blocks of neighbouring bars of one test and what each adds to the figures of a position that is all in
// throughout, so that a long span costs a block instead of its bars.
#pragma once

#include "engine/step_sums.h"
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

INLINED void block_steps(const double *steps, double pivot, struct step_block *out)
{
    const quad_mask all = {-1, -1, -1, -1};
    struct power_sums sums = {0};
    for (size_t i = 0; i < BLOCK_BARS; i += QUAD) {
        const quad step = QUAD_AT(steps + i);
        power_sums_add(&step, &all, pivot, &sums);
    }
    const double *const powers[QUAD] = {(const double *)&sums.x, (const double *)&sums.xx,
                                        (const double *)&sums.xxx, (const double *)&sums.xxxx};
    double rows[QUAD * QUAD] UNINITIALISED; // a lane of each
    quad_turn(powers, 0, rows, QUAD);
    *(quad *)out->powers = (QUAD_AT(rows) + QUAD_AT(rows + 2 * (size_t)QUAD)) +
                           (QUAD_AT(rows + QUAD) + QUAD_AT(rows + 3 * (size_t)QUAD));
    out->downside = QUAD_SUM(sums.downside);
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
