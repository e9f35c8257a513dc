// The standard normal distribution, by sums and products alone: the same bits on every machine.
#pragma once

// Share of the distribution below x, 0 to 1, right to about 1e-15. Marsaglia, "Evaluating the normal
// distribution", Journal of Statistical Software 11 (2004). NaN for NaN.
double normal_below(double x);

// The x below which the share lies: the inverse of normal_below, by bisection to the last bit that counts.
// -INFINITY for 0 and less, INFINITY for 1 and more, NaN for NaN.
double normal_quantile(double share);
