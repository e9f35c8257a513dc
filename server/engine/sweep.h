// One test over many combinations of parameters. Each combination is what a backtest of its own would be,
// figure by figure; only the curves are not kept.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "engine/backtest.h"
#include "engine/deflated_sharpe.h"

#include <stdbool.h>
#include <stddef.h>

enum { SWEEP_AXES_MAX = 8 };

// What varies: a parameter of the strategy, or a number of the rules.
struct sweep_axis {
    bool is_rule;
    size_t index; // of the parameter; of the number in sweep_rule_at
    const double *values;
    size_t count; // >= 1
};

struct sweep_input {
    const struct candles *candles; // all there are up to the end of the test; those before `first` warm up
    size_t first;                  // first bar of the test
    enum interval interval;
    const struct strategy *strategy;
    const double *values; // of all parameters; those of axes are replaced
    struct backtest_rules rules;
    const struct sweep_axis *axes;
    size_t axis_count;
};

// A combination and what came of it.
struct sweep_row {
    double values[SWEEP_AXES_MAX]; // in the order of the axes
    struct metrics metrics;        // without the months
    bool is_valid; // false: the parameters do not go together, or there are not enough candles for them
};

// The numbers of the rules that may vary, by name; NULL behind the last.
const char *sweep_rule_at(size_t index);
double *sweep_rule_value(struct backtest_rules *rules, size_t index);

// The product of the axes' counts; SIZE_MAX when it is larger than that.
size_t sweep_count(const struct sweep_axis *axes, size_t axis_count);

// The values of a combination; the last axis turns fastest.
void sweep_values(const struct sweep_axis *axes, size_t axis_count, size_t combination, double *out_values);

// Puts the values of a combination in the place of those of the parameters and rules. `rules` may be NULL.
void sweep_apply(const struct sweep_axis *axes, size_t axis_count, size_t combination, double *parameters,
                 struct backtest_rules *rules);

// The run of one combination, as a backtest of its own would be made of it. Points into itself: it stays
// where it is.
struct sweep_combination {
    double values[STRATEGY_PARAMS_MAX];
    struct candles candles;
    struct backtest_input input;
};
void sweep_combine(const struct sweep_input *input, size_t combination, struct sweep_combination *out_run);

// Of one of the rows of a sweep; those that are not valid or have no Sharpe ratio are no trials.
struct deflated_sharpe sweep_deflated_sharpe(const struct sweep_input *input, const struct sweep_row *rows,
                                             size_t count, const struct sweep_row *chosen,
                                             size_t *out_trials);
