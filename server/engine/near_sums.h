// Running sums that are only nearly right, at four values a step, and by how much. What compares such sums
// takes their word where the difference is larger than that, and looks at the values themselves where it is
// not.
#pragma once

#include "engine/rounding.h"
#include "engine/vector.h"

#include <float.h>
#include <stddef.h>

// Largest error of any sum's mean, as a fraction of the greatest value in it, after `additions` roundings;
// twice that, and some for what is made of it, as for prices that are the same (rounding.h): whether they are
// is to be seen by the values.
INLINED double near_tolerance(size_t additions)
{
    return 2 * (double)(additions + 16) * DBL_EPSILON + 2 * SAME_PRICE;
}

// Writes count + 1 sums: out_sums[i] is that of the first i values, nearly; so is the difference of two of
// them. Answers the largest error of such a difference divided by `length`, absolute, with what
// near_tolerance adds; infinite where a sum is no number.
double near_sums(const double *values, size_t count, size_t length, double *out_sums);
