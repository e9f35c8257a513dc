// Powers by IEEE arithmetic alone: the C library's pow may differ in the last bit between processors.
#pragma once

// base^exponent for base > 0. Relative error below 1e-13 for results from 1e-100 to 1e100; infinity on
// overflow, 0 on underflow.
double power_of(double base, double exponent);

// e^exponent. Relative error below 1e-13 for results from 1e-100 to 1e100; infinity on overflow, 0 on
// underflow.
double exponential_of(double exponent);
