// How much of the best of many trials is luck. Bailey and Lopez de Prado, "The deflated Sharpe ratio:
// correcting for selection bias, backtest overfitting and non-normality", Journal of Portfolio Management 40
// (2014).
#pragma once

#include <stddef.h>

// Sharpe ratios here are per bar, not annualised.
struct sharpe_trial {
    double sharpe;   // of the trial that was chosen
    double skew;     // of its returns
    double kurtosis; // of its returns, excess (0 for a normal distribution)
    double returns;  // how many there are
};

struct deflated_sharpe {
    double expected_maximum; // of the Sharpe ratios of that many trials without skill: what has to be beaten
    double
        probability; // that the true Sharpe ratio is above 0 when the selection is taken into account, 0 to 1
};

// `variance` is that of the Sharpe ratios of all `trials` (ddof 1).
//   expected_maximum = sqrt(variance) · ((1 - g)·Z(1 - 1/N) + g·Z(1 - 1/(N·e))), g Euler's constant, Z the
//   normal quantile; probability = normal((sharpe - expected_maximum)·sqrt(returns - 1) / sqrt(1 -
//   skew·sharpe + (kurtosis + 2)/4·sharpe²)).
// One trial expects 0. NaN where a figure is NaN or the root is of no positive number.
struct deflated_sharpe deflated_sharpe_of(const struct sharpe_trial *trial, size_t trials, double variance);
